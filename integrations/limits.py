"""The rule of カオナビ's limits, as a pure function of past calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MARGIN = 1.02  # two clocks, one network: the window is taken 2 % longer

Call = tuple[datetime, datetime | None]  # when it was reserved, when its answer came


@dataclass(frozen=True)
class Window:
    """At most `limit` calls in any `seconds`, counted from each call's answer.

    A call whose answer never came (its process died) counts from the latest moment at which it can have been made.
    """

    limit_name: str
    limit: int
    seconds: float
    call_timeout: float

    def free_at(self, call: Call) -> datetime:
        """When this call stops to count."""
        reserved, returned = call
        counted_from = returned or reserved + timedelta(seconds=self.call_timeout)
        return counted_from + timedelta(seconds=self.seconds * MARGIN)

    def still_counts(self, call: Call, now: datetime) -> bool:
        return self.free_at(call) > now


def room_in(window: Window, calls: Sequence[Call], now: datetime) -> float:
    """Seconds until one more call fits: 0.0 when it fits now."""
    if window.limit < 1:
        return window.seconds
    counted = sorted(window.free_at(call) for call in calls if window.still_counts(call, now))
    if len(counted) < window.limit:
        return 0.0
    return (counted[len(counted) - window.limit] - now).total_seconds()
