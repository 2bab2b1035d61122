"""Where those stand whom issues are about: the page of the person or department, as far as somebody may see it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Q

from accounts.rights import Account, Right
from departments.models import Department
from departments.scope import reach
from employees.models import Employee
from integrations.models import SyncIssue

ABOUT_DEPARTMENTS, ABOUT_SHEETS = "DEPARTMENT_", "SHEET_"


def whereabouts(issues: Iterable[SyncIssue], user: Account) -> Mapping[int, str]:
    """By the issue's number, the address of the one whom it is about. Two statements for however many issues.

    A 社員番号 tells who it is where one person has it, of all whom this reader may see; else the mail address does.
    """
    found = list(issues)
    departments = [issue for issue in found if issue.reason.startswith(ABOUT_DEPARTMENTS)]
    others = [issue for issue in found if not issue.reason.startswith((ABOUT_DEPARTMENTS, ABOUT_SHEETS))]
    return of_people(others, user) | of_departments(departments, user)


def of_people(issues: Iterable[SyncIssue], user: Account) -> dict[int, str]:
    keys = {issue.pk: (issue.subject_key.strip(), issue.email.strip().lower()) for issue in issues}
    numbers, mails = ({key[place] for key in keys.values()} - {""} for place in (0, 1))
    if not numbers and not mails:
        return {}
    holders: dict[str, list[Employee]] = defaultdict(list)
    people = Employee.objects.open_to(user, Right.VIEW_EMPLOYEES)
    for person in people.filter(Q(employee_number__in=numbers) | Q(email__in=mails)).only("email", "employee_number"):
        for key in {person.employee_number, person.email} - {""}:
            holders[key].append(person)
    return {
        pk: next(holders[key][0].get_absolute_url() for key in pair if len(holders[key]) == 1)
        for pk, pair in keys.items()
        if any(len(holders[key]) == 1 for key in pair)
    }


def of_departments(issues: Iterable[SyncIssue], user: Account) -> dict[int, str]:
    codes = {issue.pk: issue.subject_key.strip() for issue in issues if issue.subject_key.strip()}
    if not codes:
        return {}
    known = Department.objects.within(reach(user, Right.VIEW_DEPARTMENTS)).filter(code__in=set(codes.values()))
    places = {department.code: department.get_absolute_url() for department in known.only("code")}
    return {pk: places[code] for pk, code in codes.items() if code in places}
