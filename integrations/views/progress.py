"""How far a run is, in words for the person who waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from integrations import presence
from integrations.models import SyncJob

NOBODY_CAME = timedelta(seconds=30)
EARLIEST_GUESS = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Progress:
    """`elapsed` since the work began; `left` where it can be guessed; `trouble` says why no worker takes the run."""

    elapsed: timedelta | None
    left: timedelta | None
    trouble: str

    @classmethod
    def of(cls, job: SyncJob, now: datetime) -> Self:
        """The progress at that moment."""
        until = job.finished_at or now
        elapsed = max(until - job.started_at, timedelta()) if job.started_at else None
        is_stranded = job.status == SyncJob.Status.QUEUED and now - job.created_at >= NOBODY_CAME
        return cls(
            elapsed=None if job.status == SyncJob.Status.HELD else elapsed,
            left=guess(job, elapsed) if job.status == SyncJob.Status.RUNNING and elapsed else None,
            trouble=why_nobody_came(job, now) if is_stranded else "",
        )


def why_nobody_came(job: SyncJob, now: datetime) -> str:
    """What keeps a run waiting. A run that was approved later than it was made may just have been handed on."""
    trouble = presence.trouble(now)
    if trouble:
        return f"30秒以上たっても処理が始まっていません。{trouble}"
    return (
        ""
        if "approved_digest" in job.options
        else "30秒以上たっても処理が始まっていません。もうしばらくお待ちください。"
    )


def guess(job: SyncJob, elapsed: timedelta) -> timedelta | None:
    """The time left at the speed so far; None while there is too little to go by."""
    if not 0 < job.done < job.total or elapsed < EARLIEST_GUESS:
        return None
    return elapsed * (job.total - job.done) / job.done
