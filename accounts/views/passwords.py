"""A person's own password."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables

from accounts import actions
from accounts.form_secrets import holds_secrets
from accounts.forms import SPENT, FirstPasswordForm, OwnPasswordForm
from accounts.methods import require_form
from accounts.policy import passwords_allowed
from accounts.requests import person
from accounts.rights import for_every_account
from accounts.second_factor import factor_of
from accounts.sessions import confirm


@login_not_required
@holds_secrets()
@sensitive_variables("form")
@require_form
def set_first_password(request: HttpRequest) -> HttpResponse:
    """Where a one-time link leads. Open to everybody: the code says who it is; without one the page tells nothing."""
    form = FirstPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not passwords_allowed():
        form.add_error(None, "パスワードでのログインは許可されていません。会社のアカウントでログインしてください。")
    elif request.method == "POST" and form.is_valid():
        if actions.set_password(form.cleaned_data["code"], form.cleaned_data["new_password1"]):
            logout(request)  # whoever was logged in with this browser before
            messages.success(request, "パスワードを設定しました。ユーザー名とパスワードでログインしてください。")
            return redirect("accounts:login")
        form.add_error("code", SPENT)
    return render(request, "accounts/first_password.html", {"form": form})


@holds_secrets()
@sensitive_variables("form")
@for_every_account
@require_form
def change_password(request: HttpRequest) -> HttpResponse:
    """A person's own page: a new password, which ends all other sessions of the account."""
    user = person(request)
    may_have_one = user.has_usable_password() and passwords_allowed()  # where they are forbidden none is judged
    form = OwnPasswordForm(user, request, request.POST or None if may_have_one else None)
    if request.method == "POST" and form.is_valid():
        actions.change_own_password(user, form.cleaned_data["new_password1"])
        update_session_auth_hash(request, user)
        confirm(request)
        messages.success(request, "パスワードを変更しました。ほかの端末のログインは終了しました。")
        return redirect("accounts:password")
    context = {"form": form, "has_password": may_have_one, "factor": factor_of(user)}
    return render(request, "accounts/password.html", context)
