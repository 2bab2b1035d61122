"""Which scales somebody may see: those of 現在のメンタルヘルス have a right of their own."""

from django.db.models import QuerySet

from accounts.rights import Account, Right
from assessments.models import MENTAL_HEALTH, Scale
from departments.scope import reach
from employees.models import Employee


def sees_mental_health(user: Account, about: Employee | None = None) -> bool:
    """Whether the person may see those scales: of somebody, or of everybody whose results they may see."""
    open_to = reach(user, Right.VIEW_MENTAL_HEALTH)
    if open_to is None:
        return True
    if about is not None:
        return about.department_id in open_to
    results = reach(user, Right.VIEW_RESULTS)
    return results is not None and bool(open_to) and results <= open_to


def scales_open_to(user: Account, about: Employee | None = None) -> QuerySet[Scale]:
    """The scales that the person may see, in their order: of somebody, or of everybody whose results they may see."""
    scales = Scale.objects.all()
    return scales if sees_mental_health(user, about) else scales.exclude(category=MENTAL_HEALTH)
