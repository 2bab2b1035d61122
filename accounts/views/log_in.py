"""Log-in, log-out, and the question for the password in between."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, LogoutView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables

from accounts import audit
from accounts.audit import Action
from accounts.codes import plain
from accounts.first_day import is_first_day
from accounts.form_secrets import holds_secrets
from accounts.forms import LogInForm, TokenForm
from accounts.methods import require_form
from accounts.partials import wants_part
from accounts.pending_log_in import half_way, let_in, wait_for_code
from accounts.policy import has_provider, passwords_allowed
from accounts.reauthentication import confirm_form
from accounts.requests import page_of_ours
from accounts.rights import for_every_account
from accounts.second_factor import codes_left, factor_of
from accounts.sessions import confirm, is_confirmed, is_from_provider
from accounts.views.first_day import lead_to_log_in, make_first_account


class LogInView(LoginView):
    """The log-in page. A live part of a page whose session has ended is told to load the whole, which leads here."""

    template_name = "accounts/login.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, unless htmx would put it in the middle of another page."""
        if wants_part(request):
            return HttpResponse(headers={"HX-Refresh": "true"})
        if is_first_day():
            return make_first_account(request)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Where passwords are good for nothing none is judged, so that nobody finds one out."""
        if is_first_day():
            return make_first_account(request)
        if "password1" in request.POST:  # a page of the first day that stood open
            return lead_to_log_in(request)
        if not passwords_allowed():
            messages.error(request, "パスワードではログインできません。会社のアカウントでログインしてください。")
            return redirect("accounts:login")
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Name and password are right: in, or on to the second question."""
        user = form.get_user()
        back = self.get_success_url()
        if factor_of(user) is not None:
            wait_for_code(self.request, user, back)
            return redirect("accounts:code")
        let_in(self.request, user)
        return redirect(back)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which ways in there are."""
        ways = {"has_provider": has_provider(), "passwords_allowed": passwords_allowed()}
        return super().get_context_data(**kwargs) | ways


@login_not_required
@holds_secrets()
@sensitive_variables("form")
@require_form
def ask_for_code(request: HttpRequest) -> HttpResponse:
    """The second question. Without a right password just before it this is the log-in page."""
    waiting = half_way(request)
    if waiting is None or not passwords_allowed():
        if request.method == "POST":
            messages.error(request, "時間が過ぎたため、はじめからログインし直してください。")
        return redirect("accounts:login")
    form = TokenForm(waiting.user, request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        let_in(request, waiting.user, with_factor=True)
        tell_codes_left(request, waiting.user, form.cleaned_data["token"])
        return redirect(waiting.back)
    return render(request, "accounts/code.html", {"form": form})


def tell_codes_left(request: HttpRequest, user: User, token: str) -> None:
    factor = factor_of(user)
    if factor is not None and not plain(token).isdigit():
        left = f"リカバリーコードを1つ使いました。残りは{codes_left(factor)}個です。"
        messages.warning(request, f"{left}新しいコードは「二要素認証」のページで発行できます。")


class LogOutView(LogoutView):
    """The end of the session."""

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Written down before the session is gone."""
        if isinstance(request.user, User):
            audit.record(Action.LOGGED_OUT, by=request.user)
        return super().post(request, *args, **kwargs)


@holds_secrets()
@sensitive_variables("form")
@for_every_account
@require_form
def confirm_password(request: HttpRequest) -> HttpResponse:
    """The password once more, and back to the page of ours that was asked for."""
    back = page_of_ours(request, request.POST.get("next") or request.GET.get("next") or "")
    form = confirm_form(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        confirm(request)
        return redirect(back)
    if is_from_provider(request) and is_confirmed(request):  # at the provider, in another window
        return redirect(back)
    return render(request, "accounts/confirm.html", {"form": form, "next": back})
