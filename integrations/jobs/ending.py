"""How runs end, other than by what their own kind makes of them."""

import logging
import traceback

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.causes import Service, cause_of, told
from integrations import kinds
from integrations.jobs import records
from integrations.jobs.lease import FORMAT, Lease
from integrations.kaonavi.errors import CredentialsRefused, KaonaviError
from integrations.models import KaonaviConnection, SourceFile, SyncJob
from integrations.reasons import Reason
from integrations.rules.plan import Finding, finding

logger = logging.getLogger(__name__)

DATABASE_AWAY = (OperationalError, InterfaceError)  # dropped, refused, or locked for too long: nothing that we did


def is_of_database(error: Exception) -> bool:
    """Whether the database refused, for a cause that may pass: also one that is read-only, full, or lacks a right."""
    known = cause_of(error)
    return isinstance(error, DATABASE_AWAY) or (known is not None and known.service is Service.DATABASE)


def because_of(error: Exception) -> Finding:
    """The issue of a run that ended by the error: with its cause, and what to do, where that is known."""
    known = cause_of(error)
    if not is_of_database(error) and known is None:
        return finding(Reason.RUN_CRASHED)
    reason = Reason.RUN_DATABASE_AWAY if is_of_database(error) else Reason.RUN_SERVER_TROUBLE
    if known is None:
        return finding(reason, remedy="")
    return finding(reason, detail=known.sentence, remedy=f"サーバーの管理者の方へ：{known.remedy}")


def end(job: SyncJob, status: str, message: str) -> None:
    """The final status, with its time, saved. The run's source file, if it had one, goes."""
    job.status = status
    job.message = message
    job.phase = ""
    job.finished_at = timezone.now()
    job.save()
    SourceFile.objects.filter(job=job).delete()


def fail(lease: Lease, problem: Finding, error: KaonaviError | None = None) -> None:
    """End the run as 失敗 with its issue. An import has written nothing; an upload says how far. Raises LeaseLostError.

    Keys that カオナビ refused break the connection: not so for a worker that was frozen and has the keys of long ago.
    """
    with lease.writing() as job:
        if isinstance(error, CredentialsRefused):
            KaonaviConnection.objects.update(state=KaonaviConnection.State.BROKEN, token="", token_expires_at=None)
        conclude(job, SyncJob.Status.FAILED, problem)


def conclude(job: SyncJob, status: str, problem: Finding) -> None:
    """End a locked job that did not reach its own end. Its issue is `problem`; planned changes go, written stay."""
    message = records.issue_of(job, problem).sentence
    if kinds.of(job).is_resumable:
        message += how_far(job)
    else:
        records.clear(job)
    job.lease += 1
    records.write_issues(job, [problem])
    end(job, status, message)


def how_far(job: SyncJob) -> str:
    """What a resumable run has to tell of what it has done. An unreadable state does not keep it from ending."""
    if job.run_options.format != FORMAT:
        return ""
    try:
        with transaction.atomic():
            return str(import_string(kinds.of(job).how_far)(job))
    except DATABASE_AWAY:
        raise
    except Exception as crash:  # noqa: BLE001 - whatever the state has against it, the run ends
        log_crash(job, crash)
        return ""


def end_abandoned(job_id: int, lease_number: int, reason: Reason = Reason.RUN_INTERRUPTED) -> SyncJob | None:
    """End as 中断, for the `reason`, a run that nobody goes on with; None where it has ended or somebody has gone on."""
    with transaction.atomic():
        job = SyncJob.objects.unfinished().filter(pk=job_id, lease=lease_number).lock().first()
        if job is not None:
            conclude(job, SyncJob.Status.INTERRUPTED, finding(reason))
    return job


def end_cancelled(job_id: int, who: str) -> SyncJob | None:
    """End an unfinished run as 中止; whoever works on it can write nothing more. None when it had ended."""
    with transaction.atomic():
        job = SyncJob.objects.lock().get(pk=job_id)
        if not job.is_unfinished:
            return None
        conclude(job, SyncJob.Status.CANCELLED, finding(Reason.RUN_CANCELLED, name=who))
    return job


def log_crash(job: SyncJob, error: Exception) -> None:
    """The kind of error, its cause and where it happened. Never its text: a database quotes people's values in it."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    logger.error("job %s (%s) crashed: %s\n%s", job.pk, job.kind, told(error), frames)
