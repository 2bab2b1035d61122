"""カオナビ社員情報取込: load both sides, plan, write."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.utils import timezone

from departments.models import Department
from employees.models import Employee
from integrations import bulk
from integrations.kaonavi.client import KaonaviClient
from integrations.lease import Lease
from integrations.mapping.employees import FIELDS, LocalEmployee, department_code, plan_employees, question
from integrations.mapping.plan import Change
from integrations.models import KaonaviConnection, SyncChange, SyncJob
from integrations.sync import rows
from integrations.sync.imports import Import, carry_out

COLUMNS = tuple("department_id" if field == "department" else field for field in FIELDS)
PLACES = {field: place for place, field in enumerate(FIELDS)}
DEPARTMENT = PLACES["department"]
NOBODY = (None,) * len(FIELDS)


def sync_employees(lease: Lease, kaonavi: KaonaviClient) -> None:
    """One whole run: the job is ended or held afterwards. Raises what the client and the lease raise."""
    lease.report("カオナビから取得")
    layout = kaonavi.member_layout()
    members = kaonavi.members()
    source_rows = len(members.items) + len(members.unreadable)
    lease.report("確認", total=source_rows)
    settings = KaonaviConnection.objects.get()
    codes = {pk: (code, name) for pk, code, name in Department.objects.values_list("pk", "code", "name")}
    departments = {department_code(code, name): pk for pk, (code, name) in codes.items()}
    local = load({pk: department for department, pk in departments.items()})
    people = {person.pk: person for person in local}

    def planned(*, keep_missing_items: bool, shown: Import | None = None) -> Import:
        plan = plan_employees(
            members,
            layout,
            departments=[code for code, _ in codes.values() if code],
            local=local,
            first_name_filler=settings.first_name_filler,
            keep_missing_items=keep_missing_items,
        )
        vanished = [gone(people[pk]) for pk in plan.vanished]
        return Import(
            what=SyncChange.What.EMPLOYEE,
            source_rows=source_rows,
            outcomes=plan.outcomes,
            issues=plan.issues,
            changes=[*plan.changes, *vanished],
            write=partial(write, plan.changes, vanished, people, departments),
            empty_source="社員" if plan.is_empty_source else "",
            question=question(plan.blanked) if plan.blanked and not settings.overwrite_missing_items else "",
            shown=shown,
        )

    plan = planned(keep_missing_items=False)
    if lease.job.options.get("keep_items"):
        plan = planned(keep_missing_items=True, shown=plan)
    carry_out(lease, plan)


def load(departments: Mapping[int, str]) -> list[LocalEmployee]:
    """All our people as the rules want them, in one statement. `departments` has the code of each department's number."""
    columns = ("pk", *COLUMNS, "last_seen_at", "missing_since")
    place = columns.index("department_id")
    return [
        LocalEmployee._make(
            (
                *row[:place],
                departments.get(row[place], ""),
                *row[place + 1 : -2],
                row[-2] is not None,
                row[-1] is not None,
            )
        )
        for row in Employee.objects.values_list(*columns).iterator(chunk_size=5000)
    ]


def gone(person: LocalEmployee) -> Change:
    """A person whom カオナビ no longer has."""
    return Change(
        person.email, f"{person.last_name} {person.first_name}".strip(), {"missing": (False, True)}, pk=person.pk
    )


def write(
    changes: Sequence[Change],
    vanished: Sequence[Change],
    people: Mapping[int, LocalEmployee],
    departments: Mapping[str, int],
) -> Iterator[tuple[Change, int]]:
    """Apply the plan inside the caller's transaction; yields each change with the number of its row."""
    now = timezone.now()
    created = [change for change in changes if change.is_new]
    numbers = bulk.new_numbers(Employee, len(created))
    bulk.insert(
        Employee,
        ("id", *COLUMNS, "last_seen_at"),
        ((pk, *row_of(change, NOBODY, departments), now) for pk, change in zip(numbers, created, strict=True)),
    )
    updated = [(change, change.pk) for change in changes if change.pk is not None]
    bulk.update(
        Employee,
        (*COLUMNS, "last_seen_at", "missing_since"),
        ((*row_of(change, people[pk][1:-2], departments), now, None, pk) for change, pk in updated),
    )
    rows.mark_missing(Employee.objects.filter(pk__in=[c.pk for c in vanished]), SyncJob.Kind.EMPLOYEES, now)
    yield from zip(created, numbers, strict=True)
    yield from updated
    yield from ((change, change.pk) for change in vanished if change.pk)


def row_of(change: Change, before: tuple[Any, ...], departments: Mapping[str, int]) -> list[Any]:
    """The values of COLUMNS after the change. `missing` is a mark, not one of them; a department comes by its code."""
    row = list(before)
    for field, (_, new) in change.fields.items():
        if field != "missing":
            row[PLACES[field]] = new
    row[DEPARTMENT] = departments.get(row[DEPARTMENT])
    return row
