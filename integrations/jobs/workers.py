"""Which workers are there: each writes a line about itself, and pages, checks and commands read it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import timezone

from integrations.models import WorkerHeartbeat

FORGOTTEN_AFTER = timedelta(days=1)


def announce(name: str) -> None:
    """This worker is there, with this version of the code."""
    now = timezone.now()
    said = {"version": settings.CODE_VERSION, "seen_at": now}
    if not WorkerHeartbeat.objects.filter(name=name).update(**said):
        WorkerHeartbeat.objects.create(name=name, **said)
    old = WorkerHeartbeat.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER)
    if old.exists():  # a look first: it is said every few seconds, and on SQLite a deletion locks everybody out
        old.delete()


def leave(name: str) -> None:
    """This worker has gone on purpose."""
    WorkerHeartbeat.objects.filter(name=name).delete()


def seen(within: timedelta, now: datetime | None = None) -> QuerySet[WorkerHeartbeat]:
    """Workers that said so not long ago. A line from the future is as old as one from the past: a clock set back."""
    now = now or timezone.now()
    return WorkerHeartbeat.objects.filter(seen_at__gte=now - within, seen_at__lte=now + within)


def last_seen() -> datetime | None:
    """When the liveliest of them was seen."""
    last: datetime | None = WorkerHeartbeat.objects.aggregate(last=Max("seen_at"))["last"]
    return last


def is_anybody_there() -> bool:
    """Whether some worker, of whatever version, lives at this moment. It may have missed to say so once."""
    return seen(timedelta(seconds=2 * settings.JOB_LOOK_AT_REST + settings.JOB_LOOK_EVERY)).exists()


def problem(now: datetime | None = None) -> str:
    """What is wrong with the workers, as a sentence for the person who waits; "" when one of our version is there."""
    versions = set(seen(timedelta(seconds=settings.JOB_SEEN_WITHIN), now).values_list("version", flat=True))
    if settings.CODE_VERSION in versions:
        return ""
    if versions:
        return "動いているワーカーの版が画面と違います。サーバーの管理者に、ワーカーの再起動を依頼してください。"
    return "ワーカーが動いていません。サーバーの管理者に、ワーカーの起動を依頼してください。"
