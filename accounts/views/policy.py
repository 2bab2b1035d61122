"""ログインの設定, for administrators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import actions
from accounts.forms import PolicyForm
from accounts.methods import require_form
from accounts.policy import has_provider, policy
from accounts.provider import return_address
from accounts.reauthentication import asks_password_again
from accounts.requests import person, sent
from accounts.rights import for_administrators
from accounts.sessions import is_from_provider


@for_administrators
@asks_password_again
@require_form
def edit_policy(request: HttpRequest) -> HttpResponse:
    """Who needs a second factor; with a provider, whether passwords are good for a log-in."""
    now = policy()
    form = PolicyForm(sent(request), now=now)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            actions.set_policy(
                everyone=wanted["everyone_needs_factor"],
                roles=wanted["roles_that_need_factor"],
                passwords=wanted.get("allows_passwords", now.allows_passwords),
                by=person(request),
                at_provider=is_from_provider(request),
            )
        except actions.RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "ログインの設定を保存しました")
            return redirect("accounts:policy")
    context = {"form": form, "has_provider": has_provider(), "return_address": return_address()}
    return render(request, "accounts/policy.html", context)
