"""What a person's click does to the job row."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from integrations import actions
from integrations.connection.session import NotConnectedError
from integrations.models import KaonaviConnection, SyncJob

pytestmark = pytest.mark.django_db

Status = SyncJob.Status


@pytest.fixture
def connected(db) -> KaonaviConnection:
    return KaonaviConnection.objects.create(consumer_key="key", consumer_secret="secret")


def held_job(**fields: object) -> SyncJob:
    return SyncJob.objects.create(
        kind="employees", status=Status.HELD, options={"dry_run": True, "digest": "d"}, **fields
    )


def test_it_queues_the_message_only_after_the_row_is_committed(
    connected, person, wakes, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        job = actions.start_job(kind="employees", by=person)
        assert wakes == []
    assert wakes == [(job.pk, 0)]
    assert job.status == Status.QUEUED


def test_it_refuses_a_second_run_of_any_kind_and_names_who_runs_what_since_when(connected, person, wakes):
    first = actions.start_job(kind="departments", by=person)
    with pytest.raises(actions.AlreadyRunning) as refusal:
        actions.start_job(kind="employees", by=None)
    assert refusal.value.job == first
    assert "花子" in str(refusal.value)
    assert "カオナビ部署情報取込" in str(refusal.value)
    assert SyncJob.objects.count() == 1


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING])
def test_the_database_itself_refuses_a_second_unfinished_row(status):
    SyncJob.objects.create(kind="employees", status=Status.RUNNING)
    with pytest.raises(IntegrityError), transaction.atomic():
        SyncJob.objects.create(kind="results", status=status)


def test_it_refuses_a_sync_without_a_working_connection(wakes):
    with pytest.raises(NotConnectedError, match="連携していません"):
        actions.start_job(kind="employees", by=None)
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s", state="broken")
    with pytest.raises(NotConnectedError, match="連携が切れています"):
        actions.start_job(kind="employees", by=None)
    assert not SyncJob.objects.exists()


def test_a_new_start_drops_a_held_run(connected, wakes):
    held = held_job(created=3)
    actions.start_job(kind="departments", by=None)
    held.refresh_from_db()
    assert held.status == Status.CANCELLED
    assert held.created == 0
    assert "取りやめ" in held.message


def test_approving_puts_a_held_run_back_into_the_queue_with_the_choice(connected, person, wakes):
    held = held_job()
    actions.approve_job(held, by=person, keep_items=True)
    held.refresh_from_db()
    assert held.status == Status.QUEUED
    assert held.requested_by == person
    assert held.options["approved_digest"] == "d"
    assert held.options["keep_items"] is True
    assert held.options["approved_at"] <= timezone.now().isoformat()


def test_it_does_not_approve_a_run_that_is_not_held_any_more(connected, person, wakes):
    held = held_job()
    actions.approve_job(held, by=person)
    with pytest.raises(actions.TooLate):
        actions.approve_job(held, by=person)


def test_it_does_not_approve_while_another_run_is_unfinished(connected, person, wakes):
    held = held_job()
    SyncJob.objects.create(kind="departments")
    with pytest.raises(actions.AlreadyRunning):
        actions.approve_job(held, by=person)
    held.refresh_from_db()
    assert held.status == Status.HELD


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING, Status.HELD])
def test_it_cancels_whatever_has_not_ended(status, person, connected):
    job = SyncJob.objects.create(kind="employees", status=status, worker="elsewhere:1" if status == "running" else "")
    actions.cancel_job(job, by=person)
    job.refresh_from_db()
    assert job.status == Status.CANCELLED
    assert job.finished_at is not None
    assert "山田" in job.message or "花子" in job.message
    with pytest.raises(actions.TooLate):
        actions.cancel_job(job, by=person)


def test_disconnecting_cancels_the_running_job_and_deletes_the_keys_but_no_history(connected, person: User):
    old = SyncJob.objects.create(kind="employees", status=Status.FAILED, finished_at="2026-01-01T00:00Z")
    running = SyncJob.objects.create(kind="employees", status=Status.RUNNING, worker="dead:1")
    assert actions.disconnect(by=person) is True
    running.refresh_from_db()
    assert running.status == Status.CANCELLED
    assert not KaonaviConnection.objects.exists()
    assert SyncJob.objects.filter(pk=old.pk).exists()
    assert actions.disconnect(by=person) is False
