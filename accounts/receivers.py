"""What Django and axes tell about log-ins, written into the audit trail."""

from typing import Any

from axes.models import AccessAttempt
from axes.signals import user_locked_out
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db.models.signals import pre_save
from django.http import HttpRequest

from accounts import audit, guard, sessions
from accounts.audit import Action


def listen() -> None:
    """From now on hear of log-ins."""
    user_logged_in.connect(sessions.begin)
    user_login_failed.connect(record_failure)
    user_locked_out.connect(record_lock_out)
    pre_save.connect(guard.keep_the_count_alone, sender=AccessAttempt)


def record_failure(credentials: dict[str, Any], request: HttpRequest | None = None, **_: object) -> None:
    """A log-in that failed. Refused ones, while the log-in is stopped, are not written: the trail would fill up."""
    if request is not None and not getattr(request, "axes_locked_out", False):
        record(Action.LOG_IN_FAILED, credentials)


def record_lock_out(request: HttpRequest, **_: object) -> None:
    """The failure with which the log-in was stopped; not what is refused afterwards."""
    if getattr(request, "axes_failures_since_start", None) is not None:
        record(Action.LOCKED_OUT, getattr(request, "axes_credentials", None) or {})


def record(action: Action, credentials: dict[str, Any]) -> None:
    """With the account, if there is one of that name: whatever else was typed may be a password."""
    user = User.objects.filter(username=credentials.get("username") or "").first()
    audit.record(action, by=AnonymousUser(), on=user, what="アカウント")
