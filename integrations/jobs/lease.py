"""The right to work on a job: taken by one worker, kept alive by a heartbeat, lost when somebody takes it over.

Each claim raises the job's lease number. Whoever writes for a job does it in a transaction that locks the row and finds
its own number there, so a worker that was given up for dead, or whose job was cancelled, writes nothing more.
"""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import connections, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from accounts.causes import told
from accounts.locks import end_if_stalled
from integrations.jobs.owner import host
from integrations.models import SyncJob, SyncJobQuerySet

logger = logging.getLogger(__name__)

LONGEST_SILENCE = timedelta(hours=1)  # far above the longest sleep between two steps
PROGRESS_SECONDS = 1.0

# How a job's options and state are written. Raised when code of another version would misread them.
FORMAT = 1


class OutlivedError(Exception):
    """The run's last sign of life is so old that it ran in another database, or nobody was there for long."""


class LeaseLostError(Exception):
    """Somebody else works on the job now, or it was ended: stop, write nothing."""


def worker_name(pid: int | None = None) -> str:
    """Who this process is, for the job row: `host:pid` of the worker's main process."""
    return f"{host()}:{pid or os.getpid()}"


def sign_of_life(job: SyncJob) -> tuple[object, ...]:
    """What changes while somebody works on a job, or takes it: an observer compares it with what it saw before."""
    return (job.pk, job.lease, job.worker, job.heartbeat_at)


def is_outlived(job: SyncJob) -> bool:
    """Whether an unfinished run, perhaps of a restored backup, gave no sign of life for too long to go on by itself."""
    return job.heartbeat_at is not None and timezone.now() - job.heartbeat_at > LONGEST_SILENCE


class Lease:
    """One claimed step of a job. `job` is the row as it was when it was claimed."""

    def __init__(self, job: SyncJob) -> None:
        self.job = job
        self.number = job.lease
        self.progress: dict[str, Any] = {}
        self.is_lost = False

    @classmethod
    def claim(cls, job_id: int, lease_number: int, worker: str, task_id: str = "", owner: str = "") -> Self | None:
        """Take the next step of a job that nobody holds and whose lease is still `lease_number`.

        None when the job has ended, is held by somebody, or went on without this message: then there is nothing to do.
        Nor is there for a job that newer code has queued: it waits for a worker of that version. Raises OutlivedError.
        """
        free = SyncJob.objects.unfinished().filter(pk=job_id, lease=lease_number, worker="")
        job = free.first()  # a look first, so that a flood of superfluous messages writes nothing
        if job is None or job.run_options.format > FORMAT:
            return None
        if is_outlived(job):
            raise OutlivedError
        now = timezone.now()
        taken = free.update(
            status=SyncJob.Status.RUNNING,
            lease=F("lease") + 1,
            worker=worker,
            celery_task_id=task_id,
            owner=owner,
            started_at=Coalesce("started_at", Value(now)),
            attempts=Greatest("attempts", Value(1)),
            heartbeat_at=now,
            wake_in=0,
        )
        if not taken:
            return None
        # Somebody may have cancelled it in this very moment.
        mine = SyncJob.objects.select_related("requested_by").filter(pk=job_id, lease=lease_number + 1).first()
        return None if mine is None else cls(mine)

    @property
    def mine(self) -> SyncJobQuerySet:
        """The job's row; none where somebody else works on the job now, or it was ended."""
        return SyncJob.objects.filter(pk=self.job.pk, lease=self.number, status=SyncJob.Status.RUNNING)

    @property
    def kept_owner(self) -> str:
        """Whose the run is between two steps: its owner's where it runs without a queue, else the queue's."""
        return "" if self.job.celery_task_id else self.job.owner

    @contextmanager
    def writing(self) -> Iterator[SyncJob]:
        """One transaction in which the job is ours, its row fresh and locked. Raises LeaseLostError otherwise."""
        with transaction.atomic():
            end_if_stalled()
            job = self.mine.lock().first()
            if job is None:
                raise LeaseLostError
            yield job

    def is_held(self) -> bool:
        """Whether the job is ours at this moment, by the database."""
        return self.mine.exists()

    def report(self, phase: str, *, done: int = 0, total: int = 0) -> None:
        """Say how far the step is, for the heartbeat to write it. Raises LeaseLostError where that found it lost."""
        if self.is_lost:
            raise LeaseLostError
        if phase != self.progress.get("phase"):
            logger.info("job %s: %s", self.job.pk, phase)  # its time says what takes long
        self.progress = {"phase": phase, "done": done, "total": total}

    def sleep(self, seconds: float) -> int | None:
        """Lay the job down for `seconds`; returns the lease number that the wake-up message must carry.

        The step is done, so the next one has all its attempts before it. None when the job was ended or taken over
        meanwhile: then no message is due. A run without a queue stays its owner's.
        """
        done = self.mine.update(worker="", owner=self.kept_owner, wake_in=seconds, attempts=1, **self.progress)
        return self.number if done else None


class Heartbeat:
    """While a step runs: keeps the heartbeat going and writes the progress, from a thread with its own connection."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self.stopped = threading.Event()
        self.thread = threading.Thread(
            target=copy_context().run, args=(self.beat,), name=f"heartbeat-{lease.job.pk}", daemon=True
        )

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stopped.set()
        self.thread.join()

    def beat(self) -> None:
        """Until stopped or lost: progress at most once a second, a heartbeat every few seconds."""
        written: dict[str, Any] = {}
        quiet = 0.0
        pause = min(PROGRESS_SECONDS, settings.JOB_HEARTBEAT)
        try:
            while not self.lease.is_lost and not self.stopped.wait(pause):
                quiet += pause
                progress = self.lease.progress
                if progress == written and quiet < settings.JOB_HEARTBEAT:
                    continue
                if self.write(progress):
                    written, quiet = progress, 0.0
        finally:
            connections.close_all()

    def write(self, progress: dict[str, Any]) -> bool:
        """One update that touches nothing unless the job is ours. A database away for a moment is no reason to stop."""
        try:
            ours = self.lease.mine.update(heartbeat_at=timezone.now(), **progress)
        except DatabaseTrouble as error:
            logger.warning("job %s: the heartbeat could not be written (%s)", self.lease.job.pk, told(error))
            connections.close_all()
            return False
        self.lease.is_lost = not ours
        return True
