"""カオナビ社員情報取込: load both sides, plan, write."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.utils import timezone

from departments.models import Department
from employees.models import Employee
from integrations.kaonavi.client import KaonaviClient
from integrations.lease import Lease
from integrations.mapping.employees import LocalEmployee, department_code, plan_employees, question
from integrations.mapping.plan import Change
from integrations.models import KaonaviConnection, SyncChange, SyncJob
from integrations.sync import rows
from integrations.sync.imports import Import, carry_out

WRITTEN = (
    *("employee_number", "last_name", "first_name", "last_name_kana", "first_name_kana", "birth_date", "gender"),
    *("department", "position", "employment_type", "hire_date", "retirement_date", "is_retired", "retirement_source"),
    *("last_seen_at", "missing_since"),
)


def sync_employees(lease: Lease, kaonavi: KaonaviClient) -> None:
    """One whole run: the job is ended or held afterwards. Raises what the client and the lease raise."""
    lease.report("カオナビから取得")
    layout = kaonavi.member_layout()
    members = kaonavi.members()
    source_rows = len(members.items) + len(members.unreadable)
    lease.report("確認", total=source_rows)
    settings = KaonaviConnection.objects.get()
    departments = dict(Department.objects.exclude(code="").values_list("code", "pk"))
    local = load()
    names = {person.pk: person for person in local}

    def planned(*, keep_missing_items: bool, shown: Import | None = None) -> Import:
        plan = plan_employees(
            members,
            layout,
            departments=departments.keys(),
            local=local,
            first_name_filler=settings.first_name_filler,
            keep_missing_items=keep_missing_items,
        )
        vanished = [gone(names[pk]) for pk in plan.vanished]
        return Import(
            what=SyncChange.What.EMPLOYEE,
            source_rows=source_rows,
            outcomes=plan.outcomes,
            issues=plan.issues,
            changes=[*plan.changes, *vanished],
            write=partial(write, plan.changes, vanished, departments),
            empty_source="社員" if plan.is_empty_source else "",
            question=question(plan.blanked) if plan.blanked and not settings.overwrite_missing_items else "",
            shown=shown,
        )

    plan = planned(keep_missing_items=False)
    if lease.job.options.get("keep_items"):
        plan = planned(keep_missing_items=True, shown=plan)
    carry_out(lease, plan)


def load() -> list[LocalEmployee]:
    """All our people as the rules want them, in one statement."""
    columns = (
        *("pk", "email", "employee_number", "last_name", "first_name", "last_name_kana", "first_name_kana"),
        *("birth_date", "gender", "department_id", "position", "employment_type", "hire_date", "retirement_date"),
        *("is_retired", "retirement_source", "last_seen_at", "missing_since"),
    )
    codes: dict[int | None, str] = {None: ""}
    codes |= {pk: department_code(code, name) for pk, code, name in Department.objects.values_list("pk", "code", "name")}
    return [
        LocalEmployee(
            *person[:9], codes[person[9]], *person[10:16], person[16] is not None, person[17] is not None
        )
        for person in Employee.objects.values_list(*columns).iterator(chunk_size=5000)
    ]


def gone(person: LocalEmployee) -> Change:
    """A person whom カオナビ no longer has."""
    return Change(person.email, f"{person.last_name} {person.first_name}".strip(), {"missing": (False, True)}, pk=person.pk)


def write(
    changes: Sequence[Change], vanished: Sequence[Change], departments: Mapping[str, int]
) -> Iterator[tuple[Change, int]]:
    """Apply the plan inside the caller's transaction; yields each change with the number of its row."""
    now = timezone.now()
    existing = Employee.objects.in_bulk([change.pk for change in changes if change.pk])
    created: list[Employee] = []
    written: list[Employee] = []
    for change in changes:
        if change.pk is None:
            person = Employee()
            created.append(person)
        else:
            person = existing[change.pk]
        written.append(person)
        for field, (_, new) in change.fields.items():
            set_field(person, field, new, departments)
        person.last_seen_at = now
        person.missing_since = None
    rows.insert(Employee, created)
    rows.rewrite(Employee, list(existing.values()), WRITTEN)
    rows.mark_missing(Employee.objects.filter(pk__in=[c.pk for c in vanished]), SyncJob.Kind.EMPLOYEES, now)
    yield from ((change, person.pk) for change, person in zip(changes, written, strict=True))
    yield from ((change, change.pk) for change in vanished if change.pk)


def set_field(person: Employee, field: str, value: Any, departments: Mapping[str, int]) -> None:
    """Set what the plan says; a department comes by its code, and `missing` is a mark, not a column."""
    if field == "department":
        person.department_id = departments[value] if value else None
    elif field != "missing":
        setattr(person, field, value)
