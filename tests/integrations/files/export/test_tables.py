"""What stands in a download."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Assessment, PersonalityType, Scale
from departments.models import Department
from employees.models import Employee
from integrations.files import error_file
from integrations.files.table import Table, moment, text_of
from integrations.files.tables import assessments_table, departments_table, employees_table, issues_table
from integrations.files.write import csv_chunks
from integrations.models import SyncIssue, SyncJob

pytestmark = pytest.mark.django_db


def texts(table: Table) -> list[list[str]]:
    return [list(map(text_of, row)) for row in table.rows]


@pytest.fixture
def person():
    sales = Department.objects.create(code="A1", name="営業部", order=2)
    Department.objects.create(code="A11", name="東日本課", parent=sales)
    return Employee.objects.create(
        employee_number="0012",
        last_name="青山",
        first_name="直樹",
        last_name_kana="アオヤマ",
        first_name_kana="ナオキ",
        email="aoyama@example.co.jp",
        birth_date=date(1990, 4, 1),
        gender="male",
        department=sales,
        position="課長",
        employment_type="part_time",
        hire_date=date(2015, 4, 1),
        retirement_date=date(2026, 3, 31),
        is_retired=True,
    )


def test_departments_have_the_columns_of_the_import_and_the_parent_by_name(person):
    table = departments_table(Department.objects.order_by("code"))
    assert table.header == ["部署コード", "部署名", "親部署コード", "親部署名", "表示順"]
    assert texts(table) == [["A1", "営業部", "", "", "2"], ["A11", "東日本課", "A1", "営業部", ""]]


def test_employees_have_all_columns(person):
    table = employees_table(Employee.objects.all())
    assert dict(zip(table.header, texts(table)[0], strict=True)) == {
        "社員番号": "0012",
        "姓": "青山",
        "名": "直樹",
        "姓（カナ）": "アオヤマ",
        "名（カナ）": "ナオキ",
        "メールアドレス": "aoyama@example.co.jp",
        "生年月日": "1990/04/01",
        "性別": "男性",
        "部署コード": "A1",
        "部署名": "営業部",
        "役職": "課長",
        "雇用形態": "パート・アルバイト",
        "入社日": "2015/04/01",
        "退職日": "2026/03/31",
        "退職者フラグ": "1",
    }


def test_only_who_was_asked_for_is_in_it_and_in_that_order(person):
    for mail in "cab":
        Employee.objects.create(email=f"{mail}@example.co.jp", last_name=mail)
    table = employees_table(Employee.objects.filter(is_retired=False).order_by("-email"))
    assert [row[1] for row in table.rows] == ["c", "b", "a"]


def test_results_have_a_column_for_each_scale(person):
    Assessment.objects.create(
        employee=person,
        title="春",
        taken_on=date(2025, 6, 2),
        completed_at=datetime(2025, 6, 2, 0, 30, tzinfo=UTC),
        personality_type=PersonalityType.objects.get(code="seeker"),
        scores={"listening": 61.5, "motivation": 50.0},
        grade="S",
        overall_score="9.5",
        comment="よい",
    )
    table = assessments_table(Assessment.objects.all())
    filled = {name: text for name, text in zip(table.header, texts(table)[0], strict=True) if text}
    assert len(table.header) == 11 + Scale.objects.count()
    assert filled == {
        "社員番号": "0012",
        "氏名": "青山 直樹",
        "所属": "営業部",
        "メールアドレス": "aoyama@example.co.jp",
        "検査名": "春",
        "受検日": "2025/06/02",
        "完了日時": "2025/06/02 09:30",
        "16タイプ": "シーカー",
        "判定": "S",
        "総合スコア": "9.5",
        "コメント": "よい",
        "傾聴傾向": "61.5",
        "やる気": "50",
    }


@pytest.mark.parametrize(
    ("beyond", "text"),
    [({}, "09:30"), ({"seconds": 5}, "09:30:05"), ({"microseconds": 250}, "09:30:00.000250")],
)
def test_a_time_has_only_the_digits_that_it_needs(beyond, text):
    assert moment(datetime(2025, 6, 2, 0, 30, tzinfo=UTC) + timedelta(**beyond)) == f"2025/06/02 {text}"


def test_the_issues_are_those_of_the_error_file():
    job = SyncJob.objects.create(kind="employees", status="queued")
    for value in ("0012", "=1"):
        SyncIssue.objects.create(
            job=job, severity="error", reason="MEMBER_NUMBER_INVALID", subject_key=value, detail="x", remedy="y"
        )
    issues = list(job.issues.all())
    assert b"".join(csv_chunks(issues_table(issues))) == "".join(error_file.lines(issues)).encode()


@pytest.mark.parametrize("table", [departments_table, employees_table])
def test_a_download_takes_one_statement(person, table):
    model = Department if table is departments_table else Employee
    with CaptureQueriesContext(connection) as captured:
        assert list(table(model.objects.all()).rows)
    assert len(captured) == 1
