"""Removes old runs with their issues and changes, so that personal values are not kept for ever."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from integrations.models import SyncJob


def remove_old_jobs(days: int | None = None) -> int:
    """Remove ended runs that are older than so many days (JOB_RETENTION_DAYS); returns how many.

    The newest run of each kind stays, whatever its age. Each run goes in a transaction of its own, so that nobody waits.
    """
    border = timezone.now() - timedelta(days=settings.JOB_RETENTION_DAYS if days is None else days)
    newest = SyncJob.objects.order_by().values("kind").annotate(newest=Max("pk")).values("newest")
    old = SyncJob.objects.filter(status__in=SyncJob.ENDS, created_at__lt=border).exclude(pk__in=newest)
    removed = 0
    for job in old.order_by("pk").iterator():
        with transaction.atomic():
            job.delete()
        removed += 1
    return removed
