"""What somebody may take away as a file: whose rows, in which columns, narrowed as the list was."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import QueryDict

from accounts.rights import Right, may
from assessments.models import Assessment
from assessments.scope import scales_open_to
from departments.models import Department
from departments.outline import outline
from departments.scope import Reach, reach
from employees.search import Listing
from integrations.files.tables import assessments_table, departments_table, employees_table
from integrations.files.write import Table
from integrations.models import Export

RIGHTS: Final[Mapping[str, Right]] = {
    Export.Kind.EMPLOYEES: Right.VIEW_EMPLOYEES,
    Export.Kind.ASSESSMENTS: Right.VIEW_RESULTS,
    Export.Kind.DEPARTMENTS: Right.VIEW_DEPARTMENTS,
}


class Extract(NamedTuple):
    """What the file will hold. `query` and `filters` say what narrowed it, for the next time and in words.

    With a `problem` there should be no file: a filter means nothing any more.
    """

    table: Table
    rows: int
    query: str = ""
    filters: Mapping[str, str] = {}
    problem: str = ""


def exportable(user: User) -> list[str]:
    """The kinds that the person may take away."""
    return [kind for kind, right in RIGHTS.items() if may(user, right)] if may(user, Right.EXPORT_FILES) else []


def extract(user: User, kind: str, query: str) -> Extract:
    """The rows that the person may both see and take away. Raises PermissionDenied where there can be none.

    `query` is that of 自社社員管理; results are those of the people in that list. Departments come all.
    """
    if kind not in exportable(user):
        raise PermissionDenied
    seen = both(reach(user, RIGHTS[kind]), reach(user, Right.EXPORT_FILES))
    departments = Department.objects.within(seen)
    if kind == Export.Kind.DEPARTMENTS:
        return Extract(departments_table(departments.in_sibling_order(), seen), departments.count())
    shown = Department.objects.within(reach(user, Right.VIEW_EMPLOYEES))  # of which the list offers its filter
    tested = reach(user, Right.VIEW_RESULTS)
    listing = Listing(QueryDict(query), outline(shown.in_sibling_order()), seen, tested=tested)
    people = listing.people()
    if kind == Export.Kind.EMPLOYEES:
        return Extract(employees_table(people), people.count(), listing.query, listing.filters, listing.problem)
    results = Assessment.objects.order_by("employee__employee_number", "employee", "taken_on", "pk")
    if seen is not None or listing.filters:
        results = results.filter(employee__in=people.order_by().values("pk"))
    scales = scales_open_to(user, seen)  # a column is for all people of a file or for none
    return Extract(assessments_table(results, scales), results.count(), listing.query, listing.filters, listing.problem)


def both(one: Reach, other: Reach) -> Reach:
    """The departments that lie in both."""
    if one is None or other is None:
        return other if one is None else one
    return one & other
