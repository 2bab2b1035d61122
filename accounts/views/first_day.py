"""The pages of the first day: the first account, and the address by which everybody opens the product."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_variables

from accounts import audit, site
from accounts.audit import Action
from accounts.first_day import FirstDayOverError, WrongCodeError, create_first_administrator
from accounts.form_secrets import holds_secrets
from accounts.forms import FirstAdministratorForm, SiteAddressForm
from accounts.guard import has_too_many_refusals, show_locked_out
from accounts.methods import require_form
from accounts.pending_log_in import let_in
from accounts.reauthentication import asks_password_again
from accounts.requests import person, sent, way_back
from accounts.rights import for_administrators
from accounts.this_machine import is_this_machine

WRONG_CODE = (
    "セットアップコードが正しくありません。最後に表示されたコードを入力してください。"
    "わからないときは、サーバーで manage.py setup_code を実行すると、新しいコードが表示されます。"
)


def opened_address(request: HttpRequest) -> str:
    """By which address the browser has come."""
    return f"{request.scheme}://{request.get_host().lower()}"


@holds_secrets()
@sensitive_variables("form")
@require_form
def make_first_account(request: HttpRequest) -> HttpResponse:
    """The log-in page while there is no account. Whoever made the first one is in, and goes on with the address."""
    form = FirstAdministratorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and has_too_many_refusals():
        return show_locked_out(request)
    if request.method == "POST" and form.is_valid():
        user = form.save(commit=False)
        try:
            create_first_administrator(user, code=form.cleaned_data["code"], address=opened_address(request))
        except WrongCodeError:
            audit.record(Action.LOG_IN_FAILED, by=AnonymousUser(), what="セットアップコード")
            form.add_error("code", WRONG_CODE)
        except FirstDayOverError:
            return lead_to_log_in(request)
        else:
            let_in(request, user)
            keys = reverse("integrations:connection")
            return redirect(
                keys
                if settings.IS_SITE_URL_GIVEN
                else f"{reverse('accounts:site_address')}?{urlencode({'next': keys})}"
            )
    return render(request, "accounts/first_administrator.html", {"form": form})


def lead_to_log_in(request: HttpRequest) -> HttpResponse:
    """For whoever sends the form of the first day when that is over."""
    messages.warning(request, "最初の管理者は、すでに作成されています。ユーザー名とパスワードでログインしてください。")
    return redirect("accounts:login")


@for_administrators
@asks_password_again
@require_form
def choose_address(request: HttpRequest) -> HttpResponse:
    """画面のアドレス: on the first day proposed from the request, later changed here. A variable goes before it."""
    now, opened = site.site_url(), opened_address(request)
    is_given = settings.IS_SITE_URL_GIVEN
    form = SiteAddressForm(sent(request), now=now, opened=opened)
    after = way_back(request, reverse("integrations:settings"))
    if request.method == "POST" and not is_given and form.is_valid():
        address = form.cleaned_data["address"]
        site.choose(address, by=person(request))
        if address == opened:
            messages.success(request, "画面のアドレスを保存しました")
            return redirect(after)
        return render(request, "accounts/site_address.html", {"moved_to": f"{address}{after}"})
    host, _ = split_domain_port(request.get_host())
    context = {
        "form": form,
        "now": now,
        "is_given": is_given,
        "is_this_machine": is_this_machine(host),
        "is_readable": not request.is_secure() and not is_this_machine(host),
        "next": request.POST.get("next", request.GET.get("next", "")),
    }
    return render(request, "accounts/site_address.html", context)
