"""ログインの設定: who needs a second factor, and whether passwords are good for a log-in at all."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import Group, User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts.kept_forms import ask_to_log_in
from accounts.models import LogInPolicy, SecondFactor
from accounts.partials import wants_part
from accounts.rights import ADMINISTRATORS
from accounts.sessions import has_proven_factor, is_from_provider

# What somebody who must set up a second factor reaches before: the set-up, its question for the password, log-out.
REACHABLE = {"accounts:set_up_factor", "accounts:confirm", "accounts:logout"}


def has_provider() -> bool:
    """Whether the operators have set up the log-in at the company's provider."""
    return bool(settings.OIDC_ISSUER)


def passwords_allowed() -> bool:
    """Whether a password is good for a log-in. Without a provider it is, whatever was chosen: somebody must get in."""
    return not has_provider() or policy().allows_passwords


def policy() -> LogInPolicy:
    """As it was chosen; the defaults, not yet stored, before anybody has."""
    return LogInPolicy.objects.filter(pk=1).first() or LogInPolicy(pk=1)


def demanding(user: User) -> "QuerySet[LogInPolicy]":
    """The policy, if it demands a second factor of the account when it logs in with a password."""
    roles = Group.objects.filter(
        Exists(LogInPolicy.roles_that_need_factor.through.objects.filter(group=OuterRef("pk")))
    )
    theirs = Q(name=ADMINISTRATORS) if user.is_superuser else Q(user=user)
    return LogInPolicy.objects.filter(Q(everyone_needs_factor=True) | Exists(roles.filter(theirs)))


def needs_factor(user: User) -> bool:
    """Whether the account must have a second factor, as far as it logs in with a password."""
    return demanding(user).exists()


def lacks_factor(user: User) -> bool:
    """Whether it must have one and has none. Asked with each request, so what most companies answer comes first: that
    nobody must. The whole question takes longer to put into SQL than all else that a small page asks.
    """
    of_anybody = Q(everyone_needs_factor=True) | Q(roles_that_need_factor__isnull=False)
    if not LogInPolicy.objects.filter(of_anybody).exists():
        return False
    return demanding(user).filter(~Exists(SecondFactor.objects.filter(user=user))).exists()


class LogInPolicyMiddleware:
    """Ends a session that began with a password where passwords are forbidden: one that began just as they were, or
    before the operators set up the provider. Leads whoever must have a second factor and has none to its set-up, from
    every page that is not open to strangers.

    The provider sees to both for those who log in there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: object) -> HttpResponseBase | None:
        if not getattr(view, "login_required", True) or not isinstance(request.user, User):
            return None
        if is_from_provider(request):
            return None
        if not passwords_allowed():
            logout(request)
            return ask_to_log_in(request)
        if has_proven_factor(request):
            return None
        if request.resolver_match is not None and request.resolver_match.view_name in REACHABLE:
            return None
        if not lacks_factor(request.user):
            return None
        return (
            HttpResponse(headers={"HX-Refresh": "true"}) if wants_part(request) else redirect("accounts:set_up_factor")
        )
