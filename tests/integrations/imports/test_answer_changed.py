"""A key that is in no element of カオナビ's answer is no blank of everybody's: the run fails and says what is missing."""

from collections.abc import Callable

import pytest

from departments.models import Department
from employees.models import Employee
from integrations.kaonavi.simulator.knobs import MISSING
from integrations.models import SyncJob
from integrations.rules.answers import DEPARTMENT_KEYS, MEMBER_KEYS

pytestmark = pytest.mark.django_db

Run = Callable[..., SyncJob]
Status = SyncJob.Status


@pytest.fixture
def company(tenant, run: Run):
    for number in range(3):
        tenant.add_department(f"D{number}", f"部{number}", "D0" if number else "")
        tenant.add_member(
            f"{number}",
            gender="女性",
            birthday="1990-01-01",
            entered_date="2020-04-01",
            department="D1",
            position="課長",
        )
    run("departments")
    run("employees")
    return tenant


def take_away(company, key: str) -> None:
    for member in company.state.members:
        member.overrides[key] = MISSING


def give_back(company, key: str) -> None:
    for member in company.state.members:
        del member.overrides[key]


def test_a_key_that_no_member_has_fails_the_run_and_nothing_is_blanked(company, run: Run):
    before = list(Employee.objects.values())
    for key in MEMBER_KEYS:
        take_away(company, key)
        job = run("employees", approve=True)
        give_back(company, key)
        problem = job.issues.get()
        assert (key, job.status, problem.reason) == (key, Status.FAILED, "KAONAVI_ANSWER_CHANGED")
        assert "応答が変わりました" in problem.sentence
        assert f"{MEMBER_KEYS[key]}（{key}）" in problem.sentence
        assert list(Employee.objects.values()) == before


def test_a_key_that_one_member_still_has_is_a_blank_of_the_others(company, run: Run):
    take_away(company, "gender")
    del company.state.members[1].overrides["gender"]
    assert run("employees").counts["updated"] == 2


def test_keys_that_nobody_need_have_may_be_absent(company, run: Run):
    for key in ("retired_date", "age", "sub_departments"):
        take_away(company, key)
    assert run("employees").status == Status.SUCCEEDED


def test_one_or_two_members_without_a_key_tell_of_no_change(company, run: Run):
    company.state.members.pop()
    take_away(company, "birthday")
    assert run("employees").counts["updated"] == 2


def test_a_key_that_no_department_has_fails_the_run(company, run: Run):
    before = list(Department.objects.order_by("pk").values())
    rows = [{"code": f"D{n}", "name": f"部{n}", "parent_code": None, "order": n} for n in range(3)]
    for key in DEPARTMENT_KEYS:
        answer = {"department_data": [{name: value for name, value in row.items() if name != key} for row in rows]}
        company.state.faults.clear()
        company.fail("replace", path="^/departments", json=answer, times=None)
        job = run("departments", approve=True)
        assert (key, job.status, job.issues.get().reason) == (key, Status.FAILED, "KAONAVI_ANSWER_CHANGED")
        assert f"{DEPARTMENT_KEYS[key]}（{key}）" in job.message
        assert list(Department.objects.order_by("pk").values()) == before


def test_departments_without_an_order_are_taken(company, run: Run):
    for department in company.state.departments:
        department.order = None
    assert run("departments").status == Status.SUCCEEDED


def test_a_failed_run_tells_of_no_row(company, run: Run, approve):
    held = run("employees", dry_run=True)
    assert held.counts["unchanged"] == 3
    take_away(company, "code")
    job = approve(held)
    assert (job.status, set(job.counts.values())) == (Status.FAILED, {0})
