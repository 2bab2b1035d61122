"""安全装置 through the whole flow: a run that would do what nobody does on an ordinary day asks first (product rule 9)."""

from collections.abc import Callable

import pytest
from django.test import Client

from departments.models import Department
from employees.models import Employee
from integrations.models import KaonaviConnection, SyncJob
from integrations.models.unseen import UnseenEmployee

pytestmark = pytest.mark.django_db

Run = Callable[..., SyncJob]
Status = SyncJob.Status


@pytest.fixture
def company(tenant, run: Run):
    """Twelve people and departments, imported."""
    for number in range(12):
        tenant.add_department(f"D{number}", f"部{number}")
        tenant.add_member(f"{number}", gender="女性", department="D0")
    run("departments")
    run("employees")
    return tenant


def blank(company, people: int) -> None:
    for number in range(people):
        company.edit_member(f"{number}", gender="")


@pytest.fixture
def page(person) -> Callable[..., str]:
    client = Client()
    client.force_login(person)

    def read(job: SyncJob, query: str = "") -> str:
        return client.get(f"{job.get_absolute_url()}{query}").content.decode()

    return read


def test_a_key_that_is_blank_for_many_is_asked_about_with_both_numbers_and_leads_to_the_people(company, run: Run, page):
    blank(company, 5)
    job = run("employees")
    assert job.status == Status.HELD
    assert "性別が登録されている12名のうち、5名の性別が空白" in job.message
    assert Employee.objects.filter(gender="").count() == 0
    text = page(job)
    assert "?loss=gender#changes" in text
    assert "性別を変えずに実行" in text
    assert "5名の性別を空白にして実行" in text
    assert page(job, "?loss=gender").count("@example.co.jp</span>") == 5


def test_the_choice_that_loses_nothing_lets_everything_else_flow(company, run: Run, approve):
    blank(company, 5)
    company.edit_member("0", entered_date="2020-04-01")
    job = approve(run("employees"), keep_items=True)
    assert (job.status, job.counts["updated"], job.counts["unchanged"]) == (Status.SUCCEEDED, 1, 11)
    assert Employee.objects.filter(gender="female").count() == 12


def test_the_other_choice_and_approving_beforehand_do_as_they_say(company, run: Run, approve):
    blank(company, 5)
    assert approve(run("employees")).counts["updated"] == 5
    assert Employee.objects.filter(gender="").count() == 5
    blank(company, 11)
    assert run("employees", approve=True).status == Status.SUCCEEDED


def test_a_share_below_the_setting_is_an_ordinary_day_and_0_turns_it_off(company, run: Run):
    blank(company, 2)
    assert run("employees").status == Status.SUCCEEDED
    blank(company, 12)
    KaonaviConnection.objects.update(guard_percent=0)
    assert run("employees").status == Status.SUCCEEDED


def test_the_first_completed_import_of_a_kind_asks_nothing(tenant, run: Run):
    for number in range(12):
        tenant.add_member(f"{number}")
        Employee.objects.create(email=f"{number}@example.co.jp", last_name="青山", gender="male")
    assert run("employees").status == Status.SUCCEEDED


def test_two_alarms_are_two_lines_of_one_question(company, run: Run, approve, page):
    blank(company, 5)
    del company.state.members[9:]
    job = run("employees")
    assert len(job.message.split("\n")) == 2
    assert "5名の性別を空白に、3名を「カオナビになし」にして実行" in page(job)
    assert page(job, "?loss=missing").count("@example.co.jp</span>") == 3
    job = approve(job, keep_items=True)
    assert job.status == Status.SUCCEEDED
    assert "カオナビで見つからない社員3名には" in job.message
    assert not Employee.objects.exclude(missing_since=None).exists()
    assert UnseenEmployee.objects.count() == 3, "the run did not see them"


def test_departments_that_shrink_are_asked_about_and_marked_or_not(company, run: Run, approve):
    del company.state.departments[8:]
    held = run("departments")
    assert held.status == Status.HELD
    assert "12件のうち、4件" in held.message
    assert approve(held, keep_items=True).status == Status.SUCCEEDED
    assert not Department.objects.exclude(missing_since=None).exists()
    job = approve(run("departments"))
    assert Department.objects.exclude(missing_since=None).count() == 4
    assert job.message.endswith("カオナビで見つからなくなった部署4件。")


def test_many_who_leave_at_once_are_asked_about(company, run: Run, approve):
    for number in range(4):
        company.edit_member(f"{number}", retired_date="2026-03-31", gender="男性")
    held = run("employees")
    assert "在籍している12名のうち、4名が新たに退職者になります" in held.message
    approve(held, keep_items=True)
    assert not Employee.objects.filter(is_retired=True).exists()
    assert Employee.objects.filter(gender="male").count() == 4


def test_what_a_person_keeps_is_not_lost_by_a_setting_that_was_changed_meanwhile(company, run: Run, approve):
    blank(company, 5)
    held = run("employees")
    KaonaviConnection.objects.update(guard_percent=0)
    again = approve(held, keep_items=True)
    assert again.status == Status.HELD
    assert "確認したときから内容が変わった" in again.message
    assert Employee.objects.filter(gender="female").count() == 12


def test_a_preview_asks_too_and_a_plan_that_moved_is_held_again(company, run: Run, approve):
    blank(company, 5)
    held = run("employees", dry_run=True)
    assert "12名のうち、5名" in held.message
    blank(company, 6)
    again = approve(held, keep_items=True)
    assert again.status == Status.HELD
    assert "確認したときから内容が変わった" in again.message


def test_the_message_always_says_how_many_are_no_longer_found(company, run: Run):
    assert run("employees").message.endswith("カオナビで見つからなくなった社員0名。")
    company.state.members.pop()
    assert "カオナビで見つからなくなった社員1名。" in run("employees", dry_run=True).message
    assert run("employees").message.endswith("カオナビで見つからなくなった社員1名。")
