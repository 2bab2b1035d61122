"""Test results as an undo finds and leaves them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import product
from typing import Any
from uuid import UUID

from accounts import audit
from assessments.models import Assessment, Judgement, PersonalityType
from assessments.reference import lock as lock_reference
from employees.models import Employee
from integrations.files.judged import judged_of
from integrations.imports.absence import portions
from integrations.imports.judgements import write_judgements
from integrations.imports.undo.planned import Undoing, delete
from integrations.imports.undo.questions import deletions
from integrations.jobs.runner import PlanOutdatedError
from integrations.models import SyncJob
from integrations.rules.plan import Action, Change
from integrations.rules.undo.results import KNOWN_BY, TOGETHER, apart, gathered, label, settle_results
from integrations.rules.undo.steps import Record, Step, step_of
from integrations.upload.registration import forget

TEXTS = ("title", "unknown_type", "grade", "comment")
WRITTEN = ("personality_type", "unknown_type", "scores", "grade", "overall_score", "comment")


def load(records: Sequence[Record], *, lock: bool = False) -> dict[int, Mapping[str, Any]]:
    """Of the results (pk) that are there the values, with every 偏差値 and 判定 of which their records tell, None for none.

    With `lock` nobody else changes them before the transaction ends: people first, as a correction does it.
    """
    told: dict[int, list[str]] = defaultdict(list)
    for record in records:
        if record.pk is not None:
            told[record.pk] += [name for name in record.fields if "/" in name]
    found: dict[int, Mapping[str, Any]] = {}
    for some in portions(sorted(told)):
        rows = Assessment.objects.filter(pk__in=some)
        if lock:
            Employee.objects.filter(pk__in=rows.values("employee")).lock_now()
            rows.lock_now()
        judged = judged_of(Judgement.objects.filter(assessment__in=some))
        for row in rows.select_related("personality_type", "employee"):
            found[row.pk] = dict.fromkeys(told[row.pk]) | values_of(row, judged.get(row.pk, {}))
    return found


def values_of(row: Assessment, judged: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "employee": row.employee.email or row.employee.employee_number,
        "employee_id": row.employee_id,
        "public_id": str(row.public_id),
        "taken_on": row.taken_on.isoformat(),
        "completed_at": row.completed_at.astimezone(UTC).isoformat() if row.completed_at else None,
        "personality_type": row.personality_type.code if row.personality_type else "",
        "overall_score": None if row.overall_score is None else float(row.overall_score),
        **{name: getattr(row, name) for name in TEXTS},
        **{f"scores/{code}": score for code, score in row.scores.items()},
        **{f"judgements/{heading}": value for heading, value in judged.items()},
    }


def plan(records: Sequence[Record], job: SyncJob, undone: SyncJob, *, kept: frozenset[str], lock: bool) -> Undoing:
    """Load the results and settle what becomes of them."""
    records = [apart(record) for record in records]
    present = load(records, lock=lock)
    steps = [step_of(record, present.get(record.pk or 0), together=TOGETHER) for record in records]
    for step, name in product(steps, kept):
        step.spare(name)
    wanted = sorted({step.back["employee_id"] for step in steps if step.back.get("employee_id")})
    owners: set[int] = set()
    known: dict[Sequence[Any], int] = {}
    for some in portions(wanted):
        owners.update(Employee.objects.filter(pk__in=some).values_list("pk", flat=True))
        for row in Assessment.objects.filter(employee__in=some).select_related("personality_type", "employee"):
            values = values_of(row, {})
            known[tuple(values[name] for name in KNOWN_BY)] = row.pk
    settle_results(steps, owners, frozenset(PersonalityType.objects.values_list("code", flat=True)), known)
    return Undoing(
        steps=steps,
        label=label,
        unit="件",
        alarms=list(deletions(steps, "件")),
        as_kept=gathered,
        write=lambda: write(steps, job, undone, present),
    )


def write(
    steps: Sequence[Step], job: SyncJob, undone: SyncJob, planned_on: Mapping[int, Mapping[str, Any]]
) -> Iterator[tuple[Change, int | None]]:
    """Do the steps inside the caller's transaction. Raises PlanOutdatedError where a result was changed meanwhile."""
    done = [(step, change) for step in steps if (change := step.change) is not None]
    lock_reference(PersonalityType)
    now = load([step.record for step, _ in done], lock=True)
    if any(now.get(step.record.pk or 0) != planned_on.get(step.record.pk or 0) for step, _ in done):
        raise PlanOutdatedError
    types = dict(PersonalityType.objects.values_list("code", "pk"))
    with audit.together():
        for some in portions([step.record.pk or 0 for step, _ in done if step.action is Action.DELETE]):
            forget(some)
            delete(Assessment.objects.filter(pk__in=some), job, undone)
    update([step for step, _ in done if step.action is Action.UPDATE], types)
    create([step for step, _ in done if step.action is Action.CREATE], types)
    yield from ((gathered(change), change.pk) for _, change in done)


def update(steps: Sequence[Step], types: Mapping[str, int]) -> None:
    """Give results their old values again."""
    for start in range(0, len(steps), 500):
        batch = steps[start : start + 500]
        rows = Assessment.objects.in_bulk([step.record.pk for step in batch])
        for step in batch:
            fill(rows[step.record.pk or 0], step.back, types)
        Assessment.objects.bulk_create(
            rows.values(), update_conflicts=True, unique_fields=["pk"], update_fields=WRITTEN
        )
        judge(batch)
        forget([*rows])


def create(steps: Sequence[Step], types: Mapping[str, int]) -> None:
    """Make results anew that an undo has deleted, under their old numbers and links."""
    rows = []
    for step in steps:
        completed = step.back.get("completed_at")
        row = Assessment(
            pk=step.record.pk,
            public_id=UUID(step.back["public_id"]),
            employee_id=step.back["employee_id"],
            taken_on=date.fromisoformat(step.back["taken_on"]),
            completed_at=datetime.fromisoformat(completed) if completed else None,
        )
        fill(row, step.back, types)
        rows.append(row)
    Employee.objects.filter(pk__in={row.employee_id for row in rows}).lock_now(no_key=True)
    Assessment.objects.bulk_create(rows, batch_size=500)
    judge(steps)


def fill(row: Assessment, values: Mapping[str, Any], types: Mapping[str, int]) -> None:
    """Set of the row what the values say."""
    for name, value in values.items():
        field, _, code = name.partition("/")
        if field == "scores":
            row.scores = {**row.scores, code: value}
        elif name == "personality_type":
            row.personality_type_id = types[value] if value else None
        elif name in (*TEXTS, "overall_score"):
            setattr(row, name, value)
    row.scores = {code: score for code, score in row.scores.items() if score is not None}


def judge(steps: Sequence[Step]) -> None:
    """The same of what is judged on further bases."""
    told: dict[int, dict[str, Any]] = {}
    for step in steps:
        judged = {name.partition("/")[2]: value for name, value in step.back.items() if name.startswith("judgements/")}
        if judged:
            told[step.record.pk or 0] = judged
    write_judgements(told)
