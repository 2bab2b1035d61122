"""Departments as an undo finds and leaves them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from departments.models import Department
from employees.models import Employee
from integrations.imports.departments import load, lock_tree, park_names
from integrations.imports.undo.planned import Undoing, as_stored, delete, depended_on, marked_when, moment
from integrations.imports.undo.questions import deletions
from integrations.jobs.runner import PlanOutdatedError
from integrations.models import SyncChange, SyncJob
from integrations.models.unseen import UnseenDepartment
from integrations.rules.guards import MISSING
from integrations.rules.plan import Action, Change
from integrations.rules.undo.departments import LABELS, settle_tree
from integrations.rules.undo.steps import Record, Step, step_of

VALUES = ("code", "name", "order", "last_seen_at", "missing_since")
OF_THE_ROW = (UnseenDepartment, Department)  # what syncs note by themselves; those below are asked about apart
PEOPLE, USED = (
    "この部署に社員がいます（先に、社員を取り込んだ処理を元に戻してください）",
    "カスタム権限で使われています",
)


def plan(records: Sequence[Record], job: SyncJob, undone: SyncJob, *, kept: frozenset[str], lock: bool) -> Undoing:
    """Load the tree and settle what becomes of it."""
    local = load(lock=lock)
    rows = {row.pk: row for row in Department.objects.all()}
    created = {record.pk for record in records if record.action is Action.CREATE}
    using = depended_on(Department, [pk for pk in rows if pk in created])
    people = using[Employee]
    others = set().union(*(pks for model, pks in using.items() if model not in (Employee, *OF_THE_ROW)))
    uses = {**dict.fromkeys(others, USED), **dict.fromkeys(people, PEOPLE)}
    labels = {pk: row.code or row.name for pk, row in rows.items()}
    steps = [
        step_of(record, now_of(rows.get(record.pk or 0), labels), used=uses.get(record.pk or 0, ""))
        for record in records
    ]
    for step, name in product(steps, kept):
        step.spare(name)
    numbers = {label: pk for pk, label in labels.items()}
    names, codes = defaultdict(list), defaultdict(list)
    for pk, row in rows.items():
        names[row.name].append(pk)
        codes[row.code].append(pk)
    settle_tree(steps, {pk: row.parent_id for pk, row in rows.items()}, numbers, names, codes)
    return Undoing(
        steps=steps,
        label=lambda name: LABELS.get(name, name),
        unit="件",
        has_keys_of_people=False,
        alarms=list(deletions(steps, "件")),
        write=lambda: write(steps, job, undone, numbers, planned_on=local),
    )


def now_of(row: Department | None, labels: Mapping[int, str]) -> Mapping[str, Any] | None:
    """The values as changes keep them: a parent by its code, or where it has none by its name."""
    if row is None:
        return None
    values = as_stored({name: getattr(row, name) for name in VALUES})
    return {**values, "parent": labels.get(row.parent_id or 0, ""), MISSING: row.missing_since is not None}


def write(
    steps: Sequence[Step], job: SyncJob, undone: SyncJob, numbers: Mapping[str, int], *, planned_on: Sequence[Any]
) -> Iterator[tuple[Change, int | None]]:
    """Do the steps inside the caller's transaction. Raises PlanOutdatedError where the tree was changed meanwhile."""
    done = [(step, change) for step in steps if (change := step.change) is not None]
    if done:
        lock_tree(planned_on)
    gone = [pk for step, _ in done if step.action is Action.DELETE and (pk := step.record.pk) is not None]
    Department.objects.filter(pk__in=gone).lock_now()
    if any(pks for model, pks in depended_on(Department, gone).items() if model not in OF_THE_ROW):
        raise PlanOutdatedError
    renamed = [pk for step, _ in done if "name" in step.back and (pk := step.record.pk) is not None]
    park_names([*renamed, *gone])
    known = create([step for step, _ in done if step.action is Action.CREATE], numbers)
    update([step for step, _ in done if step.action is Action.UPDATE], known, undone)
    leaving = Department.objects.filter(pk__in=gone)
    leaving.update(parent=None)  # they let go of each other
    delete(leaving, job, undone)
    yield from ((change, change.pk) for _, change in done)


def create(steps: Sequence[Step], numbers: Mapping[str, int]) -> dict[str, int]:
    """Make those anew that an undo has deleted, under their old numbers; returns all numbers by code."""
    known = {**numbers, **{step.back["code"]: step.record.pk or 0 for step in steps}}
    rows = [
        Department(
            pk=step.record.pk,
            code=step.back["code"],
            name=step.back["name"],
            order=step.back["order"],
            last_seen_at=moment(step.back.get("last_seen_at")),
            missing_since=moment(step.back.get("missing_since")),
        )
        for step in steps
    ]
    Department.objects.bulk_create(rows, batch_size=500)
    for row, step in zip(rows, steps, strict=True):  # now that all of them are there
        row.parent_id = known.get(step.back["parent"])
    Department.objects.bulk_update(rows, ["parent"], batch_size=100)
    return known


def update(steps: Sequence[Step], numbers: Mapping[str, int], undone: SyncJob) -> None:
    """Give departments their old values again."""
    existing = Department.objects.in_bulk([step.record.pk for step in steps])
    back = {step.record.pk for step in steps if step.back.get(MISSING) and step.record.pk is not None}
    since = marked_when(SyncChange.What.DEPARTMENT, back, undone)
    for step in steps:
        row = existing[step.record.pk]
        for name, old in step.back.items():
            if name == "parent":
                row.parent_id = numbers.get(old)
            elif name == MISSING:
                row.missing_since = since.get(row.pk)
            else:
                setattr(row, name, old)
    Department.objects.bulk_update(existing.values(), ["name", "parent", "order", "missing_since"], batch_size=100)
