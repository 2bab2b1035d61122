"""カオナビ社員情報取込: load both sides, plan, write."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Self

from django.db.models import F, QuerySet
from django.db.models.lookups import IsNull
from django.utils import timezone

from assessments.models import Assessment
from departments.models import Department
from employees.models import Employee, IdentityDecision
from integrations import bulk
from integrations.imports import absence
from integrations.imports.apply import Import, carry_out, guard_percent
from integrations.imports.exceptions import exceptions_of
from integrations.jobs.gc_paused import collector_paused
from integrations.jobs.lease import Lease
from integrations.jobs.runner import PlanOutdatedError
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.types import MemberLayout, Members
from integrations.models import KaonaviConnection, SyncChange, SyncJob
from integrations.reasons import Reason
from integrations.rules.absence import not_checked, told_of_absence
from integrations.rules.answers import MEMBER_KEYS, check_keys
from integrations.rules.draft import Plan
from integrations.rules.employees.exceptions import told_of_pins
from integrations.rules.employees.fields import FIELDS, LocalEmployee, Values, department_code
from integrations.rules.employees.plan import FromNothing, mapped_items, plan_employees
from integrations.rules.guards import kept_by
from integrations.rules.plan import Change

COLUMNS = tuple("department_id" if field == "department" else field for field in FIELDS)
DEPARTMENT = COLUMNS.index("department_id")
INSERTED = (*COLUMNS, "last_seen_at")
SEEN = ("last_seen_at", "missing_since")
LOCKED_AT_ONCE = 900  # SQLite takes at most 999 values in a statement


@collector_paused()
def sync_employees(lease: Lease, kaonavi: KaonaviClient) -> None:
    """One whole run: the job is ended or held afterwards. Raises what the client and the lease raise."""
    carry_out(lease, partial(read, lease, kaonavi), partial(plan_import, lease))


def read(lease: Lease, kaonavi: KaonaviClient) -> tuple[MemberLayout, Members]:
    """What カオナビ has."""
    lease.report("カオナビから取得")
    layout = kaonavi.member_layout()
    members = kaonavi.members(mapped_items(layout))
    check_keys(members.absent, MEMBER_KEYS)
    return layout, members


def plan_import(lease: Lease, source: tuple[MemberLayout, Members], *, lock: bool) -> Import:
    """Load our side and plan; with the answer `keep_items` the plan that loses nothing of what was asked about."""
    layout, members = source
    source_rows = len(members.items) + len(members.unreadable)
    lease.report("確認", total=source_rows)
    settings = KaonaviConnection.objects.get()
    codes = {pk: (code, name) for pk, code, name in Department.objects.values_list("pk", "code", "name")}
    departments = {department_code(code, name): pk for pk, (code, name) in codes.items()}
    local = load({pk: department for department, pk in departments.items()}, lock=lock)
    people = {person.pk: person for person in local}
    said, exceptions = decisions(), exceptions_of(timezone.localdate())
    tested = tested_people(all_of_them=not all(member.code.strip() for member in members.items))

    def planned(*, kept: frozenset[str] = frozenset(), shown: Import | None = None) -> Import:
        plan = plan_employees(
            members,
            layout,
            departments=[code for code, _ in codes.values() if code],
            local=local,
            decisions=said,
            tested=tested,
            first_name_filler=settings.first_name_filler,
            guard_percent=guard_percent(SyncJob.Kind.EMPLOYEES, settings),
            overwrite_missing_items=settings.overwrite_missing_items,
            kept=kept,
            exceptions=exceptions,
        )
        pins = sum(problem.reason is Reason.MEMBER_ITEM_PINNED for problem in plan.issues)
        unsure = [not_checked(Reason.MEMBERS_NOT_CHECKED_FOR_ABSENCE, plan.unseen)]
        left = leaving(plan, people)
        return Import(
            what=SyncChange.What.EMPLOYEE,
            source_rows=source_rows,
            outcomes=plan.outcomes,
            issues=[*plan.issues, *unsure] if plan.is_unsure else plan.issues,
            changes=[*plan.changes, *left],
            write=partial(write_import, plan, left, Rows.of(plan.changes, left, people, departments)),
            empty_source="社員" if plan.is_empty_source else "",
            alarms=plan.alarms,
            remark=told_of_absence("社員", "名", len(plan.vanished), len(plan.unseen), is_unsure=plan.is_unsure)
            + told_of_pins(pins),
            shown=shown,
        )

    plan = planned()
    return planned(kept=kept_by(plan.alarms), shown=plan) if lease.job.run_options.keep_items else plan


def load(
    departments: Mapping[int, str], among: QuerySet[Employee] | None = None, *, lock: bool = False
) -> list[LocalEmployee]:
    """Our people, or some, as the rules want them, in one statement. `departments` are the codes by their number (pk).

    With `lock` nobody else changes an employee before the transaction ends.
    """
    if lock:
        Employee.objects.lock_now(no_key=True)
    linked, missing = IsNull(F("last_seen_at"), rhs=False), IsNull(F("missing_since"), rhs=False)
    people = Employee.objects.all() if among is None else among
    rows = people.values_list("pk", linked, missing, *COLUMNS).iterator(chunk_size=5000)
    found = []
    for pk, is_linked, is_missing, *values in rows:
        values[DEPARTMENT] = departments.get(values[DEPARTMENT], "")
        found.append(LocalEmployee(pk, Values._make(values), is_linked, is_missing))
    return found


def decisions() -> dict[tuple[int, str, str], bool]:
    """What people said of rows that could be somebody else's."""
    rows = IdentityDecision.objects.values_list("employee_id", "employee_number", "email", "is_same")
    return {(pk, number, mail): is_same for pk, number, mail, is_same in rows}


