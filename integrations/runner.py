"""Takes one step of a job; the only place where exceptions become statuses."""

import logging
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from integrations import records
from integrations.files.assessments import import_assessments
from integrations.connecting import NotConnectedError, open_client
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import (
    CredentialsRefused,
    KaonaviError,
    MustWait,
    NotFound,
    NotPermitted,
    NotUnderstood,
    RequestRefused,
    Unavailable,
)
from integrations.lease import Lease, LeaseLostError, Pulse, worker_name
from integrations.mapping.plan import Issue, issue
from integrations.models import KaonaviConnection, SyncJob
from integrations.reasons import Reason
from integrations.sync.departments import sync_departments
from integrations.sync.employees import sync_employees
from integrations.sync.imports import end
from integrations.sync.results import advance_results, stop_results

logger = logging.getLogger(__name__)

Connect = Callable[[], AbstractContextManager[KaonaviClient]]

MOST_ATTEMPTS = 3  # a run that took three workers down with it is not given to a fourth
LONGEST_SLEEP = 600.0  # seconds; shorter than the broker's visibility time-out
MOST_REMOTE_WAITS = 10  # times in a row that カオナビ itself says "too many requests" before a run gives up


@dataclass(frozen=True)
class Wake:
    """The job goes on: the lease number that its next message carries, and in how many seconds."""

    number: int
    seconds: float


def advance(job_id: int, number: int, *, worker: str, connect: Connect = open_client) -> Wake | None:
    """Take one step of a job. None when it has ended, is held for a person, or is somebody else's."""
    lease = Lease.claim(job_id, number, worker)
    if lease is None:
        return None
    try:
        with Pulse(lease):
            seconds = take_step(lease, connect)
    except LeaseLostError:
        logger.info("job %s: taken over or ended by somebody else", job_id)
        return None
    if seconds is None:
        return None
    asleep = lease.sleep(seconds)
    return None if asleep is None else Wake(asleep, seconds)


def take_step(lease: Lease, connect: Connect) -> float | None:
    """The step itself: seconds until the next one, or None when the job has ended or is held."""
    try:
        seconds = call_step(lease, connect)
    except LeaseLostError:
        raise
    except MustWait as limit:
        return wait_for(lease, limit)
    except NotConnectedError as error:
        fail(lease, issue(Reason.CONNECTION_MISSING, detail=str(error)))
    except KaonaviError as error:
        if isinstance(error, CredentialsRefused):
            KaonaviConnection.objects.update(state=KaonaviConnection.State.BROKEN, token="", token_expires_at=None)
        fail(lease, issue_of(error), error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the run ends with a sentence and is not left running
        log_crash(lease.job, error)
        fail(lease, issue(Reason.RUN_CRASHED))
    else:
        SyncJob.objects.filter(pk=lease.job.pk, remote_waits__gt=0).update(remote_waits=0)
        return seconds
    return None


def call_step(lease: Lease, connect: Connect) -> float | None:
    """One step of the job's kind. An import is one step; an upload has many."""
    kind = lease.job.kind
    if kind == SyncJob.Kind.ASSESSMENTS_FILE:
        return import_assessments(lease)
    with connect() as kaonavi:
        if kind == SyncJob.Kind.DEPARTMENTS:
            return sync_departments(lease, kaonavi)
        if kind == SyncJob.Kind.EMPLOYEES:
            return sync_employees(lease, kaonavi)
        return advance_results(lease, kaonavi)


def wait_for(lease: Lease, limit: MustWait) -> float | None:
    """Lay the job down until the limit has room, or end it when カオナビ keeps refusing."""
    if limit.limit == "remote":
        if lease.job.remote_waits >= MOST_REMOTE_WAITS:
            fail(lease, issue(Reason.KAONAVI_LIMIT))
            return None
        SyncJob.objects.filter(pk=lease.job.pk, lease=lease.number).update(remote_waits=F("remote_waits") + 1)
    lease.report("カオナビの利用制限の解除待ち", done=lease.job.done, total=lease.job.total)
    return min(limit.seconds, LONGEST_SLEEP)


def issue_of(error: KaonaviError) -> Issue:
    """The run's issue for an error of カオナビ's, with カオナビ's own words where it said something."""
    resource = error.resource if isinstance(error, NotPermitted | NotFound) else ""
    told = error.messages if isinstance(error, NotPermitted | NotFound | RequestRefused) else ()
    words = [str(error)] if isinstance(error, Unavailable | NotUnderstood | RequestRefused) else []
    if told:
        words.append(f"カオナビのメッセージ：{'、'.join(told)}")
    return issue(Reason(error.reason), field=resource, detail="".join(words))


def fail(lease: Lease, problem: Issue, error: KaonaviError | None = None) -> None:
    """End the run as 失敗 with its issue. An import has written nothing; an upload says how far it came."""
    with lease.writing() as job:
        conclude(job, SyncJob.Status.FAILED, problem, error)


def conclude(job: SyncJob, status: str, problem: Issue, error: KaonaviError | None = None) -> None:
    """End a locked job that did not reach its own end. Its issue is `problem`; planned changes go, written ones stay."""
    message = problem.detail
    if job.kind == SyncJob.Kind.RESULTS:
        message = f"{problem.detail}{stop_results(job, error)}"
    else:
        records.clear(job)
    job.lease += 1
    records.write_issues(job, [problem])
    end(job, status, message)


def take_over(job_id: int, number: int, *, died: bool = True) -> Wake | None:
    """Free a job whose worker is dead or is leaving; None when it needed no freeing or has ended by this.

    Only deaths count as attempts: a deploy may restart workers as often as it likes. The lease number grows, so that the old worker writes nothing more, should it still be there.
    """
    with transaction.atomic():
        job = SyncJob.objects.select_for_update().filter(pk=job_id, lease=number, status=SyncJob.Status.RUNNING).first()
        if job is None:
            return None
        if died and job.attempts >= MOST_ATTEMPTS:
            conclude(job, SyncJob.Status.INTERRUPTED, issue(Reason.RUN_INTERRUPTED))
            return None
        if job.kind != SyncJob.Kind.RESULTS:
            job.status = SyncJob.Status.QUEUED
        job.lease += 1
        job.attempts += died
        job.worker = ""
        job.wake_in = 0
        job.save()
    return Wake(job.lease, 0)


def run_here(job: SyncJob) -> None:
    """Run a job in this process to its end, without worker or broker: the same steps, with a sleep between them."""
    number = job.lease
    while (step := advance(job.pk, number, worker=worker_name())) is not None:
        time.sleep(step.seconds)
        number = step.number


def log_crash(job: SyncJob, error: Exception) -> None:
    """The kind of error and where it happened. Never its text: a database quotes people's values in it."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("job %s (%s) crashed: %s\n%s", job.pk, job.kind, type(error).__name__, frames)
