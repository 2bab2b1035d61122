"""同期の例外 as the rules want them."""

from collections import defaultdict
from datetime import date

from departments.models import Department
from departments.tree import descend
from integrations.models import SyncException
from integrations.rules.employees.exceptions import PINNABLE, Exceptions, Scope


def exceptions_of(today: date) -> Exceptions:
    """Those that hold on this day in Japan."""
    people: set[int] = set()
    mails: set[str] = set()
    numbers: set[str] = set()
    pins: dict[int, set[str]] = defaultdict(set)
    scope = Scope()
    for exception in SyncException.objects.in_force(today).exclude(kind=SyncException.Kind.NOT_SENT).defer("reason"):
        if exception.kind == SyncException.Kind.SCOPE:
            scope = scope_of(exception)
        elif exception.kind == SyncException.Kind.EXCLUDED:
            people.add(exception.employee_id or 0)
            mails.add(exception.email)
            numbers.add(exception.employee_number)
        elif exception.item in PINNABLE:  # not one that a later version knew
            pins[exception.employee_id or 0].add(exception.item)
    return Exceptions(people - {0}, mails - {""}, numbers - {""}, scope, pins)


def scope_of(exception: SyncException) -> Scope:
    """The departments by their code, with all that lies below them now."""
    types = frozenset(exception.employment_types) or None
    if not exception.limits_departments:
        return Scope(None, types)
    departments = {pk: (code, parent) for pk, code, parent in Department.objects.values_list("pk", "code", "parent_id")}
    chosen = exception.departments.values_list("pk", flat=True)
    within = descend({pk: parent for pk, (_, parent) in departments.items()}, chosen)
    return Scope(frozenset(departments[pk][0] for pk in within) - {""}, types)