def tested_people(*, all_of_them: bool) -> frozenset[int]:
    """The numbers (pk) of employees with results: of those without 社員番号, or of everybody."""
    results = Assessment.objects.all() if all_of_them else Assessment.objects.filter(employee__employee_number="")
    return frozenset(results.order_by().values_list("employee_id", flat=True).distinct())


def leaving(plan: Plan, people: Mapping[int, LocalEmployee]) -> list[Change]:
    """The changes of those without a row: whom カオナビ no longer has, and whose mail another person has now."""
    changes = {change.pk: change for change in plan.released}
    for pk in plan.vanished:
        person = people[pk]
        mail = changes[pk].fields if pk in changes else {}
        changes[pk] = Change(
            person.email or person.employee_number, person.name, {**mail, "missing": (False, True)}, pk=pk
        )
    return list(changes.values())


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a plan as the database takes them, made before the transaction opens: others wait while it lasts.

    `created` have the columns `INSERTED`, `updated` have `columns` and then their number (pk): those that any change
    touches, since a database also keeps the indexes of columns that stay as they are. `freed` are the numbers
    of those who give up their mail, for good or for another one, which is done first: no two have the same at any
    moment. `planned_on` are those to be written as they were when they were planned: their number and then `COLUMNS`.
    """

    created: Sequence[bulk.Row]
    updated: Sequence[bulk.Row]
    freed: Sequence[bulk.Row]
    planned_on: Sequence[tuple[Any, ...]]
    columns: Sequence[str]
    now: datetime

    @classmethod
    def of(
        cls,
        changes: Sequence[Change],
        left: Sequence[Change],
        people: Mapping[int, LocalEmployee],
        departments: Mapping[str, int],
        *,
        links: bool = True,
    ) -> Self:
        """`links` says that カオナビ has the people of `changes`; a file knows nothing of that."""
        now = timezone.now()
        seen, marks = ((now, None), SEEN) if links else ((), ())
        places = touched_places(changes)
        columns = (*(COLUMNS[place] for place in places), *marks)
        created = (
            in_columns(change.fields.values_after, departments, now if links else None)
            for change in changes
            if isinstance(change.fields, FromNothing)
        )
        planned = (
            (change.pk, in_columns(values_after(change, people[change.pk]), departments))
            for change in changes
            if change.pk is not None and columns
        )
        updated = ((*(row[place] for place in places), *seen, pk) for pk, row in planned)
        freed = [change.pk for change in (*changes, *left) if change.pk is not None and "email" in change.fields]
        known = sorted({change.pk for change in changes if change.pk is not None}.union(freed))
        return cls(
            bulk.prepared(Employee, INSERTED, created),
            bulk.prepared(Employee, columns, updated),
            [("", pk) for pk in freed],
            [(pk, *in_columns(people[pk].values, departments)) for pk in known],
            columns,
            now,
        )


def touched_places(changes: Iterable[Change]) -> Sequence[int]:
    """Which of `COLUMNS` the changes of people that we have change at all, by their places."""
    touched = {field for change in changes if change.pk is not None for field in change.fields}
    return [place for place, field in enumerate(FIELDS) if field in touched]


def values_after(change: Change, person: LocalEmployee) -> Values:
    """The person's values after the change. `missing` is a mark, not one of them."""
    return person.values._replace(**{name: new for name, (_, new) in change.fields.items() if name != "missing"})


def in_columns(values: Sequence[Any], departments: Mapping[str, int], *more: Any) -> tuple[Any, ...]:
    """The values of FIELDS as those of COLUMNS, and more: a department comes by its code."""
    return (*values[:DEPARTMENT], departments.get(values[DEPARTMENT]), *values[DEPARTMENT + 1 :], *more)


def write_import(plan: Plan, left: Sequence[Change], made: Rows) -> Iterator[tuple[Change, int]]:
    """All that a run writes; yields each change with the number of its row. Raises PlanOutdatedError."""
    yield from write_rows(plan.changes, left, made)
    absence.link(Employee, "email", plan.linked, made.now)
    gone, unseen = plan.vanished, plan.unseen
    if absence.note_absence(Employee, SyncJob.Kind.EMPLOYEES, gone=gone, unseen=unseen, now=made.now) != len(gone):
        raise PlanOutdatedError


def write_rows(changes: Sequence[Change], left: Sequence[Change], made: Rows) -> Iterator[tuple[Change, int]]:
    """Write what was made of the changes, inside the caller's transaction; yields each change with its row's number.

    `left` are those of people without a row of their own; of these only the mail is written here. Raises
    PlanOutdatedError when somebody whom the plan knew was deleted or changed.
    """
    lock_unchanged(made.planned_on)
    bulk.update(Employee, ("email",), made.freed)
    numbers = bulk.new_numbers(Employee, len(made.created))
    new = ([*row, pk] for row, pk in zip(made.created, numbers, strict=True))
    bulk.insert(Employee, (*INSERTED, "id"), new)
    bulk.update(Employee, made.columns, made.updated)
    next_number = iter(numbers)
    yield from ((change, change.pk or next(next_number)) for change in (*changes, *left))


def lock_unchanged(planned_on: Sequence[tuple[Any, ...]]) -> None:
    """Nobody else changes these people before the transaction ends. Raises PlanOutdatedError where somebody did."""
    people = Employee.objects.lock(no_key=True).values_list("pk", *COLUMNS)
    for start in range(0, len(planned_on), LOCKED_AT_ONCE):
        known = planned_on[start : start + LOCKED_AT_ONCE]
        if list(people.filter(pk__in=[row[0] for row in known])) != known:
            raise PlanOutdatedError
