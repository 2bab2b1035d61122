"""検査結果CSV取込: read the file, load what we have of the people in it, plan, write."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.utils import timezone

from assessments.models import Assessment, Judgement, PersonalityType, Scale
from assessments.name_lookup import Named, by_spelling
from assessments.reference import lock
from employees.models import Employee
from integrations.files.judged import bases_of, judged_of
from integrations.files.limits import MOST_SCORES
from integrations.files.refusals import FileRefusedError
from integrations.imports.apply import Import
from integrations.imports.judgements import write_judgements
from integrations.imports.source_file import Lines, carry_out_file, content_of, read_table, refuse_too_many_rows
from integrations.jobs.lease import Lease
from integrations.jobs.runner import PlanOutdatedError
from integrations.models import SyncChange
from integrations.rules.assessments.headings import AssessmentColumns, find_columns, headings, ignored, not_stored
from integrations.rules.assessments.long_form import Gathering
from integrations.rules.assessments.people import People, Person
from integrations.rules.assessments.plan import AssessmentPlan, LocalAssessment, plan_assessments
from integrations.rules.assessments.row import AssessmentContext, AssessmentRow, Key, read_row
from integrations.rules.assessments.values import as_read
from integrations.rules.plan import Change, Finding
from integrations.upload.registration import forget

BATCH = 500
KEY = ("employee_id", "title", "taken_on", "completed_at")
WRITTEN = ("personality_type", "unknown_type", "scores", "grade", "overall_score", "comment")


@dataclass(frozen=True, slots=True)
class Results:
    """The rows of a file, and what was known of people, types and kept scales when they were read."""

    rows: Sequence[AssessmentRow]
    columns: AssessmentColumns
    remarks: Sequence[Finding]
    people: People
    types: Mapping[str, str]
    kept: Collection[str]


def import_assessments(lease: Lease) -> None:
    """One whole run: the job is ended or held afterwards. Raises LeaseLostError."""
    carry_out_file(lease, partial(read, lease), partial(plan_import, lease))


def read(lease: Lease) -> Results:
    """The rows of the file, each with the person whom it is about. Raises FileRefusedError."""
    lease.report("ファイルの読み取り")
    people, types, kept = load_people(), known_types(), kept_scales()
    content = content_of(lease.job)
    scales = [Named.of(scale) for scale in Scale.objects.all()]
    known = headings(scales)
    refuse_too_many_rows(content, known, MOST_SCORES)
    source = read_table(content, known, MOST_SCORES)
    not_kept = frozenset(scale.code for scale in scales) - {*kept}
    columns, problems = find_columns(source.header, scales, not_kept, bases_of(Judgement.objects))
    if problems:
        raise FileRefusedError(*problems)
    zone = timezone.get_default_timezone()
    today = timezone.localdate(timezone=zone)
    terms = AssessmentContext(columns, people, types, zone, by_spelling(scales), today, not_kept)
    rows: list[AssessmentRow] = []
    gathering = Gathering(terms)
    lines = Lines(lease, source, columns, columns.sorts())
    for line, cells in lines:
        if columns.is_long:
            gathering.add(cells, line)
        else:
            rows.append(read_row(cells, line, terms))
    rows += gathering.rows()
    left_out = map(not_stored, gathering.not_kept.values())
    remarks = [*lines.remarks(), *ignored(columns, lines.filled), *left_out]
    return Results(rows, columns, remarks, people, types, kept)


def plan_import(lease: Lease, source: Results, *, lock: bool) -> Import:
    """Load what we have of the people in the file and plan."""
    lines = sum(row.lines for row in source.rows)
    lease.report("確認", total=lines)
    if lock:
        hold_reference(source.types, source.kept)
        hold_results_of({row.key.person for row in source.rows if row.key})
    plan = plan_assessments(source.rows, source.columns, results_of)
    return Import(
        what=SyncChange.What.ASSESSMENT,
        source_rows=lines,
        outcomes=plan.outcomes,
        issues=[*source.remarks, *plan.issues],
        changes=plan.changes,
        write=partial(write, plan, source.people, source.types, source.kept),
    )


def known_types() -> Mapping[str, str]:
    """Spelling → code of the 16 types."""
    return by_spelling(map(Named.of, PersonalityType.objects.all()))


def kept_scales() -> Collection[str]:
    """The codes of the scales whose scores are stored."""
    return frozenset(Scale.objects.kept().values_list("code", flat=True))


def load_people() -> People:
    """Everybody, in one statement."""
    columns = ("pk", "employee_number", "email", "last_name", "first_name")
    return People(
        Person(pk, number, mail, f"{last_name} {first_name}".strip())
        for pk, number, mail, last_name, first_name in Employee.objects.values_list(*columns).iterator(chunk_size=5000)
    )


def results_of(people: Collection[int]) -> Iterator[LocalAssessment]:
    """All results of these people (pk), in two statements."""
    columns = (
        *("pk", *KEY),
        *("personality_type__code", "unknown_type", "grade", "overall_score", "comment", "scores"),
    )
    found = Assessment.objects.filter(employee__in=people).values_list(*columns)
    judged = judged_of(Judgement.objects.filter(assessment__employee__in=people))
    for pk, *key, kind, unknown_type, grade, overall_score, comment, scores in found:
        overall = None if overall_score is None else float(overall_score)
        texts = (as_read(unknown_type), as_read(grade), overall, as_read(comment))
        yield LocalAssessment(pk, key_of(*key), kind or "", *texts, scores, judged.get(pk, {}))


def key_of(person: int, title: str, taken_on: date, completed_at: datetime | None) -> Key:
    """The key of a result of ours as a file tells it: by its title as one is read, line ends and all."""
    return Key(person, as_read(title), taken_on, completed_at)


def write(
    plan: AssessmentPlan, people: People, planned_by: Mapping[str, str], kept: Collection[str]
) -> Iterator[tuple[Change, int]]:
    """Apply the plan inside the caller's transaction; yields each change with the number of its row.

    Raises PlanOutdatedError where the 16 types are not those that it was `planned_by`, other scales are `kept`, or a
    result is not as it was then.
    """
    hold_reference(planned_by, kept)
    hold_still(plan.changes, people)
    types = dict(PersonalityType.objects.values_list("code", "pk"))
    for start in range(0, len(plan.changes), BATCH):
        changes = plan.changes[start : start + BATCH]
        if not are_still_meant(changes, plan.keys[start : start + BATCH]):
            raise PlanOutdatedError
        yield from write_batch(changes, types, people)


def hold_reference(planned_by: Mapping[str, str], kept: Collection[str]) -> None:
    """Lock the 16 types and the scales until the transaction ends.

    Raises PlanOutdatedError where the types are not these any more, or other scales are kept.
    """
    lock(PersonalityType)
    lock(Scale)
    if known_types() != planned_by or kept_scales() != kept:
        raise PlanOutdatedError


def hold_results_of(people: Collection[int]) -> None:
    """Lock these people (pk), then all their results, as `hold_still` does with those of a plan."""
    owners = sorted(people)
    lock_rows(Employee, owners)
    results: list[int] = []
    for start in range(0, len(owners), BATCH):
        some = Assessment.objects.filter(employee__in=owners[start : start + BATCH])
        results.extend(some.values_list("pk", flat=True))
    lock_rows(Assessment, sorted(results))


def hold_still(changes: Sequence[Change], people: People) -> None:
    """Lock all people of the plan, then its results, as a correction or a deletion does: so none waits in a ring."""
    known = sorted(change.pk for change in changes if change.pk)
    owners = {people.by_mail[change.fields["employee"][1]].pk for change in changes if change.is_new}
    for start in range(0, len(known), BATCH):
        some = Assessment.objects.filter(pk__in=known[start : start + BATCH])
        owners.update(some.values_list("employee_id", flat=True))
    lock_rows(Employee, sorted(owners))
    lock_rows(Assessment, known)


def lock_rows(model: type[Employee | Assessment], pks: Sequence[int]) -> None:
    """Lock the rows of these ascending numbers until the transaction ends."""
    for start in range(0, len(pks), BATCH):
        model.objects.filter(pk__in=pks[start : start + BATCH]).lock_now()


def are_still_meant(changes: Sequence[Change], keys: Sequence[Key]) -> bool:
    """Whether the keys still mean the results that they did, new ones none: a correction may have moved one."""
    now: dict[Key, int] = {}
    found = Assessment.objects.filter(employee__in={key.person for key in keys}).order_by("pk")
    for pk, *key in found.values_list("pk", *KEY):
        now.setdefault(key_of(*key), pk)
    return all(now.get(key) == change.pk for change, key in zip(changes, keys, strict=True))


def write_batch(changes: Sequence[Change], types: Mapping[str, int], people: People) -> Iterator[tuple[Change, int]]:
    """Apply some of the changes: a large file's results need not be in memory together."""
    known = [change.pk for change in changes if change.pk]
    existing = Assessment.objects.in_bulk(known)
    judged = judged_of(Judgement.objects.filter(assessment__in=known))
    codes: dict[int | None, str] = {None: "", **{pk: code for code, pk in types.items()}}
    if len(existing) != len(known) or not all(
        is_as_planned(change, existing[change.pk], codes, judged.get(change.pk, {})) for change in changes if change.pk
    ):
        raise PlanOutdatedError
    written = [Assessment() if change.pk is None else existing[change.pk] for change in changes]
    pairs = list(zip(changes, written, strict=True))
    for change, assessment in pairs:
        for field, (_, new) in change.fields.items():
            set_field(assessment, field, new, types, people)
    Assessment.objects.bulk_create([assessment for change, assessment in pairs if change.is_new])
    if existing:  # an upsert by primary key, since `bulk_update` takes a millisecond a row
        Assessment.objects.bulk_create(
            existing.values(), update_conflicts=True, unique_fields=["pk"], update_fields=WRITTEN
        )
    write_judgements(
        {assessment.pk: change.fields["judgements"][1] for change, assessment in pairs if "judgements" in change.fields}
    )
    forget(known)
    yield from ((change, assessment.pk) for change, assessment in pairs)


