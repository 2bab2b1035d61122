"""Counting calls in a window of time: pure functions over the times of earlier calls."""

from typing import Literal

Window = Literal["sliding", "fixed"]


def seconds_until_room(times: list[float], now: float, *, limit: int, window: float, kind: Window) -> float:
    """0.0 when one more call fits now, else how long until one does. `times` in ascending order, in seconds."""
    if limit <= 0:
        return window
    if kind == "fixed":
        start = now - now % window
        inside = sum(1 for time in times if time >= start)
        return start + window - now if inside >= limit else 0.0
    inside_times = [time for time in times if time > now - window]
    if len(inside_times) < limit:
        return 0.0
    return inside_times[-limit] + window - now


def forget_old(times: list[float], now: float, window: float) -> None:
    """Drop what no window reaches any more, so that the list stays short."""
    times[:] = [time for time in times if time > now - 2 * window]
