"""People as an undo finds and leaves them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import product
from typing import Any, NamedTuple, Self

from accounts import audit
from assessments.models import Assessment
from departments.models import Department
from employees.models import Employee, FormerIdentity
from integrations import bulk
from integrations.imports.absence import portions
from integrations.imports.employees import COLUMNS, DEPARTMENT, in_columns
from integrations.imports.undo.planned import Undoing, as_stored, delete, depended_on, marked_when, moment
from integrations.imports.undo.questions import blanks, deletions
from integrations.jobs.runner import PlanOutdatedError
from integrations.models import SyncChange, SyncJob
from integrations.models.unseen import UnseenEmployee
from integrations.rules.cells import Sort
from integrations.rules.employees.fields import FIELDS, NOBODY, Values, department_code
from integrations.rules.guards import MISSING
from integrations.rules.plan import Action, Change
from integrations.rules.undo.employees import LABELS, TOGETHER, settle_people
from integrations.rules.undo.steps import Record, Step, step_of

MARKS = ("last_seen_at", "missing_since")
OF_THE_ROW = (FormerIdentity, UnseenEmployee)  # what the database and syncs note by themselves
TESTED, USED = "検査結果があります", "登録後に設定や本人の確認が加えられました"


class Present(NamedTuple):
    """Those of the people that are there: their values as changes keep them; who is `tested`, or otherwise in `use`."""

    values: Mapping[int, Mapping[str, Any]]
    tested: Collection[int]
    used: Collection[int]

    @classmethod
    def of(cls, pks: Sequence[int], created: Sequence[int], labels: Mapping[int, str], *, lock: bool = False) -> Self:
        """Of these numbers, and what depends on those that the run has `created`. `labels` are the departments'."""
        values: dict[int, Mapping[str, Any]] = {}
        for some in portions(pks):
            rows = Employee.objects.filter(pk__in=some)
            for pk, *row in (rows.lock() if lock else rows).values_list("pk", *COLUMNS, *MARKS):
                row[DEPARTMENT] = labels.get(row[DEPARTMENT], "")
                values[pk] = as_stored(dict(zip((*FIELDS, *MARKS), row, strict=True)))
        using = depended_on(Employee, created)
        others = [pks for model, pks in using.items() if model not in (Assessment, *OF_THE_ROW)]
        return cls(values, using[Assessment], set().union(*others))

    def now(self, pk: int | None) -> Mapping[str, Any] | None:
        """The values of one, with the mark as changes tell it."""
        values = self.values.get(pk) if pk is not None else None
        return None if values is None else {**values, MISSING: values["missing_since"] is not None}

    def use_of(self, pk: int | None) -> str:
        return TESTED if pk in self.tested else USED if pk in self.used else ""


def labels_now() -> dict[int, str]:
    """What stands for each department in changes of people, by its number."""
    return {pk: department_code(code, name) for pk, code, name in Department.objects.values_list("pk", "code", "name")}


def plan(records: Sequence[Record], job: SyncJob, undone: SyncJob, *, kept: frozenset[str], lock: bool) -> Undoing:
    """Load the people and settle what becomes of them."""
    labels = labels_now()
    pks = sorted({record.pk for record in records if record.pk is not None})
    created = sorted({record.pk for record in records if record.pk is not None and record.action is Action.CREATE})
    present = Present.of(pks, created, labels, lock=lock)
    steps = [
        step_of(record, present.now(record.pk), used=present.use_of(record.pk), together=TOGETHER) for record in records
    ]
    for step, name in product(steps, kept):
        step.spare(name)
    settle_people(steps, holders_of(steps), frozenset(labels.values()))
    return Undoing(
        steps=steps,
        label=lambda name: LABELS.get(name, name),
        unit="名",
        alarms=[*deletions(steps, "名"), *blanks(steps)],
        write=partial(write, steps, job, undone, present, labels),
    )


def holders_of(steps: Sequence[Step]) -> Mapping[str, Collection[int]]:
    """Who has the mail addresses now that somebody is to get back."""
    wanted = sorted({step.back["email"] for step in steps if step.back.get("email")})
    holders: dict[str, list[int]] = defaultdict(list)
    for some in portions(wanted):
        for mail, pk in Employee.objects.filter(email__in=some).values_list("email", "pk"):
            holders[mail].append(pk)
    return holders


def write(
    steps: Sequence[Step], job: SyncJob, undone: SyncJob, planned_on: Present, labels: Mapping[int, str]
) -> Iterator[tuple[Change, int | None]]:
    """Do the steps inside the caller's transaction. Raises PlanOutdatedError where somebody was changed meanwhile."""
    done = [(step, change) for step in steps if (change := step.change) is not None]
    pks = sorted({step.record.pk for step, _ in done if step.record.pk is not None})
    gone = [step.record.pk for step, _ in done if step.action is Action.DELETE and step.record.pk is not None]
    now = Present.of(pks, gone, labels, lock=True)
    if (
        any(now.values.get(pk) != planned_on.values.get(pk) for pk in pks)
        or now.tested
        or now.used
        or labels_now() != labels
    ):
        raise PlanOutdatedError
    with audit.together():
        for some in portions(gone):
            delete(Employee.objects.filter(pk__in=some), job, undone)
    numbers = {label: pk for pk, label in labels.items()}
    update([step for step, _ in done if step.action is Action.UPDATE], numbers, undone)
    create([step for step, _ in done if step.action is Action.CREATE], numbers)
    yield from ((change, change.pk) for _, change in done)


def update(steps: Sequence[Step], numbers: Mapping[str, int], undone: SyncJob) -> None:
    """Give people their old values again. First all who change their address give it up, so that two may swap."""
    bulk.update(Employee, ("email",), [("", step.record.pk) for step in steps if "email" in step.back])
    back = {step.record.pk for step in steps if step.back.get(MISSING) and step.record.pk is not None}
    since = marked_when(SyncChange.What.EMPLOYEE, back, undone)
    rows = []
    for step in steps:
        values = {**(step.now or {}), **step.back}
        marked = moment(values["missing_since"])
        if MISSING in step.back:
            marked = since.get(step.record.pk)
        rows.append([*row_of(values, numbers), marked, step.record.pk])
    bulk.update(Employee, (*COLUMNS, "missing_since"), bulk.prepared(Employee, (*COLUMNS, "missing_since"), rows))


def create(steps: Sequence[Step], numbers: Mapping[str, int]) -> None:
    """Make anew, under their old numbers, those whom an undo has deleted."""
    columns = (*COLUMNS, *MARKS, "id")
    rows = [
        [*row_of(step.back, numbers), *(moment(step.back.get(mark)) for mark in MARKS), step.record.pk]
        for step in steps
    ]
    bulk.insert(Employee, columns, bulk.prepared(Employee, columns, rows))


def row_of(values: Mapping[str, Any], numbers: Mapping[str, int]) -> tuple[Any, ...]:
    """The values as those of COLUMNS."""
    read = {
        name: date.fromisoformat(values[name]) if field.sort is Sort.DAY and values[name] else values[name]
        for name, field in FIELDS.items()
        if name in values
    }
    return in_columns(Values(**{**NOBODY._asdict(), **read}), numbers)
