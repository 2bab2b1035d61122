"""Who may what: 管理者 does everything, 閲覧者 looks, nobody else sees anything but a polite page (403)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

ADMINISTRATORS = "管理者"
VIEWERS = "閲覧者"

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def group_names(user: User) -> frozenset[str]:
    """The names of the user's groups, asked for once per user object."""
    known: frozenset[str] | None = vars(user).get("known_group_names")
    if known is None:
        known = frozenset(user.groups.values_list("name", flat=True))
        vars(user)["known_group_names"] = known
    return known


def is_administrator(user: User | AnonymousUser) -> bool:
    """Superusers and members of 管理者: may connect, sync and disconnect."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return False
    return user.is_superuser or ADMINISTRATORS in group_names(user)


def may_look(user: User | AnonymousUser) -> bool:
    """Administrators and members of 閲覧者: may see people, departments, results and runs."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return False
    return is_administrator(user) or VIEWERS in group_names(user)


def only(allowed: Callable[[User | AnonymousUser], bool]) -> Callable[[View[P]], View[P]]:
    """A view for those whom `allowed` lets in; everybody else gets the 403 page (log-in is asked for before that)."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not allowed(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


for_administrators = only(is_administrator)
for_viewers = only(may_look)
