"""Takes one step of a job; the only place where exceptions become statuses."""

import logging
import os
import signal
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections, transaction
from django.db.models import F, Q
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from integrations.connection.session import NotConnectedError, open_client
from integrations.imports.apply import PlanOutdatedError, end
from integrations.imports.assessment_file import import_assessments
from integrations.imports.department_file import import_departments
from integrations.imports.departments import sync_departments
from integrations.imports.employee_file import import_employees
from integrations.imports.employees import sync_employees
from integrations.jobs import records
from integrations.jobs.lease import FORMAT, Lease, LeaseLostError, OutlivedError, Pulse, format_of, worker_name
from integrations.jobs.owner import name_of as owner_name
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import (
    CredentialsRefused,
    KaonaviError,
    MustWait,
)
from integrations.models import KaonaviConnection, SyncJob
from integrations.operations import metric_sums
from integrations.reasons import Reason
from integrations.rules.client_errors import issue_of
from integrations.rules.plan import Issue, issue
from integrations.upload import advance_results, stop_results

logger = logging.getLogger(__name__)

Connect = Callable[[], AbstractContextManager[KaonaviClient]]

FILE_IMPORTS: Mapping[str, Callable[[Lease], None]] = {
    SyncJob.Kind.DEPARTMENTS_FILE: import_departments,
    SyncJob.Kind.EMPLOYEES_FILE: import_employees,
    SyncJob.Kind.ASSESSMENTS_FILE: import_assessments,
}

SYNCS: Mapping[str, Callable[[Lease, KaonaviClient], None]] = {
    SyncJob.Kind.DEPARTMENTS: sync_departments,
    SyncJob.Kind.EMPLOYEES: sync_employees,
}

DATABASE_AWAY = (OperationalError, InterfaceError)  # dropped, refused, or locked for too long: nothing that we did
MOST_ATTEMPTS = 3  # a step that took three workers down with it is not given to a fourth
MOST_FILE_ATTEMPTS = 2  # what is in a file stays in it: what killed a worker by its size kills the next one too
MOST_LOOKS = 6  # times that a run looks again because people were quicker, with pauses that grow: over a minute
LONGEST_SLEEP = 600.0  # seconds; shorter than the broker's visibility time-out
ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
MOST_REMOTE_WAITS = 10  # times in a row that カオナビ itself says "too many requests" before a run gives up


@dataclass(frozen=True)
class Wake:
    """The job goes on: the lease number that its next message carries, and in how many seconds."""

    number: int
    seconds: float


def advance(
    job_id: int, number: int, *, worker: str, task_id: str = "", owner: str = "", connect: Connect = open_client
) -> Wake | None:
    """Take one step of a job. None when it has ended, is held for a person, or is somebody else's.

    A step that lost its database, or an import whose rows were changed under it, is given back. Raises OperationalError or InterfaceError where not even that is
    possible: a watch will find the run.
    """
    try:
        lease = Lease.claim(job_id, number, worker, task_id, owner)
    except OutlivedError:
        bury(job_id, number, Reason.RUN_OUTLIVED)
        return None
    if lease is None:
        return None
    with bound_contextvars(job_id=job_id, kind=lease.job.kind, lease=lease.number):  # for each line of log inside
        return go_on(lease, connect)


def go_on(lease: Lease, connect: Connect) -> Wake | None:
    """The step with its pulse. What becomes of a job that was lost, or of one whose database was."""
    try:
        with Pulse(lease):
            seconds = take_step(lease, connect)
        return None if seconds is None else lay_down(lease, seconds)
    except LeaseLostError:
        logger.info("job %s: taken over or ended by somebody else", lease.job.pk)
        return None
    except (
        PlanOutdatedError
    ) as error:  # somebody was quicker also where rows were locked: the next look sees what is there
        log_crash(lease.job, error)
        return give_back(lease, Reason.RUN_OVERTAKEN, most=MOST_LOOKS)
    except DATABASE_AWAY as error:
        log_crash(lease.job, error)
        connections.close_all()
        return give_back(lease, Reason.RUN_DATABASE_AWAY)


