"""The rule of カオナビ's limits, as a pure function of past calls."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

MARGIN = 1.02  # two clocks, one network: the window is taken 2 % longer

Call = tuple[datetime, datetime | None]  # when it was reserved, when its answer came


@dataclass(frozen=True)
class Window:
    """At most `limit` calls in any `seconds`, counted from each call's answer.

    A call without an answer is under way, or its process died. It counts from the latest moment at which カオナビ can have
    taken it, `call_timeout` seconds after it was reserved.
    """

    limit_name: str
    limit: int
    seconds: float
    call_timeout: float

    @property
    def length(self) -> timedelta:
        return timedelta(seconds=self.seconds * MARGIN)

    @property
    def patience(self) -> timedelta:
        """How long after its reservation a call without an answer may still have been taken."""
        return timedelta(seconds=self.call_timeout)

    def free_at(self, call: Call) -> datetime:
        """When this call stops to count, as far as is known."""
        reserved, returned = call
        return (returned or reserved + self.patience) + self.length

    def still_counts(self, call: Call, now: datetime) -> bool:
        return self.free_at(call) > now

    def next_look(self, call: Call, now: datetime) -> datetime:
        """When to ask again whether this call still counts: one that is under way may return at any moment."""
        return min(self.free_at(call), now + self.length)


def room_in(window: Window, calls: Iterable[Call], now: datetime) -> float:
    """0.0 when one more call fits now, else the seconds after which it is worth asking again."""
    if window.limit < 1:
        return window.seconds
    looks = sorted(window.next_look(call, now) for call in calls if window.still_counts(call, now))
    if len(looks) < window.limit:
        return 0.0
    return (looks[len(looks) - window.limit] - now).total_seconds()


def waits_for(calls: int, *, free: int, limit: int) -> int:
    """How many whole windows so many calls must wait for, where `free` fit at once and `limit` in each window."""
    return -(-max(0, calls - free) // max(limit, 1))
