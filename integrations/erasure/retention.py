"""Removes old runs with issues and changes, notes of downloads and former names: nothing personal stays for ever."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, Q
from django.utils import timezone

from employees.models import FormerIdentity
from integrations.erasure import fade
from integrations.erasure.words import FADED
from integrations.models import (
    AutomaticRun,
    BeforeImage,
    Export,
    ImageKey,
    MetricSum,
    Notice,
    NoticeDelivery,
    ProblemNote,
    ProblemVersion,
    SyncChange,
    SyncIssue,
    SyncJob,
)

DELIVERIES_KEPT = timedelta(days=30)  # they hold mail addresses


def oldest_kept(days: int | None) -> datetime | None:
    """None where everything is kept for ever: at 0 days, of JOB_RETENTION_DAYS unless told."""
    if days is None:
        days = settings.JOB_RETENTION_DAYS
    return timezone.now() - timedelta(days=days) if days > 0 else None


def remove_old_jobs(days: int | None = None) -> int:
    """Remove ended runs that are older than so many days (JOB_RETENTION_DAYS); returns how many.

    The newest run of each kind stays, whatever its age, and the newest that was completed: the guards and the marks go
    by it. What they know of people goes all the same. Each run goes in a transaction of its own, so that nobody waits.
    """
    border = oldest_kept(days)
    if border is None:
        return 0
    newest = SyncJob.objects.order_by().values("kind").annotate(newest=Max("pk")).values("newest")
    kept = Q(pk__in=newest) | Q(pk__in=newest.filter(status__in=SyncJob.COMPLETED))
    old = SyncJob.objects.filter(status__in=SyncJob.ENDS, created_at__lt=border)
    for job in old.filter(kept):
        with transaction.atomic():
            fade(job)
    removed = 0
    for job in old.exclude(kept).order_by("pk").iterator():
        with transaction.atomic():
            count_on(job)
            number = job.pk
            job.delete()
            ProblemVersion.objects.filter(run=number).delete()  # that its problems have gone was noted, too
        removed += 1
    return removed


def remove_old_automatic_runs(days: int | None = None) -> int:
    """Remove what was started without a click longer ago; returns how many. What has not ended stays.

    The newest of each cause stays: by it the schedule knows what it has started.
    """
    border = oldest_kept(days)
    if border is None:
        return 0
    newest = AutomaticRun.objects.order_by().values("cause").annotate(newest=Max("due_at")).values("newest")
    old = AutomaticRun.objects.filter(created_at__lt=border, ended_at__lt=border).exclude(due_at__in=newest)
    removed = old.count()
    old.delete()
    return removed


def forget_deleted_people() -> int:
    """Whom an undo has deleted is kept as long as that can be undone, UNDO_DAYS; returns how many are forgotten now."""
    border = timezone.now() - timedelta(days=settings.UNDO_DAYS)
    kept = SyncChange.objects.filter(action=SyncChange.Action.DELETE, job__finished_at__lt=border)
    kept = kept.exclude(what=SyncChange.What.DEPARTMENT).exclude(name=FADED)
    return kept.update(key="", name=FADED, fields={})


def forget_before_images() -> int:
    """What a run found on カオナビ's sheets is kept as long as it can be undone, UNDO_DAYS; returns how many rows go now.

    Not while an undo is under way, which may need it until it ends.
    """
    border = timezone.now() - timedelta(days=settings.UNDO_DAYS)
    needed = SyncJob.objects.unfinished().exclude(undoes=None).values("undoes")
    old = SyncJob.objects.filter(finished_at__lt=border).exclude(pk__in=needed).values("pk")
    ImageKey.objects.filter(job__in=old).delete()
    return BeforeImage.objects.filter(job__in=old).delete()[0]


def remove_old_exports(days: int | None = None) -> int:
    """Remove from ダウンロード一覧 what is older; returns how many. A searched word is in it, and such is personal."""
    border = oldest_kept(days)
    return 0 if border is None else Export.objects.filter(made_at__lt=border).delete()[0]


def remove_notes_on_nothing() -> int:
    """Remove what was said of problems that no run which is kept tells any more; returns how many."""
    told = SyncIssue.objects.filter(fingerprint=OuterRef("fingerprint"))
    return ProblemNote.objects.filter(~Exists(told)).delete()[0]


def remove_former_identities(days: int | None = None) -> int:
    """Remove how people were known before changes that no run is old enough to know of; returns how many.

    Only then nothing can be left that was told of them under that number, address or name.
    """
    border = oldest_kept(days)
    if border is None:
        return 0
    waiting = SyncJob.objects.exclude(status__in=SyncJob.ENDS).aggregate(since=Min("created_at"))["since"]
    return FormerIdentity.objects.filter(changed_at__lt=min(border, waiting or border)).delete()[0]


def remove_old_notices(days: int | None = None) -> int:
    """Remove to whom notices went, and how that ended, after a month; and notices that are older than so many days, but
    the last one of each matter, by which the next is known to be another. Returns how many of these.
    """
    now = timezone.now()
    NoticeDelivery.objects.filter(notice__told_at__lt=now - DELIVERIES_KEPT).delete()
    border = oldest_kept(days)
    if border is None:
        return 0
    newest = Notice.objects.order_by().values("occasion", "kind").annotate(newest=Max("pk")).values("newest")
    old = Notice.objects.filter(told_at__lt=border).exclude(pk__in=list(newest.values_list("newest", flat=True)))
    return old.delete()[0]


def count_on(job: SyncJob) -> None:
    """What /metrics has counted of a run goes on being counted when the run is gone."""
    MetricSum.objects.add("jobs", f"{job.kind},{job.status}", 1)
    if job.started_at and job.finished_at:
        MetricSum.objects.add("timed_jobs", job.kind, 1)
        MetricSum.objects.add("job_seconds", job.kind, (job.finished_at - job.started_at).total_seconds())
    for outcome, number in job.counts.items():
        MetricSum.objects.add("rows", f"{job.kind},{outcome}", number)
