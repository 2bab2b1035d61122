"""A run that was under way when a backup was made, or that nobody went on with for an hour, does not go on by
itself.
"""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from integrations import actions, supervisor
from integrations.jobs import runner, workers
from integrations.jobs.lease import Lease
from integrations.models import KaonaviConnection, RemoteCall, SyncJob, WorkerHeartbeat
from integrations.supervisor import Supervisor
from tests.factories.rows import make_chunk

pytestmark = pytest.mark.django_db

KINDS = ["results", "employees", "employees_file"]
LONG_AGO = timedelta(minutes=61)


def connect():
    """No step of these runs may be taken."""
    raise AssertionError


def under_way(kind: str = "results", **fields: object) -> SyncJob:
    """A run whose last sign of life was an hour ago."""
    then = timezone.now() - LONG_AGO
    values = {"status": "running", "lease": 4, "started_at": then, "heartbeat_at": then}
    return SyncJob.objects.create(kind=kind, **values | fields)


def ended_as(job: SyncJob) -> tuple[str, list[str]]:
    job.refresh_from_db()
    return job.status, [issue.reason for issue in job.issues.all()]


INTERRUPTED = ("interrupted", ["RUN_OUTLIVED"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", ["running", "queued"])
def test_a_message_of_it_ends_it(kind, status):
    job = under_way(kind, status=status)

    assert runner.advance(job.pk, 4, worker="here:1", connect=connect) is None

    assert ended_as(job) == INTERRUPTED


@pytest.mark.parametrize("worker", ["", "gone:1"])
@pytest.mark.parametrize("sends", [True, False])
def test_whoever_watches_ends_it_whether_a_worker_had_it_or_not(worker, sends, wakes, monkeypatch):
    monkeypatch.setattr(supervisor.connections, "close_all", lambda: None)
    workers.announce("alive:1")
    job = under_way(worker=worker, wake_in=600)
    now = [1000.0]
    observer = Supervisor(sends=sends, clock=lambda: now[0])
    for _ in range(20):
        observer.look()
        now[0] += 3

    assert ended_as(job) == INTERRUPTED
    assert wakes == []


def test_an_upload_that_slept_for_less_than_an_hour_goes_on():
    job = under_way(heartbeat_at=timezone.now() - timedelta(minutes=59))

    assert Lease.claim(job.pk, 4, "here:1") is not None


def test_one_that_never_began_waits_for_a_worker_as_long_as_it_takes(time_machine):
    job = SyncJob.objects.create(kind="employees")
    time_machine.move_to(timezone.now() + timedelta(days=2))

    assert Lease.claim(job.pk, 0, "here:1") is not None


def test_nor_has_one_that_a_person_approves_after_hours(person, wakes):
    job = under_way("employees", status="held", options={"format": 1, "digest": "x"})

    approved = actions.approve_job(job, by=person)

    assert Lease.claim(approved.pk, approved.lease, "here:1") is not None


class TestAfterARestore:
    """`manage.py after_restore`."""

    def test_it_ends_the_run_that_was_under_way_however_young_it_is(self, capsys):
        job = under_way(worker="here:1", heartbeat_at=timezone.now())

        call_command("after_restore")

        assert ended_as(job) == INTERRUPTED
        assert "1件の処理を" in capsys.readouterr().out
        assert Lease.claim(job.pk, 4, "here:1") is None

    def test_it_ends_one_that_only_waits_too(self):
        job = SyncJob.objects.create(kind="departments")

        call_command("after_restore")

        assert ended_as(job) == INTERRUPTED

    def test_it_leaves_what_has_ended_and_what_waits_for_a_person(self):
        held = under_way(status="held")
        done = under_way(status="succeeded", finished_at=timezone.now())

        call_command("after_restore")

        assert (ended_as(held)[0], ended_as(done)[0]) == ("held", "succeeded")

    def test_it_forgets_the_token_the_calls_and_the_workers_and_keeps_the_keys(self, capsys):
        KaonaviConnection.objects.create(
            consumer_key="key", consumer_secret="secret", token="token", token_expires_at=timezone.now()
        )
        RemoteCall.objects.create(is_update=True, reserved_at=timezone.now())
        workers.announce("here:1")
        Session.objects.create(session_key="of then", expire_date=timezone.now() + timedelta(days=1))

        call_command("after_restore")

        kept = KaonaviConnection.objects.get()
        assert (kept.consumer_key, kept.consumer_secret, kept.token, kept.token_expires_at) == (
            "key",
            "secret",
            "",
            None,
        )
        assert not RemoteCall.objects.exists()
        assert not WorkerHeartbeat.objects.exists()
        assert not Session.objects.exists()
        assert "1件を消しました" in capsys.readouterr().out

    def test_it_keeps_what_the_next_upload_must_look_after(self):
        job = under_way()
        now = timezone.now()
        chunk = make_chunk(job, state="accepted", task_id=7, sent_at=now)

        call_command("after_restore")

        chunk.refresh_from_db()
        assert (chunk.state, chunk.task_id) == ("accepted", 7)

    def test_it_may_be_called_again(self, capsys):
        call_command("after_restore")
        call_command("after_restore")

        assert "0件の処理を" in capsys.readouterr().out
