"""Log-in at the company's provider: the way there and the way back."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser, User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from accounts import audit, guard, provider
from accounts.audit import Action
from accounts.pending_log_in import let_in
from accounts.policy import has_provider
from accounts.provider import Identity, Refusal, RefusedLogInError
from accounts.provider_accounts import account_for, is_theirs
from accounts.provider_question import Kept, forget, keep, kept_by
from accounts.requests import page_of_ours
from accounts.sessions import confirm, is_from_provider


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
            answer = refused(request, error)
            forget(answer)
            return answer

    return guarded


@login_not_required
@require_GET
@with_provider
def ask_provider(request: HttpRequest) -> HttpResponse:
    """To the provider. Somebody logged in is asked there again who they are, by password or whatever it asks for."""
    again = isinstance(request.user, User)
    if not again and guard.asks_provider_too_often():
        return guard.show_locked_out(request)
    question = provider.ask(again=again)
    answer = redirect(question.address)
    keep(answer, Kept(question, page_of_ours(request, request.GET.get("next", "")), again))
    return answer


@login_not_required
@require_GET
@with_provider
def take_answer(request: HttpRequest) -> HttpResponse:
    """Back from the provider. The question is spent by this, whatever comes of it."""
    kept = kept_by(request)
    if kept is None:
        raise RefusedLogInError(Refusal.STALE)
    code = request.GET.get("code", "")
    if "error" in request.GET or not code:
        raise RefusedLogInError(Refusal.DECLINED)
    identity = provider.identity_of(kept.question, code)
    if kept.again:
        confirm_by(request, identity, asked=kept.question.at)
    else:
        let_in(request, account_for(identity), asked_at=identity.asked_at)
    answer = redirect(kept.back)
    forget(answer)
    return answer


def confirm_by(request: HttpRequest, identity: Identity, *, asked: float) -> None:
    """The provider was asked about somebody logged in. Raises RefusedLogInError for somebody else, or not now."""
    if not isinstance(request.user, User) or not is_from_provider(request) or not is_theirs(request.user, identity):
        raise RefusedLogInError(Refusal.SOMEBODY_ELSE)
    if identity.asked_at < asked - provider.LEEWAY:
        raise RefusedLogInError(Refusal.NOT_ASKED_AGAIN)
    confirm(request)
    messages.success(request, "ご本人であることを確認しました。")


def refused(request: HttpRequest, error: RefusedLogInError) -> HttpResponse:
    """The log-in page with the reason, or the question that somebody who is logged in wanted to answer."""
    by = request.user if isinstance(request.user, User) else AnonymousUser()
    reason = error.refusal
    audit.record(
        Action.LOG_IN_FAILED, by=by, on=error.account, what="会社のアカウント", detail={"reason": reason.value}
    )
    messages.error(request, reason.label)
    return redirect("accounts:confirm" if isinstance(request.user, User) else "accounts:login")
