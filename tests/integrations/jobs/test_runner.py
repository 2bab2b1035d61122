"""One step of a run: what becomes of it when something else than カオナビ goes wrong."""

import errno
import os
import signal
from collections.abc import Callable

import psycopg
import pytest
from django.db import IntegrityError, InterfaceError, InternalError, OperationalError, ProgrammingError
from django.utils import timezone

from integrations import actions
from integrations.jobs import runner
from integrations.jobs.inline import run_inline
from integrations.jobs.lease import FORMAT, Lease
from integrations.kaonavi.errors import CredentialsRefused
from integrations.models import KaonaviConnection, SyncJob

pytestmark = pytest.mark.django_db

Status = SyncJob.Status


@pytest.fixture
def job(db) -> SyncJob:
    return SyncJob.objects.create(kind="departments")


@pytest.fixture
def step(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets what an import's step does."""
    monkeypatch.setattr(runner.connections, "close_all", lambda: None)  # the test's own transaction lives in one

    def does(action: Callable[[Lease], object]) -> None:
        monkeypatch.setattr(runner, "call_step", lambda lease, _: action(lease))

    return does


def raises(error: BaseException) -> Callable[[Lease], object]:
    def action(_: Lease) -> object:
        raise error

    return action


def advance(job: SyncJob, number: int = 0) -> runner.Wake | None:
    return runner.advance(job.pk, number, worker="here:1", task_id="a-task")


@pytest.mark.parametrize(("is_lost", "state"), [(False, "broken"), (True, "active")])
def test_refused_keys_break_the_connection_unless_the_run_was_lost_meanwhile(job, step, is_lost, state):
    """A worker that was frozen has the keys of long ago; new ones may have been entered since."""
    KaonaviConnection.objects.create(consumer_key="new", consumer_secret="s")

    def refused(_: Lease) -> None:
        if is_lost:
            SyncJob.objects.update(lease=7)
        raise CredentialsRefused

    step(refused)

    assert advance(job) is None
    assert KaonaviConnection.objects.get().state == state


@pytest.mark.parametrize("error", [OperationalError("the connection is lost"), InterfaceError("closed")])
def test_a_step_that_lost_its_database_is_taken_again_in_a_moment(job, step, settings, error):
    step(raises(error))
    wake = advance(job)
    assert wake == runner.Wake(2, settings.JOB_RETRY_AFTER)
    job.refresh_from_db()
    assert (job.status, job.worker, job.attempts, job.wake_in) == (Status.QUEUED, "", 2, settings.JOB_RETRY_AFTER)


def test_a_step_that_loses_its_database_every_time_fails_with_a_reason(job, step):
    step(raises(OperationalError("database is locked")))
    number = 0
    for _ in range(2):
        number = advance(job, number).lease_number
    assert advance(job, number) is None
    job.refresh_from_db()
    assert (job.status, [issue.reason for issue in job.issues.all()]) == (Status.FAILED, ["RUN_DATABASE_AWAY"])


@pytest.mark.parametrize(
    ("error", "driver", "told"),
    [
        (OperationalError(), psycopg.errors.DiskFull("x"), ("のディスクに空きがありません", "ディスクを大きくして")),
        (InternalError(), psycopg.errors.ReadOnlySqlTransaction("x"), ("が読み取り専用で", "フェイルオーバー")),
        (ProgrammingError(), psycopg.errors.InsufficientPrivilege("x"), ("権限がない", "application_role")),
        (OperationalError(), psycopg.errors.TooManyConnections("x"), ("接続の数が上限に", "max_connections")),
    ],
)
def test_a_database_that_refuses_is_tried_again_and_its_cause_told(job, step, error, driver, told):
    """Whatever kind of error Django makes of it."""
    error.__cause__ = driver
    step(raises(error))
    number = 0
    for _ in range(2):
        number = advance(job, number).lease_number
    assert advance(job, number) is None
    (issue,) = job.issues.all()
    assert issue.reason == "RUN_DATABASE_AWAY"
    assert told[0] in issue.detail
    assert told[1] in issue.remedy
    assert issue.remedy.endswith("。")


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (MemoryError(), "このサーバーのメモリーが足りません。"),
        (
            OSError(errno.ENOSPC, "No space left on device", "/home/hanako"),
            "このサーバーのディスクに空きがありません。",
        ),
    ],
)
def test_a_server_that_lacks_something_is_told_from_a_bug(job, step, error: Exception, detail: str):
    step(raises(error))
    assert advance(job) is None
    (issue,) = job.issues.all()
    assert (issue.reason, detail in issue.detail) == ("RUN_SERVER_TROUBLE", True)
    assert "hanako" not in issue.detail + issue.remedy


