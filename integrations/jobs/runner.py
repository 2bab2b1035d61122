"""Takes one step of a run; the only place where exceptions become statuses. The table of kinds says which function."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import connections, transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string
from structlog.contextvars import bound_contextvars

from integrations import kinds
from integrations.connection.session import NotConnectedError, open_client
from integrations.jobs.ending import because_of, conclude, end_abandoned, fail, is_of_database, log_crash
from integrations.jobs.lease import FORMAT, Heartbeat, Lease, LeaseLostError, OutlivedError
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import KaonaviError, MustWait
from integrations.models import MetricSum, SyncJob
from integrations.reasons import Reason
from integrations.rules.client_errors import finding_of
from integrations.rules.plan import Finding, finding

logger = logging.getLogger(__name__)

Connect = Callable[[], AbstractContextManager[KaonaviClient]]

MOST_ATTEMPTS = 3  # a step that took three workers down with it is not given to a fourth
MOST_FILE_ATTEMPTS = 2  # what is in a file stays in it: what killed a worker by its size kills the next one too
MOST_LOOKS = 6  # times that a run looks again because people were quicker, with pauses that grow: over a minute
LONGEST_SLEEP = 600.0  # seconds; shorter than the broker's visibility time-out
MOST_REMOTE_WAITS = 10  # times in a row that カオナビ itself says "too many requests" before a run gives up


class PlanOutdatedError(Exception):
    """Somebody deleted or changed a row that a step's plan knew before it was written. Nothing was; plan anew."""


@dataclass(frozen=True)
class Wake:
    """The job goes on: the lease number that its next message carries, and in how many seconds."""

    lease_number: int
    seconds: float


def advance(
    job_id: int, lease_number: int, *, worker: str, task_id: str = "", owner: str = "", connect: Connect = open_client
) -> Wake | None:
    """Take one step of a job. None when it has ended, is held for a person, or is somebody else's.

    A step that lost its database, or whose rows were changed under its plan, is given back. Raises the database's error
    where not even that is possible: a supervisor will find the run.
    """
    try:
        lease = Lease.claim(job_id, lease_number, worker, task_id, owner)
    except OutlivedError:
        end_abandoned(job_id, lease_number, Reason.RUN_OUTLIVED)
        return None
    if lease is None:
        return None
    with bound_contextvars(job_id=job_id, kind=lease.job.kind, lease=lease.number):  # for each line of log inside
        return run_step(lease, connect)


def run_step(lease: Lease, connect: Connect) -> Wake | None:
    """The step with its heartbeat. What becomes of a job that was lost, or of one whose database was."""
    try:
        with Heartbeat(lease):
            seconds = take_step(lease, connect)
        if seconds is None or (number := lease.sleep(seconds)) is None:
            return None
        return Wake(number, seconds)
    except LeaseLostError:
        logger.info("job %s: taken over or ended by somebody else", lease.job.pk)
        return None
    except PlanOutdatedError as error:  # also where rows were locked: the next look sees what is there
        log_crash(lease.job, error)
        return give_back(lease, finding(Reason.RUN_OVERTAKEN), most=MOST_LOOKS)
    except DatabaseTrouble as error:
        log_crash(lease.job, error)
        connections.close_all()
        return give_back(lease, because_of(error))


def take_step(lease: Lease, connect: Connect) -> float | None:
    """The step itself: seconds until the next one, or None when the job has ended or is held."""
    try:
        if lease.job.run_options.format != FORMAT:
            fail(lease, finding(Reason.RUN_OUTDATED))
            return None
        seconds = call_step(lease, connect)
    except (LeaseLostError, PlanOutdatedError):
        raise
    except MustWait as limit:
        return wait_for(lease, limit)
    except NotConnectedError as error:
        fail(lease, finding(Reason.CONNECTION_MISSING, detail=str(error)))
    except KaonaviError as error:
        fail(lease, finding_of(error), error)
    except Exception as error:  # whatever it is, the run ends with a sentence and is not left running
        if is_of_database(error):
            raise
        log_crash(lease.job, error)
        fail(lease, because_of(error))
    else:
        if lease.job.remote_waits:
            lease.mine.update(remote_waits=0)
        return seconds
    return None


def give_back(lease: Lease, problem: Finding, most: int = MOST_ATTEMPTS) -> Wake | None:
    """Let the step be taken again after a pause, longer each time, at most `most` times; then end the run for that."""
    attempts = lease.job.attempts
    if attempts < most:
        pause = settings.JOB_RETRY_AFTER * attempts
        return take_over(lease.job.pk, lease.number, pause=pause, most=most, owner=lease.kept_owner)
    with suppress(LeaseLostError):
        fail(lease, problem)
    return None


def call_step(lease: Lease, connect: Connect) -> float | None:
    """One step of the run's kind, with a client where the kind needs one."""
    kind = kinds.of(lease.job)
    step: Callable[..., float | None] = import_string(kind.step)
    if not kind.needs_connection:
        return step(lease)
    with connect() as kaonavi:
        return step(lease, kaonavi)


def wait_for(lease: Lease, limit: MustWait) -> float | None:
    """Lay the job down until the limit has room, or end it when カオナビ keeps refusing."""
    if limit.limit == "remote":
        if lease.job.remote_waits >= MOST_REMOTE_WAITS:
            fail(lease, finding_of(limit))
            return None
        SyncJob.objects.filter(pk=lease.job.pk, lease=lease.number).update(remote_waits=F("remote_waits") + 1)
    lease.report("カオナビの利用制限の解除待ち", done=lease.job.done, total=lease.job.total)
    seconds = min(limit.after(lease.job.remote_waits), LONGEST_SLEEP)
    MetricSum.objects.add("waited", limit.limit, seconds)
    return seconds


def take_over(
    job_id: int,
    lease_number: int,
    *,
    is_alone: bool = False,
    died: bool = True,
    pause: float = 0,
    most: int | None = None,
    owner: str = "",
) -> Wake | None:
    """Free a job whose worker is dead or is leaving; None when it needed no freeing or has ended by this.

    Only deaths count as attempts: a deploy may restart workers as often as it likes. The lease number grows, so that
    the old worker writes nothing more, should it still be there. After `most` attempts, or those of its kind, the run
    ends. `is_alone` says that no worker is left who could go on: an import ends then, and so does what was never the
    queue's; a resumable run waits. `owner` is whose it is until then. A locked row is being written: its worker lives.
    """
    with transaction.atomic():
        taken = Q(status=SyncJob.Status.RUNNING) | ~Q(owner="")
        job = SyncJob.objects.unfinished().filter(taken, pk=job_id, lease=lease_number).lock(skip_locked=True).first()
        if job is None:
            return None
        kind = kinds.of(job)
        if died and job.attempts >= (most or (MOST_FILE_ATTEMPTS if kind.takes_file else MOST_ATTEMPTS)):
            reason = Reason.RUN_FILE_GIVEN_UP if kind.takes_file else Reason.RUN_INTERRUPTED
            conclude(job, SyncJob.Status.INTERRUPTED, finding(reason))
            return None
        if is_alone and (not kind.is_resumable or not job.celery_task_id):
            conclude(job, SyncJob.Status.INTERRUPTED, finding(Reason.RUN_INTERRUPTED))
            return None
        if not kind.is_resumable:
            job.status = SyncJob.Status.QUEUED
        job.lease += 1
        job.attempts += died
        job.worker = ""
        job.owner = owner
        job.wake_in = pause
        job.save()
    return Wake(job.lease, pause)
