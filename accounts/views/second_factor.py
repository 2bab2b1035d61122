"""二要素認証: a person's own pages, and the administrator's for somebody who lost the phone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from accounts import second_factor
from accounts.form_secrets import holds_secrets
from accounts.forms import SetUpForm
from accounts.methods import require_form, require_post
from accounts.policy import needs_factor
from accounts.reauthentication import asks_password_again
from accounts.requests import person
from accounts.rights import for_every_account
from accounts.sessions import FACTOR, confirm, end_sessions, has_proven_factor, is_from_provider


@for_every_account
@require_safe
def show_factor(request: HttpRequest) -> HttpResponse:
    """Whether there is one, and how many recovery codes are left."""
    user = person(request)
    factor = second_factor.factor_of(user)
    context = {
        "factor": factor,
        "codes_left": second_factor.codes_left(factor) if factor else 0,
        "is_needed": needs_factor(user),
        "is_from_provider": is_from_provider(request),
    }
    return render(request, "accounts/factor.html", context)


@holds_secrets()
@sensitive_variables()
@for_every_account
@asks_password_again
@require_form
def set_up_factor(request: HttpRequest) -> HttpResponse:
    """The picture for the app, and the code that proves it has arrived there; then the recovery codes, this once."""
    user = person(request)
    if second_factor.factor_of(user) is not None:
        return redirect("accounts:factor")
    secret = second_factor.secret_for(request.session)
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = second_factor.complete(user, secret, form.cleaned_data["token"])
        if codes is not None:
            confirm(request)
            del request.session[second_factor.UNCONFIRMED]
            request.session[FACTOR] = True
            end_sessions(user, but=request.session.session_key)
            return show_codes(request, codes, is_new=True)
        form.add_error(
            "token",
            "確認コードが正しくありません。アプリの時刻が合っているか確かめて、新しいコードを入力してください。",
        )
    context = {
        "form": form,
        "picture": mark_safe(second_factor.picture_of(secret, user)),  # noqa: S308 - drawn by us, of an address that is no markup
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "is_needed": needs_factor(user) and not has_proven_factor(request) and not is_from_provider(request),
    }
    return render(request, "accounts/set_up_factor.html", context)


def show_codes(request: HttpRequest, codes: list[str], *, is_new: bool) -> HttpResponse:
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "is_new": is_new})


@sensitive_variables()
@for_every_account
@asks_password_again
@require_post
def renew_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown this once."""
    codes = second_factor.renew_codes(person(request))
    return redirect("accounts:factor") if codes is None else show_codes(request, codes, is_new=False)


@for_every_account
@asks_password_again
@require_form
def remove_own_factor(request: HttpRequest) -> HttpResponse:
    """After asking; not where it is a must."""
    user = person(request)
    if second_factor.factor_of(user) is None:
        return redirect("accounts:factor")
    if needs_factor(user):
        messages.error(request, "このアカウントは二要素認証が必須のため、解除できません。")
        return redirect("accounts:factor")
    if request.method != "POST":
        return render(request, "accounts/remove_own_factor.html")
    second_factor.remove(user, by=user)
    request.session[FACTOR] = False
    end_sessions(user, but=request.session.session_key)
    messages.success(request, "二要素認証を解除しました。ほかの端末のログインは終了しました。")
    return redirect("accounts:factor")
