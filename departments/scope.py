"""Whom a person's right concerns: everybody, or the departments of limited roles and what lies below them."""

from accounts.rights import Account, Right, access_of
from departments.models import Department, RoleDepartment
from departments.tree import descend

Reach = frozenset[int] | None  # departments (pk); None is the whole company


def covers(wide: Reach, narrow: Reach) -> bool:
    """Whether everybody of `narrow` is in `wide`."""
    return wide is None or (narrow is not None and narrow <= wide)


def reach(user: Account, right: Right) -> Reach:
    """The departments for which the person has the right; None when it is for the whole company, empty when for nobody.

    People without a department belong to the whole company alone.
    """
    roles = access_of(user).where.get(right, frozenset())
    if roles is None:
        return None
    chosen = (
        set(RoleDepartment.objects.filter(role__in=roles).values_list("department_id", flat=True)) if roles else set()
    )
    return (
        frozenset(descend(dict(Department.objects.values_list("pk", "parent_id")), chosen)) if chosen else frozenset()
    )
