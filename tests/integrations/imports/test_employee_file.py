"""社員CSV取込, from the file to the database."""

from datetime import UTC, date, datetime, time

import pytest
from django.contrib.auth.models import User

from departments.models import Department
from employees.models import Employee
from integrations import actions
from integrations.jobs import records
from integrations.jobs.inline import run_inline
from integrations.models import SourceFile
from tests.integrations.files.files import csv_file, reasons, take_file, workbook

pytestmark = pytest.mark.django_db

HEADER = [
    *("社員番号", "姓", "名", "姓（カナ）", "名（カナ）", "メールアドレス", "生年月日", "性別", "部署コード", "部署名"),
    *("役職", "雇用形態", "入社日", "退職日", "退職者フラグ"),
]
SEEN = datetime(2026, 4, 1, tzinfo=UTC)
AOYAMA = (
    *("0012", "髙橋", "直樹", "タカハシ", "ナオキ", "takahashi@example.co.jp", "1990/04/01", "男性", "A1", "営業部"),
    *("課長", "正社員", "2015/04/01", "", "0"),
)


@pytest.fixture(autouse=True)
def sales():
    return Department.objects.create(code="A1", name="営業部")


def take(*lines, header=HEADER, encoding="utf-8", **options):
    return take_file("employees_file", csv_file(header, *lines, encoding=encoding), **options)


def stored():
    return list(Employee.objects.order_by("pk").values())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_it_takes_people(encoding, sales):
    job = take(AOYAMA, encoding=encoding)
    assert (job.status, job.created, job.get_kind_display()) == ("succeeded", 1, "社員CSV取込")
    [person] = stored()
    assert {name: value for name, value in person.items() if name != "id"} == {
        "email": "takahashi@example.co.jp",
        "employee_number": "0012",
        "last_name": "髙橋",
        "first_name": "直樹",
        "last_name_kana": "タカハシ",
        "first_name_kana": "ナオキ",
        "birth_date": date(1990, 4, 1),
        "gender": "male",
        "department_id": sales.pk,
        "position": "課長",
        "employment_type": "regular",
        "hire_date": date(2015, 4, 1),
        "retirement_date": None,
        "is_retired": False,
        "retirement_source": "",
        "last_seen_at": None,
        "missing_since": None,
    }
    change = job.changes.get()
    assert (change.what, change.action, change.object_id) == ("employee", "create", person["id"])


def test_it_takes_a_workbook_with_days_and_numbers_as_such():
    take(AOYAMA)
    before = stored()
    cells = dict(zip(HEADER, AOYAMA, strict=True))
    cells |= {"生年月日": datetime.combine(date(1990, 4, 1), time()), "入社日": date(2015, 4, 1), "退職者フラグ": False}
    job = take_file("employees_file", workbook(reversed(cells), reversed(cells.values())))
    assert (job.status, job.unchanged) == ("succeeded", 1)
    assert stored() == before


def test_the_same_file_twice_changes_nothing():
    take(AOYAMA)
    before = stored()
    job = take(AOYAMA)
    assert (job.status, job.unchanged, job.changes.count(), stored()) == ("succeeded", 1, 0, before)


def test_a_changed_line_writes_its_fields_and_nothing_of_what_kaonavi_has_seen():
    take(AOYAMA)
    Employee.objects.update(last_seen_at=SEEN, missing_since=SEEN)
    [before] = stored()
    job = take(["takahashi@example.co.jp", "髙橋", "", "2026/03/31"], header=["メールアドレス", "姓", "役職", "退職日"])
    assert (job.status, job.updated) == ("succeeded", 1)
    retired = {"retirement_date": date(2026, 3, 31), "is_retired": True, "retirement_source": "manual"}
    assert stored() == [before | retired | {"position": ""}]
    assert job.changes.get().fields == {
        "position": ["課長", ""],
        "retirement_date": [None, "2026-03-31"],
        "is_retired": [False, True],
        "retirement_source": ["", "manual"],
    }


def test_bad_lines_are_told_and_the_others_taken():
    job = take(
        AOYAMA,
        ["", *AOYAMA[1:5], "", *AOYAMA[6:]],
        [*AOYAMA[:5], "b@example.co.jp", "1990/02/30", *AOYAMA[7:]],
        [*AOYAMA[:5], "c@example.co.jp", "", "", "Z9", *AOYAMA[9:]],
    )
    assert (job.status, job.created, job.skipped, job.failed) == ("partial", 1, 1, 2)
    assert [(problem.reason, problem.sentence[:4]) for problem in job.issues.all()] == [
        ("MEMBER_MAIL_MISSING", "3行目："),
        ("MEMBER_DATE_INVALID", "4行目："),
        ("MEMBER_DEPARTMENT_UNKNOWN", "5行目："),
    ]
    assert Employee.objects.count() == 1


def test_people_may_go_to_a_department_without_a_code():
    room = Department.objects.create(code="", name="準備室")
    take([*AOYAMA[:8], "", "準備室", *AOYAMA[10:]])
    assert Employee.objects.get().department == room


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", ["FILE_UNREADABLE"]),
        (csv_file(HEADER), ["FILE_UNREADABLE"]),
        (csv_file(["社員番号"], ["1"]), ["FILE_COLUMN_MISSING", "FILE_COLUMN_MISSING"]),
        (csv_file(HEADER, AOYAMA).replace("髙".encode(), b"\xe9\xab"), ["FILE_UNREADABLE"]),
        (b"PK\x03\x04 and nothing more", ["FILE_UNREADABLE"]),
    ],
)
def test_a_file_that_cannot_be_taken_at_all_fails(content, found):
    job = take_file("employees_file", content)
    assert (job.status, reasons(job), Employee.objects.count()) == ("failed", found, 0)


def test_a_dry_run_is_held_and_writes_only_what_was_shown():
    job = take(AOYAMA, dry_run=True)
    assert (job.status, job.created, Employee.objects.count()) == ("held", 1, 0)
    run_inline(actions.approve_job(job, by=User.objects.create_user("boss"), inline=True))
    job.refresh_from_db()
    assert (job.status, Employee.objects.count()) == ("succeeded", 1)
    assert not SourceFile.objects.exists()


def test_nothing_is_half_stored_when_a_run_breaks(monkeypatch):
    def break_down(*_, **__):
        assert Employee.objects.exists()
        raise RuntimeError

    monkeypatch.setattr(records, "write_changes", break_down)
    job = take(AOYAMA)
    assert (job.status, reasons(job), Employee.objects.count()) == ("failed", ["RUN_CRASHED"], 0)
