"""A log-in between its two questions: the password was right, the code is still to come, and nobody is logged in."""

import time
from dataclasses import dataclass

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts import audit
from accounts.audit import Action
from accounts.kept_forms import KEPT, settle
from accounts.sessions import CONFIRMED, FACTOR, PROVIDER, forget_ended_sessions

HALF_WAY = "half_way"
PATIENCE = 5 * 60  # seconds that a right password waits for the code
BACKEND = "django.contrib.auth.backends.ModelBackend"  # reads the account of each session, and knows who was stopped


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Whose password was right, and the page of ours that was asked for."""

    user: User
    back: str


def wait_for_code(request: HttpRequest, user: User, back: str) -> None:
    """Remember that the password was right. Whoever was logged in with this browser before no longer is."""
    kept = request.session.get(KEPT)
    request.session.flush()
    if kept is not None:
        request.session[KEPT] = kept
    request.session[HALF_WAY] = {
        "account": user.pk,
        "password": user.get_session_auth_hash(),
        "at": time.time(),
        "back": back,
    }


def half_way(request: HttpRequest) -> HalfWay | None:
    """Whose code is awaited; None when nobody's is, after too long, or when password or account is another by now."""
    kept = request.session.get(HALF_WAY)
    if not kept or time.time() - kept["at"] > PATIENCE:
        return None
    user = User.objects.filter(pk=kept["account"], is_active=True).first()
    if user is None or not constant_time_compare(kept["password"], user.get_session_auth_hash()):
        return None
    return HalfWay(user, kept["back"])


@transaction.atomic
def let_in(request: HttpRequest, user: User, *, with_factor: bool = False, asked_at: float | None = None) -> None:
    """The person has answered everything: a session begins. `asked_at` is for a log-in at the provider: when that asked
    the person who they are. It may let somebody in without a question, and then they are asked before what is worth it.
    """
    at_provider = asked_at is not None
    forget_ended_sessions()
    request.session.pop(HALF_WAY, None)
    login(request, user, backend=BACKEND)
    settle(request, user)
    request.session[FACTOR], request.session[PROVIDER] = with_factor, at_provider
    if asked_at is not None:
        request.session[CONFIRMED] = int(asked_at)
    how = "provider" if at_provider else "password_and_code" if with_factor else "password"
    audit.record(Action.LOGGED_IN, by=user, detail={"method": how})
