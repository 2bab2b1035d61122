"""What was exported and is imported again changes nothing: departments, employees and results, as CSV and as
workbook.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from assessments.models import Assessment, Judgement, PersonalityType, Scale
from departments.models import Department
from employees.models import Employee
from integrations.files.table import Table
from integrations.files.tables import assessments_table, departments_table, employees_table
from integrations.files.write import csv_chunks, xlsx_file
from integrations.models import SyncJob
from tests.factories.long_form import assessment_lines_table
from tests.integrations.files.files import take_file

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime(2025, 6, 2, 15, tzinfo=UTC)  # in Tokyo, where the company is
SEEN = datetime(2026, 4, 1, tzinfo=UTC)


def as_csv(table: Table) -> bytes:
    return b"".join(csv_chunks(table))


def as_xlsx(table: Table) -> bytes:
    with xlsx_file(table) as file:
        return file.read()


forms = pytest.mark.parametrize("form", [as_csv, as_xlsx])


@pytest.fixture
def company():
    """Two departments without a code, one of them with people and a child, and everybody's trickiest values."""
    room = Department.objects.create(name="=準備室", order=3)
    base = Department.objects.create(code="001", name="本社", order=1, last_seen_at=SEEN)
    Department.objects.create(code="-2", name="'-第二", parent=room, last_seen_at=SEEN, missing_since=SEEN)
    Department.objects.create(code="0012", name="関東\n営業部", parent=base)
    Department.objects.create(name="休止室", parent=base)
    people = [
        Employee(employee_number="0012", email="a@example.co.jp", last_name="=青山", department=base, position="＋α"),
        Employee(email="=b@example.co.jp", last_name="デ ラ クルス", first_name="'=x", position="長\r\nつづき"),
        Employee(
            employee_number="-7",
            email="c@example.co.jp",
            last_name="上田",
            last_name_kana="ウエダ",
            birth_date=date(901, 2, 3),
            gender="other",
            department=room,
            employment_type="part_time",
            hire_date=date(2015, 4, 1),
            retirement_date=date(2999, 3, 31),
            is_retired=True,
            retirement_source="kaonavi",
            last_seen_at=SEEN,
        ),
        Employee(email="d@example.co.jp", last_name="_x000D_", is_retired=True, retirement_source="manual"),
    ]
    Employee.objects.bulk_create(people)
    return people


def rows(model):
    return list(model.objects.order_by("pk").values())


def check_unchanged(job: SyncJob, model: type, before: list[dict]) -> None:
    assert (job.status, job.created, job.updated, job.failed) == ("succeeded", 0, 0, 0), list(job.issues.values())
    assert rows(model) == before
    assert not job.changes.exists()


@forms
def test_departments_come_back_unchanged(company, form):
    before = rows(Department)
    job = take_file("departments_file", form(departments_table(Department.objects.all())))
    check_unchanged(job, Department, before)
    assert (job.unchanged, job.skipped) == (3, 2)  # those without a code cannot be named by a file


@forms
def test_employees_come_back_unchanged(company, form):
    before = rows(Employee)
    job = take_file("employees_file", form(employees_table(Employee.objects.all())))
    check_unchanged(job, Employee, before)
    assert job.unchanged == 4


def test_people_come_back_to_the_one_of_several_departments_that_kaonavi_calls_the_same():
    """By code or by name: each has a name of its own here (「同じ名前の部署には親部署名を付ける」)."""
    west = Department.objects.create(code="W", name="大阪支社")
    Department.objects.create(code="E1", name="総務課")
    there = Department.objects.create(code="W1", name="大阪支社 総務課", parent=west)
    Employee.objects.create(email="a@example.co.jp", last_name="青山", department=there)
    before = [rows(Department), rows(Employee)]
    check_unchanged(
        take_file("departments_file", as_csv(departments_table(Department.objects.all()))), Department, before[0]
    )
    table = employees_table(Employee.objects.all())
    place = table.header.index("部署コード")
    lines = list(table.rows)
    for found in (lines, [[*line[:place], "", *line[place + 1 :]] for line in lines]):
        form = Table(table.header, found)
        check_unchanged(take_file("employees_file", as_csv(form)), Employee, before[1])


@pytest.mark.parametrize("gender", ["", *Employee.Gender.values])
@pytest.mark.parametrize("employment_type", ["", *Employee.EmploymentType.values])
def test_every_choice_comes_back_as_itself(gender, employment_type):
    Employee.objects.create(email="a@example.co.jp", last_name="青山", gender=gender, employment_type=employment_type)
    before = rows(Employee)
    check_unchanged(take_file("employees_file", as_csv(employees_table(Employee.objects.all()))), Employee, before)


@forms
def test_results_come_back_unchanged(company, form):
    seeker = PersonalityType.objects.get(code="seeker")
    comment = "=よい\r\n二行目"
    Assessment.objects.bulk_create(
        [
            Assessment(
                employee=company[0],
                title="=春の検査",
                taken_on=date(2025, 6, 2),
                completed_at=datetime(2025, 6, 2, 0, 30, 1, 250, tzinfo=UTC),
                personality_type=seeker,
                scores={"listening": 61.5, "motivation": 50.0, "sociability": 0.0, "forgotten": 1.0},
                grade="A+",
                overall_score="10.0",
                comment=comment,
            ),
            Assessment(employee=company[0], taken_on=date(2025, 6, 2), scores={"listening": 100}),
            Assessment(employee=company[2], taken_on=date(2025, 6, 3), completed_at=datetime(2025, 6, 2, tzinfo=UTC)),
            Assessment(employee=company[2], taken_on=date(2025, 6, 4), completed_at=MIDNIGHT),
            Assessment(employee=company[2], taken_on=date(2025, 6, 5), completed_at=MIDNIGHT + timedelta(seconds=1)),
        ]
    )
    first, second, *_ = Assessment.objects.all()
    first.judgements.create(basis="チーム（東京）基準", grade="A+", overall_score="0.0")
    first.judgements.create(basis="=適性", grade="1月2日")
    second.judgements.create(basis="=適性", overall_score="10.0")
    before, judged = rows(Assessment), rows(Judgement)
    for table, unchanged in ((assessments_table, 5), (assessment_lines_table, 7)):
        job = take_file("assessments_file", form(table(Assessment.objects.all())))
        check_unchanged(job, Assessment, before)
        assert (job.unchanged, job.issues.count(), rows(Judgement)) == (unchanged, 0, judged)


def test_an_edited_export_changes_what_was_edited_and_nothing_else(company):
    before = rows(Employee)
    table = employees_table(Employee.objects.all())
    place = table.header.index("役職")
    edited = [[*row[:place], "部長" if row[0] == "0012" else row[place], *row[place + 1 :]] for row in table.rows]
    job = take_file("employees_file", as_xlsx(Table(table.header, edited)))
    assert (job.status, job.updated, job.unchanged) == ("succeeded", 1, 3)
    assert rows(Employee) == [before[0] | {"position": "部長"}, *before[1:]]


def test_results_of_chosen_scales_leave_the_others_as_they_are(company):
    Assessment.objects.create(
        employee=company[0], taken_on=date(2025, 6, 2), scores={"listening": 50, "motivation": 40}
    )
    before = rows(Assessment)
    table = assessments_table(Assessment.objects.all(), Scale.objects.exclude(code="motivation"))
    assert "やる気" not in table.header
    check_unchanged(take_file("assessments_file", as_csv(table)), Assessment, before)
