"""Who may what, and about whom: 管理者 does everything, 閲覧者 looks, a role of one's own has the rights that it was given.

A role of one's own may be limited to chosen departments. Which those are is known above this app (`departments.scope`);
here stands only which limited roles a right comes from.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponseBase

ADMINISTRATORS = "管理者"
VIEWERS = "閲覧者"

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
Account = User | AnonymousUser


class Right(models.TextChoices):
    """What a role of one's own can be given. Connecting, syncing and accounts are for 管理者 alone."""

    VIEW_EMPLOYEES = "view_employees", "社員を見る"
    EDIT_EMPLOYEES = "edit_employees", "社員を登録・編集する"
    DELETE_EMPLOYEES = "delete_employees", "社員を削除・統合する"
    VIEW_RESULTS = "view_results", "検査結果を見る"
    VIEW_MENTAL_HEALTH = "view_mental_health", "「現在のメンタルヘルス」の尺度を見る"
    EDIT_RESULTS = "edit_results", "検査結果を訂正・削除する"
    VIEW_DEPARTMENTS = "view_departments", "部署を見る"
    EDIT_DEPARTMENTS = "edit_departments", "部署を登録・編集・削除する"
    EXPORT_FILES = "export_files", "一覧をファイルでダウンロードする"
    IMPORT_FILES = "import_files", "ファイルを取り込む"
    VIEW_JOBS = "view_jobs", "バックグラウンド処理を見る"
    EDIT_REFERENCE = "edit_reference", "16タイプと尺度を設定する"


# What 閲覧者 may: everything that changes and starts nothing.
LOOKING = frozenset(
    {
        Right.VIEW_EMPLOYEES,
        Right.VIEW_RESULTS,
        Right.VIEW_MENTAL_HEALTH,
        Right.VIEW_DEPARTMENTS,
        Right.EXPORT_FILES,
        Right.VIEW_JOBS,
    }
)
# What concerns everybody in the company, so that a role limited to departments cannot have it.
WHOLE_COMPANY = frozenset({Right.EDIT_DEPARTMENTS, Right.IMPORT_FILES, Right.VIEW_JOBS, Right.EDIT_REFERENCE})


@dataclass(frozen=True, slots=True)
class Access:
    """What a person may. `where` is right → None for the whole company, else the limited roles (pk) that give it."""

    is_administrator: bool
    where: Mapping[str, frozenset[int] | None]


NOTHING = Access(is_administrator=False, where={})
EVERYTHING = Access(is_administrator=True, where=dict.fromkeys(Right.values))


def access_of(user: Account) -> Access:
    """The person's access, read once per user object. An account that was stopped has none."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return NOTHING
    known: Access | None = vars(user).get("known_access")
    if known is None:
        known = vars(user)["known_access"] = read_access(user)
    return known


def read_access(user: User) -> Access:
    """From the person's groups: the two built-in ones by name, the others by their Role."""
    if user.is_superuser:
        return EVERYTHING
    where: dict[str, frozenset[int] | None] = {}
    for name, pk, rights, is_limited in user.groups.values_list("name", "role__pk", "role__rights", "role__is_limited"):
        if name == ADMINISTRATORS:
            return EVERYTHING
        if name == VIEWERS:
            where |= dict.fromkeys(LOOKING)
        for right in set(rights or ()) & set(Right.values):
            if not is_limited:
                where[right] = None
            elif right not in WHOLE_COMPANY and where.get(right, frozenset()) is not None:
                where[right] = (where.get(right) or frozenset()) | {pk}
    return Access(is_administrator=False, where=where)


def may(user: Account, right: Right) -> bool:
    """Whether the person has the right at all, be it for some departments only."""
    return right in access_of(user).where


def is_administrator(user: Account) -> bool:
    """Superusers and members of 管理者: may connect, sync and disconnect."""
    return access_of(user).is_administrator


def only(allowed: Callable[[Account], bool]) -> Callable[[View[P]], View[P]]:
    """A view for those whom `allowed` lets in; everybody else gets the 403 page (log-in is asked for before that)."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not allowed(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def needs(*rights: Right) -> Callable[[View[P]], View[P]]:
    """A view for those who have one of the rights: where there are several, the view itself asks which."""
    return only(lambda user: any(may(user, right) for right in rights))


for_administrators = only(is_administrator)
for_anybody_with_a_role = only(lambda user: bool(access_of(user).where))
for_every_account = only(lambda user: user.is_active)
