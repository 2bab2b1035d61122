"""The client's token and book of calls, kept in the database: one company, however many processes."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from integrations.kaonavi.errors import MustWait
from integrations.kaonavi.types import Token
from integrations.limits import Window, room_in
from integrations.models import KaonaviConnection, KaonaviQuota, RemoteCall

SPARE_LIFE = timedelta(minutes=2)  # a token that ends sooner is renewed before it is used


class DatabaseTokens:
    """The token on the connection's row, encrypted. Goes with the connection."""

    def read(self) -> str | None:
        connection = KaonaviConnection.objects.first()
        if connection is None or not connection.token or connection.token_expires_at is None:
            return None
        return connection.token if connection.token_expires_at > timezone.now() + SPARE_LIFE else None

    def save(self, token: Token) -> None:
        KaonaviConnection.objects.update(
            token=token.value, token_expires_at=timezone.now() + timedelta(seconds=token.lifetime)
        )

    def forget(self, value: str) -> None:
        connection = KaonaviConnection.objects.first()
        if connection is not None and connection.token == value:
            KaonaviConnection.objects.update(token="", token_expires_at=None)


class MemoryTokens:
    """The token of a client whose keys are only being tried."""

    def __init__(self) -> None:
        self.value: str | None = None

    def read(self) -> str | None:
        return self.value

    def save(self, token: Token) -> None:
        self.value = token.value

    def forget(self, value: str) -> None:
        if self.value == value:
            self.value = None


class DatabaseQuota:
    """Reserves calls under the company's limits, for all processes of the deployment."""

    def reserve(self, *, update: bool) -> int:
        now = timezone.now()
        with transaction.atomic():
            lock()
            RemoteCall.objects.filter(reserved_at__lt=now - timedelta(hours=2)).delete()
            for window in windows():
                if update or window.limit_name == "hour":
                    wait = room_in(window, calls_of(window), now)
                    if wait > 0:
                        raise MustWait(wait, window.limit_name)
            return RemoteCall.objects.create(is_update=update, reserved_at=now).pk

    def returned(self, ticket: int) -> None:
        RemoteCall.objects.filter(pk=ticket).update(returned_at=timezone.now())


def lock() -> None:
    """Hold the one quota row until the transaction ends, so that two processes never see the same free place."""
    KaonaviQuota.objects.get_or_create(pk=1)
    KaonaviQuota.objects.select_for_update().get(pk=1)


def windows() -> tuple[Window, Window]:
    """The two limits: update calls in a short window, all calls in an hour."""
    return (
        Window("update", settings.KAONAVI_UPDATE_LIMIT, settings.KAONAVI_UPDATE_WINDOW, settings.KAONAVI_TIMEOUT),
        Window("hour", settings.KAONAVI_HOURLY_LIMIT, 3600, settings.KAONAVI_TIMEOUT),
    )


def calls_of(window: Window) -> list[tuple[datetime, datetime | None]]:
    """The calls that a window counts, newest first, no more than can matter: when reserved, when returned."""
    calls = RemoteCall.objects.order_by("-pk")
    if window.limit_name == "update":
        calls = calls.filter(is_update=True)
    return list(calls.values_list("reserved_at", "returned_at")[: window.limit])


def calls_left() -> dict[str, int]:
    """How many calls each limit leaves at this moment, for the job page."""
    now = timezone.now()
    return {
        window.limit_name: window.limit - sum(window.still_counts(call, now) for call in calls_of(window))
        for window in windows()
    }
