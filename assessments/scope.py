"""Whose results, and which scales of them, somebody may see: those of 現在のメンタルヘルス have a right of their own."""

from django.db.models import QuerySet

from accounts.rights import Account, Right
from assessments.models import MENTAL_HEALTH, PersonalityType, Scale
from departments.scope import Reach, covers, reach
from employees.models import Employee


def place_of(person: Employee) -> Reach:
    """Where the person is; people without a department belong to the whole company alone."""
    return None if person.department_id is None else frozenset({person.department_id})


def are_results_open_to(user: Account, person: Employee) -> bool:
    """Whether somebody may know of the person's results, and that there are any."""
    return covers(reach(user, Right.VIEW_RESULTS), place_of(person))


def sees_every_value(user: Account) -> bool:
    """Whether somebody may see all results of the whole company, with every scale."""
    return reach(user, Right.VIEW_RESULTS) is None and reach(user, Right.VIEW_MENTAL_HEALTH) is None


def sees_types(user: Account) -> bool:
    """Whether somebody may see the 16タイプ of the whole company's results, so also which there are."""
    return reach(user, Right.VIEW_RESULTS) is None


def sees_uses_of(user: Account, row: PersonalityType | Scale) -> bool:
    """Whether somebody may know that results have the type, or a score of the scale."""
    return sees_types(user) if isinstance(row, PersonalityType) else sees_every_value(user)


def scales_open_to(user: Account, people: Reach) -> QuerySet[Scale]:
    """The scales that are kept and that somebody may see of all these people, in their order."""
    scales = Scale.objects.kept()
    is_open = covers(reach(user, Right.VIEW_MENTAL_HEALTH), people)
    return scales if is_open else scales.exclude(category=MENTAL_HEALTH)
