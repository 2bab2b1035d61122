"""The schedule: asks for a chain when a time of it has come."""

from datetime import datetime, timedelta

from integrations.automation import starting
from integrations.models import AutomaticRun, AutomationSettings, SyncJob
from integrations.rules.schedule import coming, due

A_DAY = timedelta(days=1)


def look(now: datetime) -> None:
    """Start what is due, once, whoever else looks at the same time."""
    settings = AutomationSettings.objects.first()
    if settings is None or settings.is_stopped or not settings.is_scheduled:
        return
    if (found := due(settings.schedule, handled_until(settings, now), now)) is not None:
        starting.start(
            cause=SyncJob.Cause.SCHEDULE, chain=settings.chain, due_at=found.at, now=now, missed=found.missed
        )


def handled_until(settings: AutomationSettings, now: datetime) -> datetime:
    """The moment up to which nothing is due any more: of the last start, or when the schedule became what it is.

    Starts of the future are those of a clock that ran ahead. They do not count until they come; then their rows keep
    them from happening again. A schedule that was changed by such a clock, more than a day ahead, counts from now on.
    """
    if settings.counts_from > now + A_DAY:
        settings.counts_from = now
        settings.save(update_fields=["counts_from"])
    started = AutomaticRun.objects.filter(cause=SyncJob.Cause.SCHEDULE, due_at__lte=now).order_by("-due_at")
    last = started.values_list("due_at", flat=True).first()
    return max(settings.counts_from, last) if last else settings.counts_from


def next_start(settings: AutomationSettings, now: datetime) -> datetime | None:
    """When the schedule will next start something, None where it will not."""
    if settings.is_stopped or not settings.is_scheduled:
        return None
    started = AutomaticRun.objects.filter(cause=SyncJob.Cause.SCHEDULE, due_at__gt=now).values_list("due_at", flat=True)
    return coming(settings.schedule, max(now, settings.counts_from), but_not=frozenset(started))
