"""What an older state of the database must not believe any more, when a backup of it was restored."""

from typing import NamedTuple

from django.contrib.sessions.models import Session
from django.db import transaction

from integrations.connection.remote_state import forget_calls
from integrations.jobs.ending import end_abandoned
from integrations.models import (
    AutomationSettings,
    KaonaviConnection,
    NoticeSettings,
    RemoteCall,
    SignOfLife,
    SyncJob,
    Webhook,
    WorkerHeartbeat,
)
from integrations.reasons import Reason


class Cleared(NamedTuple):
    """How many runs were ended and calls forgotten, whether there was a token, whether 自動実行 was stopped by this."""

    runs: int
    calls: int
    had_token: bool
    was_automatic: bool


def clear_restored() -> Cleared:
    """End the runs that were under way then, and forget token, calls and workers: all of them may be other ones now.

    A run is never continued: カオナビ has moved on since. What it had sent is looked after by the next upload.
    Log-ins of then are over: whoever was logged out or stopped since, or has another password, is not let in by them.
    """
    with transaction.atomic():
        runs = sum(
            end_abandoned(pk, lease, Reason.RUN_OUTLIVED) is not None
            for pk, lease in SyncJob.objects.unfinished().values_list("pk", "lease")
        )
        calls = RemoteCall.objects.count()
        forget_calls(RemoteCall.objects.all())
        had_token = KaonaviConnection.objects.exclude(token="").update(token="", token_expires_at=None)
        WorkerHeartbeat.objects.all().delete()
        SignOfLife.objects.all().delete()
        Session.objects.all().delete()
        was_automatic = stop_automation()
    return Cleared(runs, calls, bool(had_token), was_automatic)


def stop_automation() -> bool:
    """It may be a copy, beside which the original still runs: a person says which of them goes on by itself.

    Whether anything would have gone on. Where nothing is turned on, nothing is stopped: nobody would know why.
    """
    automation = AutomationSettings.objects.current()
    notices = NoticeSettings.objects.filter(is_on=True)
    is_on = automation.is_scheduled or Webhook.objects.exists() or notices.exists()
    if automation.is_stopped or not is_on:
        return False
    automation = AutomationSettings.objects.lock_the_one()
    automation.is_stopped = True
    automation.save()
    return True
