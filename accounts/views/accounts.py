"""アカウント管理: who has an account, with which role; inviting, stopping, new links."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts import actions
from accounts.forms import NAME_TAKEN, AccountForm, InvitationForm
from accounts.links import link_for
from accounts.methods import require_form
from accounts.models import ProviderIdentity, SecondFactor
from accounts.pagination import page_of
from accounts.policy import has_provider, passwords_allowed
from accounts.provider_accounts import has_address_by_another
from accounts.reauthentication import asks_password_again
from accounts.requests import person
from accounts.rights import for_administrators
from accounts.search import mentions, searched
from accounts.second_factor import factor_of

SWITCHES: dict[str, tuple[Callable[..., None], str]] = {  # address and template → what happens, and what is said
    "stop": (actions.stop, "を停止しました"),
    "resume": (actions.resume, "を再開しました"),
    "remove_factor": (actions.remove_factor, "の二要素認証を解除しました"),
    "forget_identity": (actions.forget_identity, "の会社のアカウントの登録を解除しました"),
}


@for_administrators
@require_safe
def list_accounts(request: HttpRequest) -> HttpResponse:
    """All accounts by name, with search."""
    search = searched(request.GET)
    accounts = User.objects.order_by("last_name", "first_name", "username", "pk").prefetch_related("groups")
    accounts = accounts.annotate(has_factor=Exists(SecondFactor.objects.filter(user=OuterRef("pk"))))
    accounts = accounts.filter(mentions(search, ("last_name", "first_name"), "username", "email"))
    return render(request, "accounts/list.html", {"page": page_of(accounts, request), "search": search})


@for_administrators
@asks_password_again
@require_form
def invite(request: HttpRequest) -> HttpResponse:
    """The form; after it the one page that shows the link, which nothing keeps."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.save(commit=False)
        try:
            code = actions.invite(user, role=form.cleaned_data["role"], by=person(request))
        except actions.RefusedError as refusal:
            form.add_error("role", str(refusal))
        except IntegrityError:  # somebody else was invited under that name just now
            form.add_error("username", NAME_TAKEN)
        else:
            return show_link(request, user, code)
    return render(request, "accounts/invite.html", {"form": form})


def show_link(request: HttpRequest, user: User, code: str) -> HttpResponse:
    context = {"account": user, "link": link_for(code), "passwords_allowed": passwords_allowed()}
    return render(request, "accounts/link.html", context)


@for_administrators
@asks_password_again
@require_form
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: name, mail and role to change, and what else can be done to it."""
    account = get_object_or_404(User, pk=pk)
    actor = person(request)
    form = AccountForm(request.POST or None, instance=account)
    if account.pk == actor.pk and "role" in form.fields:
        form.fields["role"].disabled = True
        form.fields["role"].help_text = actions.SELF
    if request.method == "POST" and form.is_valid():
        with_role = "role" in form.changed_data
        try:
            role = form.cleaned_data.get("role")
            actions.edit(pk, changes=form.changes(), role=role, with_role=with_role, by=actor)
        except actions.RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "アカウントを保存しました")
            return redirect("accounts:list")
    is_open = account.is_active and not (account.is_superuser and not actor.is_superuser)
    identity = ProviderIdentity.objects.filter(user=account).first()
    context = {
        "form": form,
        "account": get_object_or_404(User, pk=pk),
        "is_self": account.pk == actor.pk,
        "is_open": is_open,
        "factor": factor_of(account),
        "identity": identity,
        "waits_for_word": has_provider() and identity is None and has_address_by_another(account),
        "has_provider": has_provider(),
        "passwords_allowed": passwords_allowed(),
    }
    return render(request, "accounts/edit.html", context)


def confirmed(request: HttpRequest, pk: int, *, template: str, act: Callable[[User], HttpResponse]) -> HttpResponse:
    """The page that says what will happen; on POST it happens, or the list says why not."""
    account = get_object_or_404(User, pk=pk)
    if request.method != "POST":
        return render(request, template, {"account": account})
    try:
        return act(account)
    except actions.RefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:list")


@for_administrators
@asks_password_again
@require_form
def switch(request: HttpRequest, pk: int, *, how: str) -> HttpResponse:
    """What `SWITCHES` has under that name happens to the account, after asking, and the list says so."""
    action, what_happened = SWITCHES[how]

    def act(account: User) -> HttpResponse:
        action(pk, by=person(request))
        messages.success(request, f"アカウント「{account.get_username()}」{what_happened}")
        return redirect("accounts:list")

    return confirmed(request, pk, template=f"accounts/{how}.html", act=act)


@for_administrators
@asks_password_again
@require_form
def renew_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link for somebody who has lost the password, or the first link."""
    return confirmed(
        request,
        pk,
        template="accounts/renew_link.html",
        act=lambda account: show_link(request, account, actions.renew_link(pk, by=person(request))),
    )
