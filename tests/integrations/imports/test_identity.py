"""Whose row is it, through the whole flow: a run, an administrator's decision, the next run."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from assessments.models import Assessment
from employees.models import Employee, IdentityDecision
from integrations.imports import identity_decisions
from integrations.kaonavi.simulator.tenant import Tenant
from integrations.models import SyncJob
from tests.integrations.files.files import csv_file, take_file

pytestmark = pytest.mark.django_db

Run = Callable[..., SyncJob]


@pytest.fixture
def two(tenant: Tenant, run: Run) -> tuple[Employee, Employee]:
    tenant.add_member("1001", name="青山 直樹", name_kana="アオヤマ ナオキ", mail="a@example.co.jp")
    tenant.add_member("2002", name="井上 花子", name_kana="イノウエ ハナコ", mail="i@example.co.jp")
    assert run("employees").status == "succeeded"
    return Employee.objects.get(employee_number="1001"), Employee.objects.get(employee_number="2002")


def mails() -> dict[str, str]:
    return dict(Employee.objects.values_list("employee_number", "email"))


def swap(tenant: Tenant) -> None:
    first, second = tenant.state.members
    first.mail, second.mail = second.mail, first.mail


def reasons(job: SyncJob) -> list[str]:
    return sorted(job.issues.values_list("reason", flat=True))


@pytest.mark.usefixtures("two")
def test_two_who_swap_their_mails_keep_everything_until_somebody_decides(tenant, run: Run, person):
    swap(tenant)
    job = run("employees")
    assert (job.status, job.failed, reasons(job)) == ("partial", 2, ["MEMBER_IDENTITY_UNCERTAIN"] * 2)
    assert mails() == {"1001": "a@example.co.jp", "2002": "i@example.co.jp"}
    identity_decisions.decide_issues(job.issues.all()[:1], is_same=False, by=person)
    job = run("employees")
    assert (job.status, job.updated, reasons(job)) == ("succeeded", 2, [])
    assert mails() == {"1001": "i@example.co.jp", "2002": "a@example.co.jp"}
    assert dict(Employee.objects.values_list("employee_number", "last_name")) == {"1001": "青山", "2002": "井上"}
    assert run("employees").unchanged == 2


def test_a_new_hire_with_a_leavers_address_is_somebody_else(tenant, run: Run, person, two):
    tenant.state.members[0].code = "3003"
    tenant.state.members[0].name, tenant.state.members[0].name_kana = "上田 次郎", "ウエダ ジロウ"
    job = run("employees")
    identity_decisions.decide_issues(job.issues.all(), is_same=False, by=person)
    job = run("employees")
    assert mails() == {"1001": "", "2002": "i@example.co.jp", "3003": "a@example.co.jp"}
    leaver = Employee.objects.get(employee_number="1001")
    assert (leaver.pk, leaver.full_name, leaver.missing_since is None) == (two[0].pk, "青山 直樹", False)
    assert (job.status, job.created, reasons(job)) == ("succeeded", 1, ["MEMBER_MAIL_TAKEN_OVER"])
    changes = {change.object_id: change.fields for change in job.changes.all()}
    assert changes[leaver.pk] == {"email": ["a@example.co.jp", ""], "missing": [False, True]}
    assert run("employees").unchanged == 2


def test_the_same_person_is_written_as_ever(tenant, run: Run, person, two):
    tenant.state.members[0].code, tenant.state.members[0].name = "3003", "赤井 直樹"
    identity_decisions.decide(two[0], "3003", " A@example.co.jp ", is_same=True, by=person)
    job = run("employees")
    two[0].refresh_from_db()
    assert (job.status, two[0].employee_number, two[0].last_name) == ("succeeded", "3003", "赤井")


def test_whoever_decides_is_written_down_without_the_values(two, person):
    identity_decisions.decide(two[0], "3003", "a@example.co.jp", is_same=True, by=person)
    identity_decisions.decide(two[0], "3003", "a@example.co.jp", is_same=False, by=person)
    decision = IdentityDecision.objects.get()
    assert (decision.is_same, decision.decided_by) == (False, person)
    entries = AuditEntry.objects.filter(action="identified").order_by("pk")
    assert [entry.detail for entry in entries] == [{"is_same": True}, {"is_same": False}]


def test_a_file_asks_the_same_and_follows_what_was_decided(two, person):
    lines = [
        ("1001", "青山", "直樹", "i@example.co.jp", "部長"),
        ("2002", "井上", "花子", "a@example.co.jp", "課長"),
    ]
    file = csv_file(["社員番号", "姓", "名", "メールアドレス", "役職"], *lines)
    job = take_file("employees_file", file)
    assert (job.status, reasons(job)) == ("partial", ["MEMBER_IDENTITY_UNCERTAIN"] * 2)
    assert job.issues.all()[0].sentence.startswith("2行目：")
    identity_decisions.decide_issues(job.issues.all()[1:], is_same=False, by=person)
    job = take_file("employees_file", file)
    assert (job.status, job.updated) == ("succeeded", 2)
    assert mails() == {"1001": "i@example.co.jp", "2002": "a@example.co.jp"}
    kept = Employee.objects.get(pk=two[0].pk)
    assert (kept.position, kept.last_name_kana) == (
        "部長",
        "アオヤマ",
    )  # no column for it: as it was, of the right person


def test_only_one_can_have_an_address_and_many_can_have_none(two):
    Employee.objects.create(email="", last_name="上田")
    Employee.objects.create(email="", last_name="江口")
    with pytest.raises(IntegrityError), transaction.atomic():
        Employee.objects.create(email=two[0].email, last_name="上田")


@pytest.mark.parametrize("is_tested", [True, False])
def test_a_file_with_slipped_addresses_and_no_numbers_gives_no_results_away(is_tested, two, person):
    if is_tested:
        for employee in two:
            Assessment.objects.create(employee=employee, taken_on="2026-04-01")
    heading = ["メールアドレス", "姓", "名", "姓（カナ）", "名（カナ）"]
    slipped = [
        ("a@example.co.jp", "井上", "花子", "イノウエ", "ハナコ"),
        ("i@example.co.jp", "青山", "直樹", "アオヤマ", "ナオキ"),
    ]
    job = take_file("employees_file", csv_file(heading, *slipped))
    assert (job.failed, job.updated) == ((2, 0) if is_tested else (0, 2))
    if is_tested:
        identity_decisions.decide_issues(job.issues.all(), is_same=True, by=person)
        assert take_file("employees_file", csv_file(heading, *slipped)).updated == 2