def take_step(lease: Lease, connect: Connect) -> float | None:
    """The step itself: seconds until the next one, or None when the job has ended or is held."""
    try:
        if format_of(lease.job) != FORMAT:
            fail(lease, issue(Reason.RUN_OUTDATED))
            return None
        seconds = call_step(lease, connect)
    except (LeaseLostError, PlanOutdatedError, *DATABASE_AWAY):
        raise
    except MustWait as limit:
        return wait_for(lease, limit)
    except NotConnectedError as error:
        fail(lease, issue(Reason.CONNECTION_MISSING, detail=str(error)))
    except KaonaviError as error:
        fail(lease, issue_of(error), error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the run ends with a sentence and is not left running
        log_crash(lease.job, error)
        fail(lease, issue(Reason.RUN_CRASHED))
    else:
        SyncJob.objects.filter(pk=lease.job.pk, remote_waits__gt=0).update(remote_waits=0)
        return seconds
    return None


def lay_down(lease: Lease, seconds: float) -> Wake | None:
    """The step is done: the next one is due in so many seconds, unless the job was ended meanwhile."""
    number = lease.sleep(seconds)
    return None if number is None else Wake(number, seconds)


def give_back(lease: Lease, reason: Reason, most: int = MOST_ATTEMPTS) -> Wake | None:
    """Let the step be taken again after a pause, longer each time, up to `most` tries; then end the run for that reason."""
    attempts = lease.job.attempts
    if attempts < most:
        pause = settings.JOB_RETRY_AFTER * attempts
        return take_over(lease.job.pk, lease.number, pause=pause, most=most, owner=lease.kept_owner)
    with suppress(LeaseLostError):
        fail(lease, issue(reason))
    return None


def call_step(lease: Lease, connect: Connect) -> float | None:
    """One step of the job's kind. An import is one step; an upload has many."""
    kind = lease.job.kind
    if kind in FILE_IMPORTS:
        FILE_IMPORTS[kind](lease)
        return None
    with connect() as kaonavi:
        if kind == SyncJob.Kind.RESULTS:
            return advance_results(lease, kaonavi)
        SYNCS[kind](lease, kaonavi)
    return None


def wait_for(lease: Lease, limit: MustWait) -> float | None:
    """Lay the job down until the limit has room, or end it when カオナビ keeps refusing."""
    if limit.limit == "remote":
        if lease.job.remote_waits >= MOST_REMOTE_WAITS:
            fail(lease, issue_of(limit))
            return None
        SyncJob.objects.filter(pk=lease.job.pk, lease=lease.number).update(remote_waits=F("remote_waits") + 1)
    lease.report("カオナビの利用制限の解除待ち", done=lease.job.done, total=lease.job.total)
    seconds = min(limit.after(lease.job.remote_waits), LONGEST_SLEEP)
    metric_sums.add("waited", limit.limit, seconds)
    return seconds


def fail(lease: Lease, problem: Issue, error: KaonaviError | None = None) -> None:
    """End the run as 失敗 with its issue. An import has written nothing; an upload says how far it came.

    Keys that カオナビ refused break the connection: not so for a worker that was frozen and has the keys of long ago.
    """
    with lease.writing() as job:
        if isinstance(error, CredentialsRefused):
            KaonaviConnection.objects.update(state=KaonaviConnection.State.BROKEN, token="", token_expires_at=None)
        conclude(job, SyncJob.Status.FAILED, problem, error)


def conclude(job: SyncJob, status: str, problem: Issue, error: KaonaviError | None = None) -> None:
    """End a locked job that did not reach its own end. Its issue is `problem`; planned changes go, written ones stay."""
    message = problem.detail
    if job.kind == SyncJob.Kind.RESULTS:
        message += how_far(job, error)
    else:
        records.clear(job)
    job.lease += 1
    records.write_issues(job, [problem])
    end(job, status, message)


def how_far(job: SyncJob, error: KaonaviError | None) -> str:
    """What an upload has to tell of the people. A state that cannot be read does not keep the run from ending."""
    if format_of(job) != FORMAT:
        return ""
    try:
        with transaction.atomic():
            return stop_results(job, error)
    except DATABASE_AWAY:
        raise
    except Exception as crash:  # noqa: BLE001 - see above
        log_crash(job, crash)
        return ""


def take_over(
    job_id: int,
    number: int,
    *,
    is_alone: bool = False,
    died: bool = True,
    pause: float = 0,
    most: int | None = None,
    owner: str = "",
) -> Wake | None:
    """Free a job whose worker is dead or is leaving; None when it needed no freeing or has ended by this.

    Only deaths count as attempts: a deploy may restart workers as often as it likes. The lease number grows, so that the
    old worker writes nothing more, should it still be there. After `most` attempts, or those of its kind, the run ends. `is_alone` says that no worker is left who could go on: an
    import ends then, and so does what was never the queue's; another upload waits with its ledger. `owner` is whose it is
    until then. A row that is locked is being written, so its worker lives.
    """
    with transaction.atomic():
        free = SyncJob.objects.select_for_update(skip_locked=True)
        taken = Q(status=SyncJob.Status.RUNNING) | ~Q(owner="")
        job = free.unfinished().filter(taken, pk=job_id, lease=number).first()
        if job is None:
            return None
        is_import = job.kind != SyncJob.Kind.RESULTS
        is_file = job.kind in SyncJob.FILES
        if died and job.attempts >= (most or (MOST_FILE_ATTEMPTS if is_file else MOST_ATTEMPTS)):
            reason = Reason.RUN_FILE_GIVEN_UP if is_file else Reason.RUN_INTERRUPTED
            conclude(job, SyncJob.Status.INTERRUPTED, issue(reason))
            return None
        if is_alone and (is_import or not job.celery_task_id):
            conclude(job, SyncJob.Status.INTERRUPTED, issue(Reason.RUN_INTERRUPTED))
            return None
        if is_import:
            job.status = SyncJob.Status.QUEUED
        job.lease += 1
        job.attempts += died
        job.worker = ""
        job.owner = owner
        job.wake_in = pause
        job.save()
    return Wake(job.lease, pause)


def bury(job_id: int, number: int, reason: Reason = Reason.RUN_INTERRUPTED) -> SyncJob | None:
    """End a run that nobody goes on with as 中断: its process is gone, unless `reason` says otherwise.

    None where it has ended, or somebody has gone on with it, by now.
    """
    with transaction.atomic():
        job = SyncJob.objects.select_for_update().unfinished().filter(pk=job_id, lease=number).first()
        if job is not None:
            conclude(job, SyncJob.Status.INTERRUPTED, issue(reason))
    return job


def run_here(job: SyncJob) -> None:
    """Run a job in this process to its end, without worker or broker: the same steps, with a sleep between them.

    SIGTERM, a closed terminal and Ctrl-C end the run as 中止 before they end the process, so that no worker goes on with
    it later. A process that was killed leaves its name in the row: the next start sees that it is gone.
    """
    number, owner = job.lease, owner_name(os.getpid())
    before = {each: signal.getsignal(each) for each in ENDING_SIGNALS}
    for each, handler in before.items():
        if handler != signal.SIG_IGN:  # nohup: the run shall outlive its terminal
            signal.signal(each, signal.default_int_handler)
    try:
        while (step := advance(job.pk, number, worker=worker_name(), owner=owner)) is not None:
            rest(job.pk, step)
            number = step.number
    except KeyboardInterrupt:
        cancel(job.pk, job.requester)
        raise
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def rest(job_id: int, step: Wake) -> None:
    """Sleep until the next step is due, and show meanwhile that this process is there."""
    left = step.seconds
    while left > 0:
        pause = min(left, settings.JOB_HEARTBEAT)
        time.sleep(pause)
        left -= pause
        try:
            SyncJob.objects.filter(pk=job_id, lease=step.number).update(heartbeat_at=timezone.now())
        except DATABASE_AWAY:
            connections.close_all()


def cancel(job_id: int, who: str) -> SyncJob | None:
    """End an unfinished run as 中止; whoever works on it can write nothing more. None when it is not unfinished (any more)."""
    with transaction.atomic():
        job = SyncJob.objects.select_for_update().get(pk=job_id)
        if not job.is_unfinished:
            return None
        conclude(job, SyncJob.Status.CANCELLED, issue(Reason.RUN_CANCELLED, name=who))
    return job


def log_crash(job: SyncJob, error: Exception) -> None:
    """The kind of error and where it happened. Never its text: a database quotes people's values in it."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("job %s (%s) crashed: %s\n%s", job.pk, job.kind, type(error).__name__, frames)
