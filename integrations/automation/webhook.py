"""カオナビ's Webhook: after its events one run takes the people over, however many there were."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from integrations.automation import events, starting
from integrations.models import AutomaticRun, SyncJob, Webhook

LONGEST = timedelta(hours=1)  # from the first event, however many follow


def look(now: datetime) -> None:
    """Ask for the run that is due, once, whoever else looks at the same time.

    While something stands in the way (確認待ち, no connection, 「自動実行を止める」, any other run) the events wait on:
    they are asked for at the first look after it. Events that come while the run is at work ask for one more.
    """
    events.bring_in()
    row = Webhook.objects.first()
    if row is None or (due_at := due(row, now)) is None or now < due_at:
        return
    if starting.hindrance() is not None or SyncJob.objects.unfinished().exists():
        return
    with transaction.atomic():
        if not Webhook.objects.filter(first_event_at=row.first_event_at).update(first_event_at=None, waiting=0):
            return  # another was faster
        if AutomaticRun.objects.filter(cause=SyncJob.Cause.WEBHOOK, due_at=due_at).exists():
            return  # they were brought in twice: that run began after all of them
        asked = starting.start(cause=SyncJob.Cause.WEBHOOK, chain=[SyncJob.Kind.EMPLOYEES], due_at=due_at, now=now)
        if asked.job is None:
            transaction.set_rollback(True)  # something came in the way just now


def due(row: Webhook, now: datetime) -> datetime | None:
    """When a run is asked for: after a silence, and at most an hour after the first event; None where none waits.

    What is of the future was before the clock was put back: it waits no longer for that.
    """
    first = row.first_event_at
    if first is None:
        return None
    if first > now:
        return now
    last = max(first, row.last_event_at or first)  # a new secret has forgotten that one
    return min(last + timedelta(seconds=settings.WEBHOOK_DELAY), first + LONGEST)
