"""Against guessing passwords: after some failures the log-in is refused for a while. django-axes counts them.

Three counts, each over COOL_OFF: of an account from one address; of an address over all accounts; of an account over
all addresses. The last would let a stranger lock people out, so it does not hold where the account has logged in
before. Nothing else than counting needs is kept, names as a fingerprint: people type passwords into the wrong field.
"""

from datetime import timedelta
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import origin
from accounts.models import AuditEntry
from accounts.origin import address_of

ADDRESS_LIMIT = 50  # an office behind one address forgets a few passwords in a quarter of an hour, not fifty
ACCOUNT_LIMIT = 30
QUESTION_LIMIT = 100  # log-ins at the provider that begin at one address, which may be a whole office
COOL_OFF: timedelta = settings.AXES_COOLOFF_TIME
Credentials = dict[str, Any] | None


class Guard(AxesDatabaseHandler):
    """Counts as axes does, and the two wider ways."""

    def get_failures(self, request: HttpRequest, credentials: Credentials = None) -> int:
        """How many failures count against this attempt; at least the limit while a wider count is over its own."""
        own: int = super().get_failures(request, credentials)
        limit: int = settings.AXES_FAILURE_LIMIT
        return own if own >= limit or not is_attack(request, credentials) else limit


def is_attack(request: HttpRequest, credentials: Credentials) -> bool:
    """Whether the address, or the account from elsewhere than usual, had too many failures."""
    recent = AccessAttempt.objects.filter(attempt_time__gt=get_cool_off_threshold(request))
    address = client_address(request)
    if address is not None and failures(recent.filter(ip_address=address)) >= ADDRESS_LIMIT:
        return True
    name = get_client_username(request, credentials)
    return failures(recent.filter(username=name)) >= ACCOUNT_LIMIT and not is_usual(address, credentials)


def failures(attempts: "QuerySet[AccessAttempt]") -> int:
    return attempts.aggregate(total=Sum("failures_since_start"))["total"] or 0


def is_usual(address: str | None, credentials: Credentials) -> bool:
    """Whether the account has ever logged in from there."""
    user = User.objects.filter(username=(credentials or {}).get("username") or "").first()
    known = AuditEntry.objects.filter(action=AuditEntry.Action.LOGGED_IN, address=address or "")
    return user is not None and known.filter(actor_id=user.pk).exists()


def client_address(request: HttpRequest) -> str | None:
    """The browser's address; None where there is none, as behind a socket that is a file."""
    return address_of(request) or None


def fingerprint_of_name(request: HttpRequest, credentials: Credentials = None) -> str:
    """What stands for the user name that was typed."""
    return fingerprint((credentials.get("username") if credentials else request.POST.get("username")) or "")


def fingerprint(name: str) -> str:
    return salted_hmac("accounts.guard", name, algorithm="sha256").hexdigest()[:32]


def forgive(user: User) -> None:
    """Forget the failures of the account: it has a new password, by a link that an administrator gave out."""
    AccessAttempt.objects.filter(username=fingerprint(user.get_username())).delete()


def has_too_many_refusals() -> bool:
    """Whether so many log-ins from here failed lately that those at the provider are refused too, and not written."""
    recent = AuditEntry.objects.filter(action=AuditEntry.Action.LOG_IN_FAILED, at__gt=timezone.now() - COOL_OFF)
    return recent.filter(address=origin.current.get().address).count() >= ADDRESS_LIMIT


def asks_provider_too_often() -> bool:
    """Whether too many log-ins at the provider (for each we fetch something) began here lately; this one counts.

    Counted in the memory of the process: a row for each would be what this is against.
    """
    key = f"provider-{fingerprint(origin.current.get().address)}"
    cache.add(key, 0, COOL_OFF.total_seconds())
    try:
        return cache.incr(key) > QUESTION_LIMIT
    except ValueError:  # too many other addresses, or the time was over just now
        return False


def keep_the_count_alone(instance: AccessAttempt, **_: object) -> None:
    """Before an attempt is stored: what was sent, which may hold passwords, is not."""
    instance.get_data = instance.post_data = instance.http_accept = instance.path_info = ""


def show_locked_out(request: HttpRequest, *_: object) -> HttpResponse:
    """The same page for every account and for names that nobody has."""
    minutes = int(COOL_OFF.total_seconds() // 60)
    answer = render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer
