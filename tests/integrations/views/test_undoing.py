"""「この処理を元に戻す」 on pages and as a command."""

import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.rights import Right
from departments.models import Department
from employees.models import Employee
from integrations.jobs.inline import run_inline
from integrations.models import SyncJob
from tests.factories.rows import account, logged_in, make_issue, make_person, make_result, member_of_roles
from tests.factories.second_factor_holder import tired
from tests.integrations.files.files import csv_file, take_file

ALL, CREATED, ONE = "この処理を元に戻す", "この処理で新規登録した社員を削除", "この変更を元に戻す"
HEADER = ("社員番号", "姓", "姓（カナ）", "メールアドレス", "役職")


@pytest.fixture
def job(db) -> SyncJob:
    """A file that changed one person and made another."""
    make_person(1, position="課長")
    file = csv_file(
        HEADER, ("0001", "青山", "アオヤマ", "p1@example.co.jp", "部長"), ("2", "新", "シン", "p2@example.co.jp", "")
    )
    return take_file("employees_file", file)


def address(job: SyncJob) -> str:
    return reverse("integrations:undo", args=[job.pk])


def held(client: Client, job: SyncJob, **sent: object) -> SyncJob:
    """What the button starts, as far as a worker takes it."""
    client.post(address(job), sent)
    undoing = SyncJob.objects.get(undoes=job, status="queued")
    run_inline(undoing)
    undoing.refresh_from_db()
    return undoing


def test_a_click_leads_to_what_it_would_do_and_a_second_one_does_it(admin: Client, job: SyncJob):
    page = admin.get(job.get_absolute_url()).text
    assert ALL in page
    assert CREATED in page
    undoing = held(admin, job)
    page = admin.get(undoing.get_absolute_url()).text
    assert "まだ何も変更していません" in page
    assert "新規登録し、その後に変更のない1名を削除します" in page
    assert "1名を削除して実行" in page
    assert "新規登録分を変えずに実行" in page
    assert "更新・削除" in page
    assert f'<a href="{job.get_absolute_url()}">社員CSV取込' in page
    assert "もう一度" not in page
    admin.post(reverse("integrations:approve", args=[undoing.pk]))
    undoing.refresh_from_db()
    run_inline(undoing)
    assert list(Employee.objects.values_list("email", "position")) == [("p1@example.co.jp", "課長")]
    page = admin.get(job.get_absolute_url()).text
    assert "に元に戻しました。" in page
    assert ALL not in page
    assert ALL in admin.get(undoing.get_absolute_url()).text, "an undo can itself be undone"
    assert AuditEntry.objects.filter(action="started", detail__undoes=job.pk).exists()


def test_who_would_delete_people_is_asked_for_the_password(job: SyncJob, admin: Client):
    undoing = held(admin, job)
    tired(admin)
    answer = admin.post(reverse("integrations:approve", args=[undoing.pk]))
    assert "パスワード" in answer.text
    undoing.refresh_from_db()
    assert undoing.status == "held"
    admin.post(reverse("integrations:approve", args=[undoing.pk]), {"keep_items": "1"})
    undoing.refresh_from_db()
    assert undoing.status == "queued", "nobody is deleted by this answer"


def test_one_change_goes_back_from_the_run_and_from_the_person(admin: Client, job: SyncJob):
    person = Employee.objects.get(email="p1@example.co.jp")
    assert ONE in admin.get(job.get_absolute_url()).text
    page = admin.get(person.get_absolute_url()).text
    assert f'formaction="{address(job)}"' in page
    undoing = held(admin, job, row=person.pk)
    assert [change.object_id for change in undoing.changes.all()] == [person.pk]
    admin.post(reverse("integrations:approve", args=[undoing.pk]))
    run_inline(SyncJob.objects.get(pk=undoing.pk))
    person.refresh_from_db()
    assert person.position == "課長"
    page = admin.get(person.get_absolute_url()).text
    assert f'formaction="{address(job)}"' not in page
    assert f'formaction="{address(undoing)}"' in page


