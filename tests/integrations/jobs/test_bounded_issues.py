"""However much is wrong, a run keeps a bounded number of problems; its counts know all of them."""

from collections.abc import Callable

import pytest

from assessments.models import Assessment
from departments.models import Department
from employees.models import Employee
from integrations.imports import identity_decisions
from integrations.jobs.serialize import job_json
from integrations.models import SyncJob
from integrations.rules import kept_issues
from integrations.rules.assessments import headings
from tests.integrations.files.files import csv_file, take_file

pytestmark = pytest.mark.django_db

Run = Callable[..., SyncJob]


@pytest.fixture(autouse=True)
def _four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_issues, "MOST_ISSUES", 4)


def kept(job: SyncJob) -> dict[str, int]:
    """How many of each reason have a row."""
    rows = job.issues.values_list("reason", flat=True)
    return {reason: list(rows).count(reason) for reason in set(rows)}


def test_a_file_in_which_every_row_is_wrong():
    rows = [[f"{number:04}", "青山", "直樹", f"p{number}@example.co.jp", "きのう"] for number in range(30)]
    job = take_file("employees_file", csv_file(["社員番号", "姓", "名", "メールアドレス", "生年月日"], *rows))
    assert (job.status, job.failed, job.total) == ("partial", 30, 30)
    assert kept(job) == {"MEMBER_DATE_INVALID": 4}
    assert job.issues_left_out == {"MEMBER_DATE_INVALID": 26}
    assert job_json(job)["issues_left_out"] == {"MEMBER_DATE_INVALID": 26}


@pytest.mark.parametrize("kind", ["departments_file", "assessments_file"])
def test_every_kind_of_file(kind):
    header, row = {
        "departments_file": (["部署コード", "部署名"], ["", "営業部"]),
        "assessments_file": ([*headings.AssessmentColumn], ["", "x@example.co.jp", "春", "2026/04/01", *[""] * 5]),
    }[kind]
    job = take_file(kind, csv_file(header, *[row] * 30))
    assert job.failed + job.skipped == 30
    assert job.issues.count() + job.left_out >= 30
    assert max(kept(job).values()) <= 4
    assert job.left_out
    assert not Department.objects.exists()
    assert not Assessment.objects.exists()


def test_an_import_from_kaonavi_and_what_was_held_before_it(tenant, run: Run, approve: Run):
    for number in range(12):
        tenant.add_member(f"{number:03}", name="", mail=f"p{number}@example.co.jp")
    tenant.add_member("100", name="青山 直樹", mail="x")
    held = run("employees", dry_run=True)
    assert (held.status, held.skipped, held.failed) == ("held", 12, 1)
    assert kept(held) == {"MEMBER_NAME_MISSING": 4, "MEMBER_MAIL_INVALID": 1}
    assert held.issues_left_out == {"MEMBER_NAME_MISSING": 8}
    for member in tenant.state.members[:9]:
        member.name = "井上 花子"
    job = approve(held)
    assert (job.status, job.skipped) == ("held", 3)  # another plan than the one that was approved
    assert (kept(job), job.issues_left_out) == ({"MEMBER_NAME_MISSING": 3, "MEMBER_MAIL_INVALID": 1}, {})


def test_whose_rows_they_are_can_be_decided_for_everybody(tenant, run: Run, person):
    for number in range(9):
        tenant.add_member(
            f"1{number:03}", name="青山 直樹", name_kana="アオヤマ ナオキ", mail=f"p{number}@example.co.jp"
        )
    assert run("employees").created == 9
    for number, member in enumerate(tenant.state.members):
        member.code, member.name, member.name_kana = f"2{number:03}", "井上 花子", "イノウエ ハナコ"
    job = run("employees")
    assert (job.failed, kept(job)) == (9, {"MEMBER_IDENTITY_UNCERTAIN": 9})
    assert len(identity_decisions.decide_issues(job.issues.all(), is_same=True, by=person)) == 9
    assert run("employees").updated == 9
    assert Employee.objects.filter(last_name="井上").count() == 9


def test_an_upload_keeps_why_it_stopped_and_who_was_refused(tenant, run: Run):
    tenant.add_member("E-1", name="青山 直樹", mail="a@example.co.jp")
    promoter = {"taken_on": "2026-04-01"}
    for number in range(10):
        person = Employee.objects.create(email=f"n{number}@example.co.jp", last_name="田中", first_name=str(number))
        Assessment.objects.create(employee=person, **promoter)
    known = Employee.objects.create(email="a@example.co.jp", employee_number="E-1", last_name="青山", first_name="直樹")
    Assessment.objects.create(employee=known, **promoter)
    tenant.fail("status", method="PATCH", codes=["E-1"], times=None, status=400, messages=["値が正しくありません"])
    job = run("results")
    assert (job.status, job.skipped, job.failed) == ("partial", 10, 1)
    assert kept(job)["RESULT_NUMBER_MISSING"] == 4
    assert kept(job)["RESULT_REFUSED"] >= 1
    assert job.issues_left_out == {"RESULT_NUMBER_MISSING": 6}
