"""Who may write for a job: one holder at a time, and nobody who lost it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from integrations import actions, kinds
from integrations.jobs import runner
from integrations.jobs.lease import Lease, LeaseLostError
from integrations.models import SyncJob

pytestmark = pytest.mark.django_db

Status = SyncJob.Status


@pytest.fixture
def job(db) -> SyncJob:
    return SyncJob.objects.create(kind="departments")


def write(lease: Lease, message: str, fail: Callable[[], object] = lambda: None) -> None:
    with lease.writing() as row:
        row.message = message
        row.save()
        fail()


def test_it_claims_a_queued_job_once(job):
    lease = Lease.claim(job.pk, 0, "here:1")
    assert lease is not None
    assert (lease.job.status, lease.job.worker, lease.job.lease, lease.job.attempts) == (Status.RUNNING, "here:1", 1, 1)
    assert lease.job.started_at is not None
    assert Lease.claim(job.pk, 0, "there:1") is None


def test_a_job_that_is_cancelled_as_it_is_claimed_is_nobodys(job):
    def cancel_after(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        if sql.startswith("UPDATE") and not SyncJob.objects.filter(status=Status.CANCELLED).exists():
            actions.cancel_job(job, by=None)
        return result

    with connection.execute_wrapper(cancel_after):
        assert Lease.claim(job.pk, 0, "here:1") is None
    job.refresh_from_db()
    assert job.status == Status.CANCELLED


def test_a_message_that_came_twice_or_late_claims_nothing(job):
    lease = Lease.claim(job.pk, 0, "here:1")
    number = lease.sleep(5)
    assert number == 1
    assert Lease.claim(job.pk, 0, "late:1") is None
    assert Lease.claim(job.pk, 1, "here:1") is not None
    assert Lease.claim(job.pk, 1, "twice:1") is None


def test_sleeping_keeps_the_first_start_and_notes_how_long(job):
    first = Lease.claim(job.pk, 0, "here:1")
    first.report("待機", done=3, total=9)
    first.sleep(12.5)
    job.refresh_from_db()
    assert (job.wake_in, job.worker, job.phase, job.done, job.total) == (12.5, "", "待機", 3, 9)
    second = Lease.claim(job.pk, 1, "there:2")
    assert second.job.started_at == first.job.started_at


def test_whoever_lost_the_lease_writes_nothing(job):
    lost = Lease.claim(job.pk, 0, "here:1")
    runner.take_over(job.pk, lost.number)
    with pytest.raises(LeaseLostError):
        write(lost, "too late")
    assert lost.sleep(1) is None
    job.refresh_from_db()
    assert job.message == ""


def test_a_cancelled_job_can_not_be_written_by_its_worker(job):
    lease = Lease.claim(job.pk, 0, "here:1")
    actions.cancel_job(job, by=None)
    with pytest.raises(LeaseLostError), lease.writing():
        pass
    assert Lease.claim(job.pk, lease.number, "here:1") is None


def test_what_is_written_is_kept_or_dropped_together(job):
    lease = Lease.claim(job.pk, 0, "here:1")
    with pytest.raises(ZeroDivisionError):
        write(lease, "half", fail=lambda: 1 / 0)
    job.refresh_from_db()
    assert job.message == ""


def test_a_dead_import_goes_back_into_the_queue_and_is_given_up_after_three_deaths(job):
    number = 0
    for death in (1, 2):
        lease = Lease.claim(job.pk, number, f"dies:{death}")
        number = runner.take_over(job.pk, lease.number).lease_number
        job.refresh_from_db()
        assert job.status == Status.QUEUED
    lease = Lease.claim(job.pk, number, "dies:3")
    assert runner.take_over(job.pk, lease.number) is None
    job.refresh_from_db()
    assert job.status == Status.INTERRUPTED
    assert [issue.reason for issue in job.issues.all()] == ["RUN_INTERRUPTED"]


@pytest.mark.parametrize("kind", kinds.codes(lambda kind: kind.takes_file))
def test_a_file_that_took_two_workers_with_it_is_not_given_to_a_third(kind):
    job = SyncJob.objects.create(kind=kind)
    lease = Lease.claim(job.pk, 0, "dies:1")
    number = runner.take_over(job.pk, lease.number).lease_number
    lease = Lease.claim(job.pk, number, "dies:2")
    assert runner.take_over(job.pk, lease.number) is None
    job.refresh_from_db()
    assert job.status == Status.INTERRUPTED
    assert [issue.reason for issue in job.issues.all()] == ["RUN_FILE_GIVEN_UP"]
    assert "ファイルを分けて" in job.issues.get().remedy


def test_a_worker_that_leaves_politely_does_not_count_as_a_death(job):
    number = 0
    for _ in range(5):
        lease = Lease.claim(job.pk, number, "leaves:1")
        number = runner.take_over(job.pk, lease.number, died=False).lease_number
    job.refresh_from_db()
    assert (job.status, job.attempts) == (Status.QUEUED, 1)