def test_a_database_that_is_still_away_leaves_the_run_to_the_watch(job, step, monkeypatch):
    step(raises(OperationalError("the connection is lost")))

    def away(*_: object, **__: object) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(runner, "take_over", away)
    with pytest.raises(OperationalError):
        advance(job)
    job.refresh_from_db()
    assert (job.status, job.worker) == (Status.RUNNING, "here:1")


def test_a_bug_ends_the_run_and_its_words_stay_out_of_the_log(job, step, caplog):
    step(raises(IntegrityError("Key (email)=(hanako@example.co.jp) already exists")))
    assert advance(job) is None
    job.refresh_from_db()
    assert (job.status, [issue.reason for issue in job.issues.all()]) == (Status.FAILED, ["RUN_CRASHED"])
    assert "IntegrityError" in caplog.text
    assert "hanako" not in caplog.text


def test_the_row_tells_operators_which_worker_had_it(job, step):
    step(raises(KeyError("a bug")))
    advance(job)
    job.refresh_from_db()
    assert (job.worker, job.celery_task_id) == ("here:1", "a-task")


def test_a_completed_step_gives_the_next_one_all_its_attempts(job):
    lease = Lease.claim(job.pk, 0, "dies:1")
    number = runner.take_over(job.pk, lease.number).lease_number
    lease = Lease.claim(job.pk, number, "here:1")
    assert lease.job.attempts == 2
    lease.sleep(1)
    job.refresh_from_db()
    assert job.attempts == 1


def test_a_row_of_an_older_version_is_ended_unread(job, step):
    step(raises(AssertionError("it was read")))
    SyncJob.objects.update(options={"format": FORMAT - 1})
    assert advance(job) is None
    job.refresh_from_db()
    assert (job.status, [issue.reason for issue in job.issues.all()]) == (Status.FAILED, ["RUN_OUTDATED"])


def test_a_row_of_a_newer_version_is_not_touched(job, step):
    step(raises(AssertionError("it was read")))
    SyncJob.objects.update(options={"format": FORMAT + 1})
    before = SyncJob.objects.values().get()
    assert advance(job) is None
    assert SyncJob.objects.values().get() == before


def test_a_new_run_says_how_it_is_written(wakes):
    job = actions.start_job(kind="assessments_file", by=None, file=("a.csv", b""))
    assert job.options == {"format": FORMAT}


@pytest.mark.parametrize("options", [{}, {"format": FORMAT - 1}])
def test_an_upload_whose_state_cannot_be_read_can_still_be_ended(options, monkeypatch):
    job = SyncJob.objects.create(kind="results", options=options)
    monkeypatch.setattr("integrations.upload.outcome.stop_results", lambda _: {}["stage"])
    actions.cancel_job(job, by=None)
    job.refresh_from_db()
    assert job.status == Status.CANCELLED


def test_control_c_ends_a_run_of_this_process_so_that_no_worker_goes_on_with_it(job, step):
    step(lambda _: os.kill(os.getpid(), signal.SIGTERM))
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        run_inline(job)
    job.refresh_from_db()
    assert (job.status, [issue.reason for issue in job.issues.all()]) == (Status.CANCELLED, ["RUN_CANCELLED"])
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize("becomes", [{"lease": 7}, {"status": Status.CANCELLED, "finished_at": timezone.now()}])
def test_a_step_whose_run_was_lost_meanwhile_forgets_no_waits_of_others(job, step, becomes):
    """How often カオナビ asked for patience is part of the row, and the row is somebody else's, or ended."""
    SyncJob.objects.update(remote_waits=3)
    step(lambda _: SyncJob.objects.update(**becomes))

    advance(job)

    job.refresh_from_db()
    assert job.remote_waits == 3
