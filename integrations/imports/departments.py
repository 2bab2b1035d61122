"""カオナビ部署情報取込: load both sides, plan, write."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from departments.models import Department
from integrations.imports import absence
from integrations.imports.apply import Import, carry_out, guard_percent
from integrations.jobs.lease import Lease
from integrations.jobs.runner import PlanOutdatedError
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.types import Departments
from integrations.models import KaonaviConnection, SyncChange, SyncJob
from integrations.reasons import Reason
from integrations.rules.absence import not_checked, told_of_absence
from integrations.rules.answers import DEPARTMENT_KEYS, check_keys
from integrations.rules.departments.plan import LocalDepartment, plan_departments
from integrations.rules.draft import Plan
from integrations.rules.employees.fields import department_code
from integrations.rules.guards import kept_by
from integrations.rules.plan import Change


def sync_departments(lease: Lease, kaonavi: KaonaviClient) -> None:
    """One whole run: the job is ended or held afterwards. Raises what the client and the lease raise."""
    carry_out(lease, partial(read, lease, kaonavi), partial(plan_import, lease))


def read(lease: Lease, kaonavi: KaonaviClient) -> Departments:
    """What カオナビ has."""
    lease.report("カオナビから取得")
    source = kaonavi.departments()
    check_keys(source.absent, DEPARTMENT_KEYS)
    return source


def plan_import(lease: Lease, source: Departments, *, lock: bool) -> Import:
    """Load our side and plan; with the answer `keep_items` the plan that loses nothing of what was asked about."""
    lease.report("確認", total=len(source.items) + len(source.unreadable))
    local = load(lock=lock)
    settings = KaonaviConnection.objects.get()
    percent = guard_percent(SyncJob.Kind.DEPARTMENTS, settings)
    by_pk = {department.pk: department for department in local}

    def planned(*, kept: frozenset[str] = frozenset(), shown: Import | None = None) -> Import:
        plan = plan_departments(
            source, local, qualify=settings.qualify_duplicate_names, guard_percent=percent, kept=kept
        )
        unsure = [not_checked(Reason.DEPARTMENTS_NOT_CHECKED_FOR_ABSENCE, plan.unseen)]
        vanished = [Change(by_pk[pk].code, by_pk[pk].name, {"missing": (False, True)}, pk=pk) for pk in plan.vanished]
        return Import(
            what=SyncChange.What.DEPARTMENT,
            source_rows=len(source.items) + len(source.unreadable),
            outcomes=plan.outcomes,
            issues=[*plan.issues, *unsure] if plan.is_unsure else plan.issues,
            changes=[*plan.changes, *vanished],
            write=partial(write_import, plan, vanished, planned_on=local),
            empty_source="部署" if plan.is_empty_source else "",
            alarms=plan.alarms,
            remark=told_of_absence("部署", "件", len(plan.vanished), len(plan.unseen), is_unsure=plan.is_unsure),
            shown=shown,
        )

    plan = planned()
    return planned(kept=kept_by(plan.alarms), shown=plan) if lease.job.run_options.keep_items else plan


def load(*, lock: bool = False) -> list[LocalDepartment]:
    """All our departments as the rules want them. With `lock` nobody else changes them before the transaction ends."""
    departments = Department.objects.order_by("pk")
    return [
        LocalDepartment(
            pk=row.pk,
            code=row.code,
            name=row.name,
            parent_pk=row.parent_id,
            order=row.order,
            linked=row.last_seen_at is not None,
            missing=row.missing_since is not None,
        )
        for row in (departments.lock(no_key=True) if lock else departments)
    ]


def write_import(
    plan: Plan, vanished: Sequence[Change], *, planned_on: Sequence[LocalDepartment]
) -> Iterator[tuple[Change, int]]:
    """All that a run writes; yields each change with the number of its row. Raises PlanOutdatedError."""
    now = timezone.now()
    if vanished:
        lock_tree(planned_on)
    yield from write(plan.changes, planned_on=planned_on)
    absence.link(Department, "code", plan.linked, now)
    marked = absence.note_absence(Department, SyncJob.Kind.DEPARTMENTS, gone=plan.vanished, unseen=plan.unseen, now=now)
    if marked != len(vanished):
        raise PlanOutdatedError
    yield from ((change, change.pk) for change in vanished if change.pk is not None)


def write(
    changes: Sequence[Change], *, planned_on: Sequence[LocalDepartment], links: bool = True
) -> Iterator[tuple[Change, int]]:
    """Apply the plan inside the caller's transaction; yields each change with the number of its row.

    `links` says that カオナビ has the departments of `changes`; a file knows nothing of that. Raises PlanOutdatedError
    where the tree is not `planned_on` any more: whoever moves a department meanwhile could close a loop with the plan.
    """
    if changes:
        lock_tree(planned_on)
    seen_at = timezone.now() if links else None
    park_names([change.pk for change in changes if change.pk is not None and "name" in change.fields])
    columns = ("code", "name", "pk")
    numbers = {department_code(code, name): pk for code, name, pk in Department.objects.values_list(*columns)}
    create([change for change in changes if change.is_new], numbers, seen_at)
    update([change for change in changes if not change.is_new], numbers, seen_at)
    yield from ((change, change.pk or numbers[change.key]) for change in changes)


def lock_tree(planned_on: Sequence[LocalDepartment]) -> None:
    """Nobody else changes a department before the transaction ends. Raises PlanOutdatedError where somebody did."""
    if load(lock=True) != planned_on:
        raise PlanOutdatedError


def park_names(pks: Sequence[int]) -> None:
    """Give these rows names that nobody else can want.

    Names are unique at every moment, but the plan's names are so only at the end: two departments may swap theirs.
    """
    Department.objects.filter(pk__in=pks).update(name=Concat(Value(f"{uuid4()} "), Cast("pk", CharField())))


def create(changes: Sequence[Change], numbers: dict[str, int], seen_at: datetime | None) -> None:
    """Insert the new departments level by level, since a child needs its parent's number; adds theirs to `numbers`."""
    levels: dict[str, int] = {}
    for change in changes:  # parents come first
        levels[change.key] = levels.get(new_value(change, "parent"), 0) + 1
    for level in range(1, max(levels.values(), default=0) + 1):
        created = [
            Department(
                code=change.key,
                name=new_value(change, "name"),
                parent_id=numbers.get(new_value(change, "parent")),
                order=new_value(change, "order"),
                last_seen_at=seen_at,
            )
            for change in changes
            if levels[change.key] == level
        ]
        Department.objects.bulk_create(created, batch_size=500)
        numbers |= {row.code: row.pk for row in created}


def update(changes: Sequence[Change], numbers: Mapping[str, int], seen_at: datetime | None) -> None:
    """Set the changed fields of existing departments. Few rows, so Django's own bulk update will do."""
    existing = Department.objects.in_bulk([change.pk for change in changes])
    if len(existing) != len(changes):
        raise PlanOutdatedError
    for change in changes:
        row = existing[change.pk]
        for field, (_, new) in change.fields.items():
            if field == "parent":
                row.parent_id = numbers.get(new)
            elif field != "missing":
                setattr(row, field, new)
        if seen_at:
            row.last_seen_at, row.missing_since = seen_at, None
    Department.objects.bulk_update(
        existing.values(), ["name", "parent", "order", "last_seen_at", "missing_since"], batch_size=100
    )


def new_value(change: Change, field: str) -> Any:
    return change.fields[field][1]
