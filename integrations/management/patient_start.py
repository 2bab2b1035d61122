"""A command's start that finds a run in its way which may be dead: it is watched before the start is refused.

Pages never wait. They end a run of this machine whose process is gone, which is known at once, and refuse otherwise.
"""

import time
from collections.abc import Callable

from django.conf import settings

from integrations.actions import AlreadyRunning
from integrations.jobs import workers
from integrations.jobs.ending import end_abandoned
from integrations.jobs.lease import sign_of_life
from integrations.jobs.owner import standing
from integrations.models import SyncJob

LONGEST_WATCH = 60.0  # seconds


def start_patiently(start: Callable[[], SyncJob], say: Callable[[str], object]) -> SyncJob:
    """Start a run; where a run is in the way that may be dead, `say` so, and wait until that is known.

    Raises AlreadyRunning where it lives, or somebody has gone on with it, and whatever else `start` raises.
    """
    try:
        return start()
    except AlreadyRunning as refusal:
        job = refusal.job
        if job is None or not may_be_dead(job):
            raise
        say(
            f"「{job.get_kind_display()}」（{job.requester_in_sentence}が開始）が動いているかどうかを確かめています。"
            f"最長{LONGEST_WATCH:.0f}秒かかります。"
        )
        if not gives_way(job):
            raise
    return start()


def may_be_dead(job: SyncJob) -> bool:
    """Whether some process has the run that we cannot see living. One that only waits for a worker is not dead."""
    return bool(job.worker or job.owner) and standing(job.owner) != "alive"


def gives_way(job: SyncJob) -> bool:
    """Watch the run until it moves, or has ended; end it when it stood still as long as the dead do, by our clock."""
    mark, still_for, looked_at = sign_of_life(job), 0.0, time.monotonic()
    while still_for < LONGEST_WATCH:
        time.sleep(settings.JOB_LOOK_EVERY)
        now = time.monotonic()
        still_for += min(now - looked_at, 2 * settings.JOB_LOOK_EVERY)  # while we were away nobody was watched
        looked_at = now
        current = SyncJob.objects.unfinished().filter(pk=job.pk).first()
        if current is None:
            return True
        if sign_of_life(current) != mark:
            return False
        is_ours_to_end = not current.celery_task_id or not workers.is_anybody_there()
        if still_for >= settings.JOB_DEAD_AFTER and is_ours_to_end:
            end_abandoned(current.pk, current.lease)
            return True
    return False
