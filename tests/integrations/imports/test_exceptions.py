"""同期の例外 through whole runs: what a run makes of them, until the day on which they end."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from departments.models import Department
from employees.models import Employee
from integrations.models import SyncException, SyncJob
from tests.integrations.files.files import csv_file, take_file

pytestmark = pytest.mark.django_db

Run = Callable[..., SyncJob]
Kind = SyncException.Kind
LAST_DAY = date(2026, 12, 9)
FIRST_DAY = datetime(2026, 11, 30, 23, 59, 59, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.fixture
def company(tenant, run: Run):
    """営業部 with 第一課 below it, and 開発部; one person in each."""
    tenant.add_department("S", "営業部")
    tenant.add_department("S1", "第一課", "S")
    tenant.add_department("D", "開発部")
    for number, code in enumerate(("S", "S1", "D"), 1):
        tenant.add_member(f"E{number}", department=code, position="課長", employment_type="正社員")
    run("departments")
    run("employees")
    return tenant


def who(number: str) -> Employee:
    return Employee.objects.get(employee_number=number)


def told(job: SyncJob) -> list[tuple[str, str, str]]:
    return list(job.issues.order_by("subject_key").values_list("subject_key", "reason", "severity"))


def limit(*departments: str, employment_types: list[str] | None = None, **values: object) -> SyncException:
    scope = SyncException.objects.create(
        kind=Kind.SCOPE, limits_departments=bool(departments), employment_types=employment_types or [], **values
    )
    scope.departments.set(Department.objects.filter(code__in=departments))
    return scope


def test_a_pin_survives_ten_syncs_and_ends_on_its_day(company, run: Run, time_machine):
    SyncException.objects.create(kind=Kind.PINNED, employee=who("E1"), item="birth_date", until=LAST_DAY)
    for day in range(10):
        time_machine.move_to(FIRST_DAY + timedelta(days=day))
        company.edit_member("E1", gender=("女性", "男性")[day % 2], birthday=f"1990-01-{day + 1:02}")
        job = run("employees")
        assert (job.status, job.updated, who("E1").birth_date) == ("succeeded", 1, None), day
        assert told(job) == [("E1", "MEMBER_ITEM_PINNED", "skipped")]
        assert "固定している項目1件は、カオナビの値に変えていません。" in job.message
    time_machine.move_to(FIRST_DAY + timedelta(days=9, seconds=2))  # a moment after midnight in Japan
    job = run("employees")
    assert (job.updated, told(job), who("E1").birth_date) == (1, [], date(1990, 1, 10))
    assert "固定" not in job.message


def test_who_is_out_of_the_scope_stays_as_they_are_and_departments_come_all_the_same(company, run: Run):
    limit("S", employment_types=["regular"])
    company.add_department("N", "新設部")
    company.edit_member("E1", retired_date="2026-04-01")
    for number in ("E2", "E3"):
        company.edit_member(number, gender="女性", retired_date="2026-04-01")
    company.add_member("E4", department="N")
    assert run("departments").created == 1
    before = Employee.objects.get(employee_number="E3")

    job = run("employees")

    assert job.counts == {"created": 0, "updated": 2, "unchanged": 0, "skipped": 2, "failed": 0}
    assert told(job) == [(number, "MEMBER_OUT_OF_SCOPE", "skipped") for number in ("E3", "E4")]
    assert list(job.issues.values_list("field", "value")) == [("所属", "開発部"), ("所属", "新設部")]
    after = who("E3")
    assert (after.gender, after.is_retired, after.missing_since) == ("", False, None)
    assert after.last_seen_at == before.last_seen_at
    assert [who(number).is_retired for number in ("E1", "E2")] == [True, True]


def test_a_scope_whose_departments_were_deleted_takes_nobody(company, run: Run):
    scope = limit("D")
    run("employees")
    Employee.objects.filter(department__code="D").update(department=None)
    Department.objects.get(code="D").delete()
    assert (scope.departments.count(), run("employees").skipped) == (0, 2)  # and one whose department nobody knows


def test_the_code_of_a_department_may_change_and_the_scope_goes_with_it(company, run: Run):
    limit("S1")
    Department.objects.filter(code="S1").update(code="S9")
    company.edit_member("E2", department="S9")
    assert [subject for subject, *_ in told(run("employees"))] == ["E1", "E3"]


@pytest.mark.parametrize("kind", [Kind.EXCLUDED, Kind.PINNED, Kind.SCOPE])
def test_one_that_is_set_while_a_run_is_held_is_asked_about_again(kind, company, run: Run, approve):
    company.edit_member("E1", gender="女性")
    job = run("employees", dry_run=True)
    assert (job.status, job.updated) == ("held", 1)
    if kind == Kind.SCOPE:
        limit("D")
    else:
        SyncException.objects.create(kind=kind, employee=who("E1"), item="gender" if kind == Kind.PINNED else "")

    job = approve(job)

    assert (job.status, who("E1").gender) == ("held", "")
    assert "確認したときから内容が変わったため" in job.message
    assert "E1" in [subject for subject, *_ in told(job)]
    assert (approve(job).status, who("E1").gender) == ("succeeded", "")


@pytest.mark.parametrize("values", [{"email": "x9@example.co.jp"}, {"employee_number": "E9"}])
def test_somebody_who_need_not_be_here_is_left_out_until_it_ends(values, company, run: Run):
    exception = SyncException.objects.create(kind=Kind.EXCLUDED, **values)
    company.add_member("E9", mail="X9@example.co.jp")
    assert told(run("employees")) == [("E9", "MEMBER_EXCLUDED", "skipped")]
    assert not Employee.objects.filter(employee_number="E9").exists()
    exception.delete()
    assert run("employees").created == 1


def test_a_file_takes_whom_and_what_it_names(company):
    """It is a person's own act, as an edit is: only カオナビ's sync is held back."""
    SyncException.objects.create(kind=Kind.PINNED, employee=who("E1"), item="gender")
    SyncException.objects.create(kind=Kind.EXCLUDED, employee=who("E1"))
    limit("D")
    mail = who("E1").email
    header = ("メールアドレス", "姓", "名", "姓（カナ）", "名（カナ）", "性別")
    job = take_file("employees_file", csv_file(header, (mail, "田中", "太郎", "タナカ", "タロウ", "女性")))
    assert (job.status, job.updated, who("E1").gender) == ("succeeded", 1, "female")
