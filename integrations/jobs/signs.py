"""Signs of life in the database, of what leaves no other trace there."""

from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from integrations.models import SignOfLife

BEAT = "beat"
NIGHT = "night"  # the last nightly errand that went well
WRITE = "write"  # the last try of a write that went well


def leave(name: str, *, every: timedelta = timedelta(0)) -> None:
    """Write down that it happens now, unless that was written within `every`; fails where nothing can be written."""
    now = timezone.now()
    sign = SignOfLife.objects.filter(name=name)
    # A sign from the future was written before the clock was set back.
    if not sign.exclude(seen_at__gt=now - every, seen_at__lte=now).update(seen_at=now) and not sign.exists():
        SignOfLife.objects.bulk_create([SignOfLife(name=name, seen_at=now)], ignore_conflicts=True)  # two may come


def seen_at(name: str) -> datetime | None:
    return SignOfLife.objects.filter(name=name).values_list("seen_at", flat=True).first()


def newest() -> datetime | None:
    """When something was last written for certain."""
    newest: datetime | None = SignOfLife.objects.aggregate(newest=Max("seen_at"))["newest"]
    return newest
