"""The client's token and book of calls, kept in the database: one company, however many processes."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.locks import end_if_stalled
from integrations.connection.limits import Window, room_in
from integrations.kaonavi.errors import MustWait
from integrations.kaonavi.types import Token
from integrations.models import KaonaviConnection, KaonaviQuota, MetricSum, RemoteCall

SPARE_LIFE = 120.0  # seconds before its end at which a token is renewed
KEPT = timedelta(hours=2)  # no window reaches back further
CLOCK_ERROR = timedelta(minutes=1)  # what the clocks of two machines may differ by


class DatabaseTokens:
    """On the connection's row, the token encrypted. Goes with the connection, and is void with new keys.

    A client knows only the connection with whose keys it was opened: one that is still at work when somebody has
    connected to another company neither leaves its token there nor takes that one's.
    """

    def __init__(self, connection: KaonaviConnection) -> None:
        self.mine = KaonaviConnection.objects.filter(connected_at=connection.connected_at)

    def read(self) -> str | None:
        connection = self.mine.only("token", "token_expires_at").first()  # to decipher the keys once more costs time
        if connection is None or not connection.token or connection.token_expires_at is None:
            return None
        return connection.token if connection.token_expires_at > timezone.now() else None

    def save(self, token: Token) -> None:
        """Keep a fresh token until shortly before its end; of a short life only a tenth is spared, or none is left."""
        useful = timedelta(seconds=token.lifetime - min(SPARE_LIFE, token.lifetime / 10))
        self.mine.update(token=token.value, token_expires_at=timezone.now() + useful)

    def forget(self, value: str) -> None:
        connection = self.mine.first()
        if connection is not None and connection.token == value:
            self.mine.update(token="", token_expires_at=None)

    def has_worked(self, operation: str) -> bool:
        return operation in self._worked

    def note_success(self, operation: str) -> None:
        """Noted once for all runs. Raises RuntimeError inside a transaction, as each call does."""
        if operation in self._worked:
            return
        with transaction.atomic(durable=True):
            end_if_stalled()
            connection = self.mine.lock().only("worked").first()
            if connection is not None and operation not in connection.worked:
                connection.worked = sorted([*connection.worked, operation])
                connection.save(update_fields=["worked"])
        self._worked.add(operation)

    @cached_property
    def _worked(self) -> set[str]:
        return set(self.mine.values_list("worked", flat=True).first() or ())


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

    def has_worked(self, operation: str) -> bool:
        del operation
        return False

    def note_success(self, operation: str) -> None:
        pass


class DatabaseQuota:
    """Reserves calls under the company's limits, for all processes of the deployment."""

    def reserve(self, *, update: bool) -> int:
        """As `ports.Quota`. Raises RuntimeError inside a transaction: the lock would be held for the whole call."""
        with transaction.atomic(durable=True):
            lock()
            now = timezone.now()  # not earlier: the wait for the lock is part of the past
            old = Q(reserved_at__lt=now - KEPT)
            wrong = Q(reserved_at__gt=now + CLOCK_ERROR)  # by a clock that ran ahead: in the windows until it comes
            forget_calls(RemoteCall.objects.filter(old | wrong))
            for window in windows():
                if update or window.limit_name == "hour":
                    wait = wait_for(window, now)
                    if wait > 0:
                        raise MustWait(wait, window.limit_name)
            return RemoteCall.objects.create(is_update=update, reserved_at=now).pk

    def returned(self, ticket: int, outcome: str = "none") -> None:
        RemoteCall.objects.filter(pk=ticket).update(returned_at=timezone.now(), outcome=outcome)


def lock() -> None:
    """Hold the one quota row until the transaction ends, so that two processes never see the same free place."""
    end_if_stalled()
    KaonaviQuota.objects.select_for_update().get_or_create(pk=1)


def forget_calls(old: QuerySet[RemoteCall]) -> None:
    """What /metrics has counted of them goes on being counted."""
    counts = list(old.order_by().values_list("is_update", "outcome").annotate(Count("pk")))
    for is_update, outcome, number in counts:
        MetricSum.objects.add("calls", f"{'update' if is_update else 'read'},{outcome}", number)
    if counts:
        old.delete()


def windows() -> tuple[Window, Window]:
    """The two limits: update calls in a short window, all calls in an hour."""
    return (
        Window("update", settings.KAONAVI_UPDATE_LIMIT, settings.KAONAVI_UPDATE_WINDOW, settings.KAONAVI_TIMEOUT),
        Window("hour", settings.KAONAVI_HOURLY_LIMIT, 3600, settings.KAONAVI_TIMEOUT),
    )


def wait_for(window: Window, now: datetime) -> float:
    """`room_in` for the calls in the database, which are fetched only where there is no room: they can be thousands."""
    calls = calls_in(window, now)
    if calls.count() < window.limit:
        return 0.0
    return room_in(window, calls.values_list("reserved_at", "returned_at"), now)


def calls_in(window: Window, now: datetime) -> QuerySet[RemoteCall]:
    """The calls that count now: what `Window.still_counts` says, as a condition of the database."""
    since = now - window.length
    calls = RemoteCall.objects.filter(
        Q(returned_at__gt=since) | Q(returned_at=None, reserved_at__gt=since - window.patience)
    )
    return calls.filter(is_update=True) if window.limit_name == "update" else calls


def calls_left() -> dict[str, int]:
    """How many calls each limit leaves at this moment, for the job page."""
    now = timezone.now()
    return {window.limit_name: max(0, window.limit - calls_in(window, now).count()) for window in windows()}
