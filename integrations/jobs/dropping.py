"""The end of a held run (確認待ち) that nobody will let go on."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from integrations.jobs.ending import end
from integrations.models import SyncJob

HELD_FOR = timedelta(days=30)  # an uploaded file waits with its run, and it is full of people


def drop(held: SyncJob, message: str) -> None:
    """End a held run: nothing of it was written, so its planned changes go and its issues stay."""
    held.changes.all().delete()
    held.lease += 1
    for name in SyncJob.COUNTS:
        setattr(held, name, 0)
    held.done = held.total = 0
    end(held, SyncJob.Status.CANCELLED, message)


def drop_forgotten() -> int:
    """End the runs on which nobody has decided for HELD_FOR; how many there were."""
    forgotten = SyncJob.objects.filter(status=SyncJob.Status.HELD, created_at__lt=timezone.now() - HELD_FOR)
    with transaction.atomic():
        jobs = list(forgotten.lock())
        for job in jobs:
            drop(job, f"{HELD_FOR.days}日間確認されなかったため、取りやめになりました。")
    return len(jobs)
