"""The right to send an update to カオナビ: it ends in time, also for a process that was stopped and does not know it.

A worker that was frozen (SIGSTOP, a paused machine) has lost its run meanwhile, and others have sent newer results.
When it wakes it would go on in the middle of a line, so no byte of an update leaves on what was true a while ago.
"""

import time
from typing import NamedTuple, Self

from django.conf import settings

from integrations.jobs.lease import Lease, LeaseLostError
from integrations.kaonavi.errors import Unavailable
from integrations.models import SyncJob

CLOCKS = [
    clock
    for name in ("CLOCK_MONOTONIC", "CLOCK_BOOTTIME", "CLOCK_REALTIME")
    if (clock := getattr(time, name, None)) is not None
]
TRIAL_SECONDS = 60.0  # from asking for what an update of 連携チェック repeats until it begins


class Moment(NamedTuple):
    """A time on every clock there is: some stand still while the machine sleeps, and one may be set."""

    times: tuple[float, ...]

    @classmethod
    def now(cls) -> Self:
        return cls(tuple(map(time.clock_gettime, CLOCKS)))

    @property
    def age(self) -> float:
        """Seconds, by the clock that went furthest."""
        return max(now - then for now, then in zip(Moment.now().times, self.times, strict=True))


class RunPermit:
    """For one update of a run: while the run is ours.

    What the database said holds for a moment (`fresh`), far shorter than it takes for a run to count as dead. Then, or
    where the question itself took too long (`slow`), it is asked again.
    """

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self.fresh = settings.JOB_DEAD_AFTER / 20
        self.slow = settings.JOB_DEAD_AFTER / 3
        self.proven: Moment | None = None

    def __call__(self, *, afresh: bool) -> None:
        """Raises LeaseLostError when somebody else works on the run now, or it was ended."""
        if not afresh and self.proven is not None and self.proven.age < self.fresh:
            return
        while True:
            self.proven = Moment.now()
            if not self.lease.is_held():
                raise LeaseLostError
            if self.proven.age < self.slow:
                return


class TrialPermit:
    """For an update of 連携チェック, which repeats what the sheet has just shown: for a short while after that."""

    def __init__(self) -> None:
        self.since = Moment.now()

    def __call__(self, *, afresh: bool) -> None:
        """Raises Unavailable when it is over."""
        del afresh  # time is all that counts
        if self.since.age > TRIAL_SECONDS:
            raise Unavailable("確認に時間がかかりすぎたため、送信しませんでした。")


class QuietPermit(TrialPermit):
    """For the update of the probe: also only while no run is there, which might write the same record."""

    def __call__(self, *, afresh: bool) -> None:
        """Raises Unavailable when it is over, or a run has begun."""
        super().__call__(afresh=afresh)
        if SyncJob.objects.unfinished().exists():
            raise Unavailable("処理が始まったため、送信しませんでした。")
