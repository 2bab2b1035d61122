"""Log-in at the company's provider: the way there and the way back."""

import time
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser, User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from accounts import audit, guard, provider
from accounts.audit import Action
from accounts.logging_in import let_in
from accounts.policy import has_provider
from accounts.provider import Question, Refusal, RefusedLogInError
from accounts.provider_accounts import account_for, is_theirs
from accounts.sessions import confirm, is_from_provider

QUESTION = "question_for_provider"
PATIENCE = 10 * 60  # seconds that the provider's own pages may take


def with_provider(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponseBase]:
    """A page that is there only where a provider is set up, and that writes down what is refused."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        if not has_provider():
            raise Http404
        if guard.has_too_many_refusals():
            return guard.show_locked_out(request)
        try:
            return view(request)
        except RefusedLogInError as error:
            return refused(request, error)

    return guarded


@login_not_required
@require_GET
@with_provider
def ask_provider(request: HttpRequest) -> HttpResponse:
    """To the provider. Somebody who is logged in is asked there again who they are, by its password or whatever it asks for."""
    again = isinstance(request.user, User)
    question = provider.ask(again=again)
    kept: dict[str, Any] = asdict(question)
    request.session[QUESTION] = kept | {"back": safe(request, request.GET.get("next", "")), "again": again}
    return redirect(question.address)


def safe(request: HttpRequest, wanted: str) -> str:
    """The page of ours that was asked for, else the first one."""
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure())
    return wanted if is_ours else reverse("home")


@login_not_required
@require_GET
@with_provider
def take_answer(request: HttpRequest) -> HttpResponse:
    """Back from the provider. The question is spent by this, whatever comes of it."""
    kept = request.session.pop(QUESTION, None)
    state = request.GET.get("state", "")
    if kept is None or not constant_time_compare(state, kept["state"]) or time.time() - kept["at"] > PATIENCE:
        raise RefusedLogInError(Refusal.STALE)
    back, again = kept.pop("back"), kept.pop("again")
    code = request.GET.get("code", "")
    if "error" in request.GET or not code:
        raise RefusedLogInError(Refusal.DECLINED)
    question = Question(**kept)
    identity = provider.identity_of(question, code)
    if not again:
        let_in(request, account_for(identity), asked_at=identity.asked_at)
        return redirect(back)
    if not isinstance(request.user, User) or not is_from_provider(request) or not is_theirs(request.user, identity):
        raise RefusedLogInError(Refusal.SOMEBODY_ELSE)
    if identity.asked_at < question.at - provider.LEEWAY:
        raise RefusedLogInError(Refusal.NOT_ASKED_AGAIN)
    confirm(request)
    messages.success(request, "ご本人であることを確認しました。")
    return redirect(back)


def refused(request: HttpRequest, error: RefusedLogInError) -> HttpResponse:
    """The log-in page with the reason, or the question that somebody who is logged in wanted to answer."""
    by = request.user if isinstance(request.user, User) else AnonymousUser()
    reason = error.refusal
    audit.record(
        Action.LOG_IN_FAILED, by=by, on=error.account, what="会社のアカウント", detail={"reason": reason.value}
    )
    messages.error(request, reason.label)
    return redirect("accounts:confirm" if isinstance(request.user, User) else "accounts:login")