def test_those_alone_whom_the_run_made_are_offered_with_one_answer(admin: Client, job: SyncJob):
    undoing = held(admin, job, only_created="1")
    page = admin.get(undoing.get_absolute_url()).text
    assert "1名を削除して実行" in page
    assert "を変えずに実行" not in page


@pytest.mark.parametrize("kind", ["departments", "assessments_file", "results"])
def test_those_alone_whom_it_made_are_asked_of_runs_of_people_only(kind: str, admin: Client, job: SyncJob):
    SyncJob.objects.filter(pk=job.pk).update(kind=kind)
    assert admin.post(address(job), {"only_created": "1"}).status_code == 404


@pytest.mark.parametrize("row", ["x", "999999", "1" * 5000, "²", ""])
def test_it_takes_no_row_that_the_run_did_not_write(row: str, admin: Client, job: SyncJob):
    assert admin.post(address(job), {"row": row}).status_code == 404
    assert SyncJob.objects.count() == 1


def test_it_is_for_administrators_alone(job: SyncJob, viewer: Client):
    page = viewer.get(job.get_absolute_url()).text
    assert (ALL in page, ONE in page) == (False, False)
    assert viewer.post(address(job)).status_code == 403
    assert logged_in(account("nobody")).post(address(job)).status_code == 403


def test_it_says_why_not(admin: Client, job: SyncJob, settings):
    settings.UNDO_DAYS = 0
    assert ALL not in admin.get(job.get_absolute_url()).text
    settings.UNDO_DAYS = 30
    SyncJob.objects.filter(pk=job.pk).update(finished_at="2020-01-01T00:00:00Z")
    page = admin.get(job.get_absolute_url()).text
    assert ALL not in page
    assert "終了から30日を過ぎたため、元に戻せません" in page
    assert "30日を過ぎた" in admin.post(address(job), follow=True).text
    assert SyncJob.objects.count() == 1


def test_whoever_may_not_see_results_is_not_told_who_was_tested(admin: Client, job: SyncJob):
    make_result(Employee.objects.get(email="p2@example.co.jp"))
    undoing = held(admin, job)
    assert "検査結果があります" in admin.get(undoing.get_absolute_url()).text
    blind = member_of_roles(([Right.VIEW_JOBS, Right.VIEW_EMPLOYEES], None))
    page = blind.get(undoing.get_absolute_url()).text
    assert "検査結果があります" not in page
    assert "p2@example.co.jp" not in page


def test_an_undo_is_no_problem_to_be_dealt_with_and_what_it_undoes_no_longer(admin: Client, job: SyncJob):
    make_issue(job, subject_key="0009")
    problems = reverse("integrations:problems")
    assert "メールアドレスの形式" in admin.get(problems).text or "0009" in admin.get(problems).text
    Employee.objects.filter(email="p1@example.co.jp").update(position="手直し")
    undoing = held(admin, job)
    admin.post(reverse("integrations:approve", args=[undoing.pk]))
    run_inline(SyncJob.objects.get(pk=undoing.pk))
    page = admin.get(problems).text
    assert "0009" not in page
    assert "元に戻す処理の後に変わったもの" not in page


def test_the_command_holds_and_with_a_flag_does_it(job: SyncJob, make_told: Callable[..., tuple[int, dict]]):
    code, told = make_told("undo", str(job.pk), "--inline", "--json")
    assert (code, told["status"], told["undone_kind"]) == (4, "held", "employees_file")
    code, told = make_told("undo", str(job.pk), "--inline", "--json", "--approve")
    assert (code, told["status"], told["undoes"]) == (0, "succeeded", job.pk)
    code, told = make_told("undo", str(job.pk), "--inline", "--json")
    assert code == 5
    assert "に元に戻しました" in told["error"]
    assert not Department.objects.exists()


@pytest.fixture
def make_told() -> Callable[..., tuple[int, dict]]:
    def tell(*arguments: str) -> tuple[int, dict]:
        out, code = StringIO(), 0
        try:
            call_command("kaonavi", *arguments, stdout=out)
        except SystemExit as end:
            code = int(end.code or 0)
        return code, json.loads(out.getvalue())

    return tell
