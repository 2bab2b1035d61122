"""The password once more, before what an open browser that somebody else sits down at must not do.

Where the account has a second factor its code is asked for too. Whoever logged in at the company's provider has no
password here: the provider asks again, or the code of a second factor will do.
"""

import time
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.forms import ConfirmAtProviderForm, ConfirmForm, PasswordCheck
from accounts.models import AuditEntry
from accounts.requests import person
from accounts.rights import P, View
from accounts.sessions import confirm, confirmed_at, is_confirmed, is_from_provider

EVERY_FIELD = "__ALL__"  # what Django's decorator writes where a view names no field
FEW = 3  # deletions of one thing that nobody is asked about
A_DAY = 24 * 60 * 60  # seconds that they are remembered at most
QUESTION = "again"  # before the name of the password's field, which must not be one of the form that waits


def confirm_form(request: HttpRequest, data: Any = None, **kwargs: Any) -> PasswordCheck:
    """What this person is asked, by how they logged in."""
    kind = ConfirmAtProviderForm if is_from_provider(request) else ConfirmForm
    return kind(person(request), request, data, **kwargs)


def asks_password_again(view: View[P]) -> View[P]:
    """A view for whoever gave the password within the last `sessions.TRUSTED` seconds; others are asked for it first.

    Stands below the check of the right, so that nobody is asked who may not anyway.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return password_question(request) or view(request, *args, **kwargs)

    return guarded


def asks_password_after_a_few(view: View[P]) -> View[P]:
    """A view that deletes one thing: the same question, but only for whoever has deleted FEW since the last answer.

    Else an open browser could delete everybody, one after the other.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        question = password_question(request) if has_deleted_a_few(request) else None
        return question or view(request, *args, **kwargs)

    return guarded


def has_deleted_a_few(request: HttpRequest) -> bool:
    """Counted in the audit trail: requests that come at once would all find the same number in their session."""
    if is_confirmed(request):
        return False
    since = datetime.fromtimestamp(max(confirmed_at(request), time.time() - A_DAY), UTC)
    gone = AuditEntry.objects.filter(actor_id=person(request).pk, action=AuditEntry.Action.DELETED, at__gte=since)
    return gone.count() >= FEW


def password_question(request: HttpRequest) -> HttpResponse | None:
    """The question for the password, None when it was answered lately or is answered right now.

    A page that was to be looked at comes back after it. A form that was sent waits in the question, so that nothing
    that was typed is lost, except what the view has named as secret, which is on no page.
    """
    if is_confirmed(request):
        return None
    if request.method != "POST":
        return redirect_to_login(request.get_full_path(), "accounts:confirm")
    is_answer = any(name.startswith(f"{QUESTION}-") for name in request.POST)
    form = confirm_form(request, request.POST if is_answer else None, prefix=QUESTION)
    if is_answer and form.is_valid():
        confirm(request)
        return None
    answers = {f"{QUESTION}-{name}" for name in form.fields}
    secret = getattr(request, "sensitive_post_parameters", ())
    hidden = {*(request.POST if secret == EVERY_FIELD else secret), "csrfmiddlewaretoken", *answers}
    waiting = [(name, value) for name, values in request.POST.lists() for value in values if name not in hidden]
    return render(request, "accounts/confirm.html", {"form": form, "waiting": waiting})
