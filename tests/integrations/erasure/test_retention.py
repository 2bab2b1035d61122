"""Old runs go with their issues and changes; the newest of each kind stays."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from employees.models import Employee, FormerIdentity
from integrations import tasks
from integrations.erasure.retention import (
    remove_former_identities,
    remove_notes_on_nothing,
    remove_old_exports,
    remove_old_jobs,
)
from integrations.jobs.dropping import drop_forgotten
from integrations.models import Export, ProblemNote, SourceFile, SyncChange, SyncIssue, SyncJob
from integrations.reasons import Reason

pytestmark = pytest.mark.django_db


def ended(kind: str, days_ago: int, status: str = "succeeded") -> SyncJob:
    then = timezone.now() - timedelta(days=days_ago)
    finished = None if status == "held" else then
    job = SyncJob.objects.create(kind=kind, status=status, created_at=then, finished_at=finished)
    SyncIssue.objects.create(job=job, severity="error", reason="MEMBER_UNREADABLE")
    SyncChange.objects.create(job=job, what="employee", action="create")
    return job


def test_it_removes_old_runs_with_everything_they_hold(settings):
    settings.JOB_RETENTION_DAYS = 400
    old, young = ended("employees", 401), ended("employees", 399)
    assert remove_old_jobs() == 1
    assert list(SyncJob.objects.all()) == [young]
    assert not SyncIssue.objects.filter(job=old.pk).exists()
    assert not SyncChange.objects.filter(job=old.pk).exists()


def test_with_0_days_everything_is_kept_for_ever(settings):
    settings.JOB_RETENTION_DAYS = 0
    ended("employees", 4000)
    ended("employees", 1)
    Export.objects.create(kind="results", form="csv", rows=1)
    assert (remove_old_jobs(), remove_old_exports()) == (0, 0)
    assert (remove_old_jobs(days=0), remove_old_exports(days=0), remove_former_identities(days=0)) == (0, 0, 0)
    assert (SyncJob.objects.count(), Export.objects.count()) == (2, 1)


def test_the_command_knows_0_as_for_ever_too_and_no_negative_number():
    ended("employees", 4000)
    ended("employees", 1)
    call_command("remove_old_jobs", "--days=0", stdout=StringIO())
    assert SyncJob.objects.count() == 2
    for days in ("-1", "1.5", "99999999", "３０"):
        with pytest.raises(CommandError, match="0 から 36500 までの整数"):
            call_command("remove_old_jobs", f"--days={days}")
    assert SyncJob.objects.count() == 2


def test_it_keeps_the_newest_of_each_kind_and_whatever_has_not_ended():
    ended("departments", 901)
    kept = {ended("departments", 900), ended("results", 800), ended("employees", 700, "held")}
    assert remove_old_jobs(days=30) == 1
    assert set(SyncJob.objects.all()) == kept


@pytest.mark.parametrize("status", ["failed", "cancelled", "interrupted", "held"])
def test_it_keeps_the_newest_completed_run_by_which_the_guards_know_that_an_import_is_not_the_first(status):
    ended("employees", 902, "partial")
    completed = ended("employees", 901, "partial")
    ended("employees", 900, "failed")
    newest = ended("employees", 31, status)
    assert remove_old_jobs(days=30) == 2
    assert set(SyncJob.objects.all()) == {completed, newest}


def test_the_runs_that_it_keeps_lose_their_values_and_nothing_else():
    kept = ended("employees", 900, "partial")
    fields = {"email": ["", "a@example.co.jp"]}
    SyncChange.objects.create(
        job=kept, what="employee", object_id=7, key="a@example.co.jp", name="青山 直樹", fields=fields
    )
    told = {"reason": Reason.MEMBER_MAIL_INVALID, "severity": "error", "field": "メール"}
    SyncIssue.objects.create(
        job=kept,
        subject_key="0001",
        subject_name="青山 直樹",
        email="ａ@x",
        value="ａ@x",
        detail="ａ@x",
        fingerprint=5,
        **told,
    )
    young = SyncChange.objects.create(
        job=ended("results", 29), what="latest_sheet", key="0001", name="青山 直樹", fields={"a": ["", "b"]}
    )
    for _ in range(2):
        assert remove_old_jobs(days=30) == 0
    change, issue = kept.changes.get(object_id=7), kept.issues.get(reason=Reason.MEMBER_MAIL_INVALID)
    assert (change.key, change.fields, change.object_id) == ("", {}, 7)
    assert (issue.subject_key, issue.email, issue.value, issue.fingerprint) == ("", "", "", None)
    assert (issue.reason, issue.field, issue.detail) == (
        told["reason"],
        "メール",
        "メールアドレスの形式が正しくありません。",
    )
    assert {change.name, issue.subject_name} == {"（保存期間を過ぎたため、消去しました）"}
    young.refresh_from_db()
    assert young.name == "青山 直樹"


def test_what_was_said_of_a_problem_goes_when_no_run_tells_the_problem_any_more():
    for days_ago, kind, fingerprint in (
        (900, "results", 1),
        (31, "employees", 2),
        (29, "employees", 3),
        (29, "employees", 4),
    ):
        ended(kind, days_ago).issues.update(fingerprint=fingerprint, value_digest=0)
    ProblemNote.objects.bulk_create(ProblemNote(fingerprint=number, memo="x") for number in (1, 2, 3))
    tasks.remove_old_jobs()  # the run of 900 days is the newest of its kind and knows nobody any more
    assert set(ProblemNote.objects.values_list("fingerprint", flat=True)) == {2, 3}
    remove_old_jobs(days=30)
    assert remove_notes_on_nothing() == 1
    assert list(ProblemNote.objects.values_list("fingerprint", flat=True)) == [3]


def test_the_newest_run_of_a_kind_stays_without_the_name_of_its_file():
    old = ended("employees_file", 31)
    SyncJob.objects.filter(pk=old.pk).update(file_name="青山直樹.csv")
    remove_old_jobs(days=30)
    old.refresh_from_db()
    assert old.file_name == ""


def test_a_file_that_nobody_decides_on_is_not_kept_for_ever():
    forgotten = ended("employees_file", 31, "held")
    SourceFile.objects.create(job=forgotten, name="名簿.csv", content=b"x")
    fresh = ended("results", 29, "held")
    assert drop_forgotten() == 1
    forgotten.refresh_from_db()
    fresh.refresh_from_db()
    assert (forgotten.status, fresh.status) == ("cancelled", "held")
    assert "30日間確認されなかった" in forgotten.message
    assert not SourceFile.objects.exists()
    assert not forgotten.changes.exists()


def test_the_nightly_errand_ends_log_ins_that_are_over():
    for key, hours in (("over", -1), ("open", 1)):
        Session.objects.create(session_key=key, expire_date=timezone.now() + timedelta(hours=hours))
    tasks.remove_old_jobs()
    assert set(Session.objects.values_list("session_key", flat=True)) == {"open"}


def married(days_ago: int) -> FormerIdentity:
    """How somebody was known before a change that long ago."""
    person = Employee.objects.create(email=f"p{days_ago}@example.co.jp", last_name="青山")
    Employee.objects.filter(pk=person.pk).update(last_name="井上")
    (former,) = person.former_identities.all()
    FormerIdentity.objects.filter(pk=former.pk).update(changed_at=timezone.now() - timedelta(days=days_ago))
    return former


def test_a_former_name_goes_when_no_run_is_old_enough_to_know_it(settings):
    settings.JOB_RETENTION_DAYS = 30
    young, _ = married(29), married(31)
    ended("employees", 100)  # the newest of its kind stays and knows nobody any more
    tasks.remove_old_jobs()
    assert list(FormerIdentity.objects.all()) == [young]


def test_a_former_name_is_kept_while_an_older_run_waits_and_where_runs_are_kept_for_ever(settings):
    married(31)
    ended("results", 32, "held")
    assert remove_former_identities(days=30) == 0
    SyncJob.objects.all().delete()
    settings.JOB_RETENTION_DAYS = 0
    assert remove_former_identities() == 0
    assert remove_former_identities(days=30) == 1


def test_the_message_of_a_failed_upload_ends_where_the_words_of_kaonavi_begin():
    old = ended("results", 31, "failed")
    SyncJob.objects.filter(pk=old.pk).update(
        message="更新できません。カオナビのメッセージ：社員番号 7 の 77.7 は登録できません"
    )
    remove_old_jobs(days=30)
    old.refresh_from_db()
    assert old.message == "更新できません。"
