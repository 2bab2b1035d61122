"""Which roles there are, and what a right needs beside it."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, User
from django.db.models import Case, Q, QuerySet, Value, When

from accounts.rights import ADMINISTRATORS, VIEWERS, Right

BUILT_IN = (ADMINISTRATORS, VIEWERS)
OPERATOR = "システム管理者"

# Rights as they stand together on the form.
GROUPS: dict[str, tuple[Right, ...]] = {
    "社員": (Right.VIEW_EMPLOYEES, Right.EDIT_EMPLOYEES, Right.DELETE_EMPLOYEES),
    "検査結果": (Right.VIEW_RESULTS, Right.VIEW_MENTAL_HEALTH, Right.EDIT_RESULTS),
    "部署": (Right.VIEW_DEPARTMENTS, Right.EDIT_DEPARTMENTS),
    "ファイルと処理": (Right.EXPORT_FILES, Right.IMPORT_FILES, Right.VIEW_JOBS),
    "設定": (Right.EDIT_REFERENCE,),
}
# What nobody can use without the other: the page with the button, the list of which a file is made.
NEEDS: dict[Right, Right] = {
    Right.EDIT_EMPLOYEES: Right.VIEW_EMPLOYEES,
    Right.DELETE_EMPLOYEES: Right.VIEW_EMPLOYEES,
    Right.VIEW_MENTAL_HEALTH: Right.VIEW_RESULTS,
    Right.EDIT_RESULTS: Right.VIEW_RESULTS,
    Right.EDIT_DEPARTMENTS: Right.VIEW_DEPARTMENTS,
    Right.EXPORT_FILES: Right.VIEW_EMPLOYEES,
    Right.IMPORT_FILES: Right.VIEW_EMPLOYEES,
    Right.VIEW_JOBS: Right.VIEW_EMPLOYEES,  # a run shows whom it changed, and how
}


def completed(rights: Iterable[str]) -> set[Right]:
    """The rights and those that they need."""
    known = {Right(right) for right in rights}
    return known | {NEEDS[right] for right in known if right in NEEDS}


def roles() -> QuerySet[Group]:
    """All roles that an account can have: 管理者, 閲覧者, then those of one's own by name."""
    place = Case(*(When(name=name, then=Value(n)) for n, name in enumerate(BUILT_IN)), default=Value(len(BUILT_IN)))
    return Group.objects.filter(Q(name__in=BUILT_IN) | Q(role__isnull=False)).order_by(place, "name")


def role_of(user: User) -> str:
    """The role in words; "" for none. Prefetched groups cost nothing."""
    if user.is_superuser:
        return OPERATOR
    return "、".join(sorted(group.name for group in user.groups.all()))
