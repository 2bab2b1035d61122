"""How far a run is, in words for the person who waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings

from integrations import presence
from integrations.limits import waits_for
from integrations.models import SyncJob
from integrations.remote_state import calls_left

NOBODY_CAME = timedelta(seconds=30)
EARLIEST_GUESS = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Calls:
    """Update calls of an upload: still to be made, and how many カオナビ's limits leave in this minute and this hour."""

    needed: int
    in_window: int
    in_hour: int

    @classmethod
    def of(cls, job: SyncJob) -> Self | None:
        """Those of an upload that is under way; None before it knows what it will send."""
        planned = job.state.get("calls")
        if job.kind != SyncJob.Kind.RESULTS or not job.is_unfinished or not planned:
            return None
        free = calls_left()
        return cls(max(0, planned["needed"] - planned["made"]), free["update"], free["hour"])

    @property
    def wait(self) -> timedelta:
        """How long the limits alone make the rest last."""
        windows = waits_for(self.needed, free=self.in_window, limit=settings.KAONAVI_UPDATE_LIMIT)
        return timedelta(seconds=windows * settings.KAONAVI_UPDATE_WINDOW)


@dataclass(frozen=True, slots=True)
class Progress:
    """`elapsed` since the work began; `left` where it can be guessed; `trouble` says why no worker takes the run."""

    elapsed: timedelta | None
    left: timedelta | None
    trouble: str
    calls: Calls | None = None
    rate: int = 0  # rows a second so far, where the time left can be guessed from it

    @classmethod
    def of(cls, job: SyncJob, now: datetime) -> Self:
        """The progress at that moment."""
        until = job.finished_at or now
        elapsed = max(until - job.started_at, timedelta()) if job.started_at else None
        calls = Calls.of(job)
        left = guess(job, elapsed) if job.status == SyncJob.Status.RUNNING and elapsed else None
        return cls(
            elapsed=None if job.status == SyncJob.Status.HELD else elapsed,
            left=max(left, calls.wait) if left is not None and calls else left,
            trouble=why_nobody_came(job, now) if is_stranded(job, now) else "",
            calls=calls,
            rate=round(job.done / elapsed.total_seconds()) if left is not None and elapsed else 0,
        )


def is_stranded(job: SyncJob, now: datetime) -> bool:
    """Whether the next step is due for so long that a worker should have taken it: the first one, or an upload's next."""
    if job.status == SyncJob.Status.QUEUED:
        return now - job.created_at >= NOBODY_CAME
    if job.status != SyncJob.Status.RUNNING or job.worker or job.heartbeat_at is None:
        return False
    return now - job.heartbeat_at >= timedelta(seconds=job.wake_in) + NOBODY_CAME


def why_nobody_came(job: SyncJob, now: datetime) -> str:
    """What keeps a run waiting. A run that was approved later than it was made may just have been handed on."""
    trouble = presence.trouble(now)
    what = "処理が始まっていません" if job.status == SyncJob.Status.QUEUED else "処理の続きが始まっていません"
    if trouble:
        return f"30秒以上たっても{what}。{trouble}"
    return "" if "approved_digest" in job.options else f"30秒以上たっても{what}。もうしばらくお待ちください。"


def guess(job: SyncJob, elapsed: timedelta) -> timedelta | None:
    """The time left at the speed so far; None while there is too little to go by."""
    if not 0 < job.done < job.total or elapsed < EARLIEST_GUESS:
        return None
    return elapsed * (job.total - job.done) / job.done
