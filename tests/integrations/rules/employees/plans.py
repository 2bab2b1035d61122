"""Plans of employees in one line, and the smallest thing that carries one out."""

from collections.abc import Sequence
from typing import Any

from integrations.kaonavi.types import Member, MemberLayout, Members, Unreadable
from integrations.rules.draft import Plan
from integrations.rules.employees.fields import LocalEmployee, Values
from integrations.rules.employees.plan import plan_employees
from tests.factories.kaonavi import member_layout

DEPARTMENTS = ("A001", "A002", "A003")


def plan(
    *members: Member,
    local: Sequence[LocalEmployee] = (),
    unreadable: Sequence[Unreadable] = (),
    layout: MemberLayout | None = None,
    **settings: Any,
) -> Plan:
    return plan_employees(
        Members(items=members, unreadable=tuple(unreadable)),
        member_layout() if layout is None else layout,
        departments=DEPARTMENTS,
        local=local,
        **settings,
    )


def reasons(made: Plan) -> list[str]:
    return [issue.reason.value for issue in made.issues]


def outcomes(made: Plan) -> list[str]:
    return [outcome.value for outcome in made.outcomes]


def news(made: Plan) -> dict[str, Any]:
    """Field → new value of the only change of a plan."""
    (change,) = made.changes
    return {field: new for field, (_, new) in change.fields.items()}


def apply(made: Plan, local: Sequence[LocalEmployee]) -> list[LocalEmployee]:
    """Our employees after the plan. A row that is written, new or not, is linked from then on."""
    rows = {employee.pk: employee for employee in local}
    for change in made.changes:
        values = {field: new for field, (_, new) in change.fields.items()}
        if change.pk is None:
            pk = max(rows, default=0) + 1
            rows[pk] = LocalEmployee(pk, Values(**values), linked=True, missing=False)
        else:
            missing = values.pop("missing", rows[change.pk].missing)
            rows[change.pk] = rows[change.pk]._replace(
                linked=True, missing=missing, values=rows[change.pk].values._replace(**values)
            )
    for change in made.released:
        gives_up = rows[change.pk or 0]
        rows[gives_up.pk] = gives_up._replace(values=gives_up.values._replace(email=""))
    for pk in made.linked:
        rows[pk] = rows[pk]._replace(linked=True)
    for pk in made.vanished:
        rows[pk] = rows[pk]._replace(missing=True)
    return list(rows.values())