def is_as_planned(change: Change, now: Assessment, codes: Mapping[int | None, str], judged: Mapping[str, Any]) -> bool:
    """Whether what the plan changes still has the old values. `codes` are the types' by their number, "" for none.

    `judged` is what the result has on further bases, by the heading of its column.
    """
    values = {
        "personality_type": codes.get(now.personality_type_id),
        "unknown_type": as_read(now.unknown_type),
        "grade": as_read(now.grade),
        "overall_score": None if now.overall_score is None else float(now.overall_score),
        "comment": as_read(now.comment),
    }
    for field, (old, _) in change.fields.items():
        if field in ("scores", "judgements"):
            has = now.scores if field == "scores" else judged
            if any(has.get(name) != value for name, value in old.items()):
                return False
        elif values[field] != old:
            return False
    return True


def set_field(assessment: Assessment, field: str, value: Any, types: Mapping[str, int], people: People) -> None:
    """Set what the plan says: a type comes by its code, the person by mail, of the scores only those that differ.

    What is judged on further bases stands in rows of its own.
    """
    if field == "personality_type":
        assessment.personality_type_id = types[value] if value else None
    elif field == "employee":
        assessment.employee_id = people.by_mail[value].pk
    elif field == "scores":
        merged = {**assessment.scores, **value}
        assessment.scores = {code: score for code, score in merged.items() if score is not None}
    elif field != "judgements":
        setattr(assessment, field, value)
