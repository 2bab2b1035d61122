"""Sessions: how long they last, and how long ago the person showed who they are."""

import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from accounts.partials import wants_part

# Seconds. Rules of the product, so no environment variable changes them.
IDLE = 8 * 60 * 60  # without a page that the person asked for
WHOLE = 7 * 24 * 60 * 60  # from the log-in, whatever was done since; SESSION_COOKIE_AGE is the same
TRUSTED = 15 * 60  # from the password, or the provider's question, for what is worth asking again
NOTICED = 5 * 60  # a sign of life is stored so often, to spare a write with every page

BEGAN, SEEN, CONFIRMED = "began", "seen", "confirmed"
FACTOR, PROVIDER = "factor", "provider"  # how the person got in: with a second factor, at the company's provider


def begin(request: HttpRequest, **_: object) -> None:
    """Somebody logged in."""
    request.session[BEGAN] = request.session[SEEN] = request.session[CONFIRMED] = int(time.time())


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the person showed who they are, by the password or at the provider, within the last TRUSTED seconds."""
    return time.time() - confirmed_at(request) <= TRUSTED


def confirmed_at(request: HttpRequest) -> float:
    """When that was, in seconds as `time.time` counts them; 0 for never."""
    return float(request.session.get(CONFIRMED, 0))


def confirm(request: HttpRequest) -> None:
    """The person has given the password again; a key that somebody learned before is worth nothing now."""
    request.session.cycle_key()
    request.session[CONFIRMED] = int(time.time())


def has_proven_factor(request: HttpRequest) -> bool:
    """Whether the second factor was asked for, or set up, in this session."""
    return bool(request.session.get(FACTOR))


def is_from_provider(request: HttpRequest) -> bool:
    """Whether the person logged in at the company's provider, not with a password."""
    return bool(request.session.get(PROVIDER))


class SessionLimitsMiddleware:
    """Ends a session that is too old or was left alone. Stands before the middleware that reads the account from it.

    Parts of a page that htmx asks for do not count as a sign of life: an open page that refreshes itself is no person.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        session, now = request.session, int(time.time())
        if SESSION_KEY in session:
            seen = session.get(SEEN, 0)
            if now - session.get(BEGAN, 0) > WHOLE or now - seen > IDLE:
                session.flush()
            elif now - seen > NOTICED and not wants_part(request):
                session[SEEN] = now
        return self.get_response(request)


def end_sessions(user: User, *, but: str | None = None) -> int:
    """End all sessions of the account, `but` the one of that key; how many there were."""
    return end_those(lambda kept: kept.get(SESSION_KEY) == str(user.pk), but=but)


def end_sessions_by_password() -> int:
    """End all sessions that did not begin at the company's provider, also half a log-in; how many there were."""
    return end_those(lambda kept: not kept.get(PROVIDER))


def end_those(are_meant: Callable[[dict[str, Any]], bool], *, but: str | None = None) -> int:
    """All that are alive are read, but not many are."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=but).iterator()
    ended = [row.session_key for row in alive if are_meant(row.get_decoded())]
    Session.objects.filter(session_key__in=ended).delete()
    return len(ended)


def forget_ended_sessions() -> None:
    """Rows of sessions whose time is over."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
