"""How long to wait for what, and when to give up."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from integrations.kaonavi.errors import Unavailable
from integrations.models import UploadChunk

STALE_AFTER = timedelta(minutes=5)  # a sheet that was read earlier is read again before anything more is sent
MOST_LOST = 5  # updates in a row of which nobody knows what became
MOST_TROUBLES = 6  # tries in a row while カオナビ is away: about ten minutes


class GaveUp(Unavailable):
    """カオナビ is there, but one has waited for it long enough."""


class TaskStuck(GaveUp):
    """A task of カオナビ's did not end in time, and the sheet does not show what it was to store."""

    reason = "RESULT_TASK_STUCK"

    def __init__(self, task: int) -> None:
        super().__init__(f"カオナビの処理番号は{task}です。")


def pause_after(elapsed: timedelta) -> float:
    """Seconds until one looks again at something that began so long ago."""
    return next(pause for limit, pause in settings.KAONAVI_LOOKS if elapsed.total_seconds() < limit)


def poll_pause(chunk: UploadChunk) -> float:
    return pause_after(since(chunk.sent_at))


def has_timed_out(chunk: UploadChunk) -> bool:
    """Whether カオナビ has had its time for the chunk's task."""
    return since(chunk.sent_at) > timedelta(seconds=settings.KAONAVI_TASK_TIMEOUT)


def is_stale(chunk: UploadChunk) -> bool:
    """Whether the sheet was read too long ago for this chunk to be sent."""
    return since(chunk.read_at) > STALE_AFTER


def since(moment: datetime | None) -> timedelta:
    return timezone.now() - moment if moment else timedelta(0)


def patience(troubles: int) -> float | None:
    """Seconds until カオナビ is tried again after so many failures in a row; None when it has been enough."""
    return None if troubles >= MOST_TROUBLES else 10.0 * 2**troubles
