"""How far a run is, in words for the person who waits."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings

from integrations import kinds
from integrations.connection.limits import waits_for
from integrations.connection.remote_state import calls_left
from integrations.models import SyncJob
from integrations.screens.standstill import why_it_stands

EARLIEST_GUESS = timedelta(seconds=5)
# Up to so many seconds after the click → milliseconds until the page asks again: most runs are short.
PAUSES = ((1, 150), (3, 300), (10, 600), (30, 1000), (math.inf, 0))


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
        if not kinds.of(job).sends or not job.is_unfinished or not planned:
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
    """`elapsed` since the work began; `left` where it can be guessed; `problem` says why the run stands still."""

    elapsed: timedelta | None
    left: timedelta | None
    problem: str
    calls: Calls | None = None
    rate: int = 0  # rows a second so far, where the time left can be guessed from it
    pause: int = 0  # milliseconds until the page asks again; 0 where that it does every 3 s is enough

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
            problem=why_it_stands(job, now),
            calls=calls,
            pause=pause_at((now - job.created_at).total_seconds()),
            rate=round(job.done / elapsed.total_seconds()) if left is not None and elapsed else 0,
        )


def pause_at(age: float) -> int:
    """Milliseconds until the page asks again about a run that was started so many seconds ago; 0: as always."""
    return next(pause for until, pause in PAUSES if age < until)


def guess(job: SyncJob, elapsed: timedelta) -> timedelta | None:
    """The time left at the speed so far; None while there is too little to go by."""
    if not 0 < job.done < job.total or elapsed < EARLIEST_GUESS:
        return None
    return elapsed * (job.total - job.done) / job.done
