"""The plan of 検査結果CSV取込: what the rows of a file make of our results, decided before anything is written."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from integrations.reasons import Reason
from integrations.rules.assessments.headings import AssessmentColumn, AssessmentColumns
from integrations.rules.assessments.row import AssessmentRow, Key, row_issue
from integrations.rules.draft import Draft, Plan
from integrations.rules.lookalikes import differences, look
from integrations.rules.plan import Change

BATCH = 500  # rows

VALUES = {  # our fields by the column that gives them, in the order of `Values`
    "personality_type": AssessmentColumn.TYPE,
    "unknown_type": AssessmentColumn.TYPE,
    "grade": AssessmentColumn.GRADE,
    "overall_score": AssessmentColumn.OVERALL_SCORE,
    "comment": AssessmentColumn.COMMENT,
}
NOTHING: tuple[str | float | None, ...] = ("", "", "", None, "")  # the same of a new result, before its row


class LocalAssessment(NamedTuple):
    """A result as we have it, its texts as a file that we wrote tells them (see `as_read`).

    `personality_type` is a code, "" = none; `scores` are by the code of the scale, what is `judged` on further bases by
    the heading of a file's column.
    """

    pk: int
    key: Key
    personality_type: str
    unknown_type: str
    grade: str
    overall_score: float | None
    comment: str
    scores: Mapping[str, float]
    judged: Mapping[str, str | float] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentPlan(Plan):
    """In `changes` a new result names its `employee` by mail. The field `scores` holds only the scales that differ, by
    code; None is no score. So does `judgements` what differs on further bases, by the heading of its column. `keys` say
    in their order which result each of them is about.
    """

    keys: Sequence[Key]


def plan_assessments(
    rows: Sequence[AssessmentRow],
    columns: AssessmentColumns,
    results_of: Callable[[Collection[int]], Iterable[LocalAssessment]],
) -> AssessmentPlan:
    """Compare the rows of a file with the results that we have of the people in it.

    `results_of` gives all our results of these people (pk); it is asked for a batch at a time, since a company has
    many. What the file has no column for stays as it is. Rows that mean the same result are all refused. Where we have
    a result twice, the older one is compared.
    """
    times = Counter(row.key for row in rows if row.key)
    draft = AssessmentDraft(columns=columns)
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        known = by_key(results_of({row.person.pk for row in batch if row.person}))
        titles = titles_by_person(known)
        for row in batch:
            draft.judge(row, known, times, titles)
    return AssessmentPlan(changes=draft.changes, keys=draft.keys, issues=draft.issues, outcomes=draft.outcomes)


def by_key(local: Iterable[LocalAssessment]) -> Mapping[Key, LocalAssessment]:
    known: dict[Key, LocalAssessment] = {}
    for assessment in sorted(local, key=lambda assessment: assessment.pk):
        known.setdefault(assessment.key, assessment)
    return known


def titles_by_person(known: Iterable[Key]) -> Mapping[int, Mapping[str, set[str]]]:
    """Each person's 検査名 by their look."""
    titles: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for key in known:
        titles[key.person][look(key.title)].add(key.title)
    return titles


@dataclass(slots=True, kw_only=True)
class AssessmentDraft(Draft):
    """The rows are judged one after the other; a row may stand on several lines."""

    columns: AssessmentColumns
    keys: list[Key] = field(default_factory=list)

    def judge(
        self,
        row: AssessmentRow,
        known: Mapping[Key, LocalAssessment],
        times: Mapping[Key, int],
        titles: Mapping[int, Mapping[str, set[str]]],
    ) -> None:
        """Take the row, or refuse it with all its problems."""
        problems = list(row.problems)
        if row.key and times[row.key] > 1:
            problems.append(row_issue(Reason.ASSESSMENT_DUPLICATE, row, times=times[row.key]))
        elif row.key and row.key not in known and (other := alike(row.key, titles)):
            problems.append(
                row_issue(
                    Reason.ASSESSMENT_TITLE_ALIKE,
                    row,
                    field=AssessmentColumn.TITLE,
                    value=row.key.title,
                    other=other,
                    difference=differences(row.key.title, other),
                )
            )
        if problems or row.key is None or row.person is None:
            self.refuse(problems, lines=row.lines)
            return
        self.issues.extend(row.remarks)
        before = known.get(row.key)
        fields = dict(changed_fields(row, self.columns, before))
        if before and not fields:
            self.leave_as_is(lines=row.lines)
            return
        change = Change(
            key=row.person.employee_number or row.person.mail,
            name=f"{row.person.name}　{row.key.title or '検査'}（{row.key.taken_on:%Y/%m/%d}）",
            fields=fields if before else {**key_fields(row.key, row.person.mail), **fields},
            pk=before.pk if before else None,
        )
        self.take(change, lines=row.lines)
        self.keys.append(row.key)


def alike(key: Key, titles: Mapping[int, Mapping[str, set[str]]]) -> str:
    """A 検査名 of the same person that only looks like this one; "" where there is none, or this one is there too."""
    same = titles.get(key.person, {}).get(look(key.title))
    return min(same) if same and key.title not in same else ""


def key_fields(key: Key, mail: str) -> dict[str, tuple[None, Any]]:
    """What only a new result is given."""
    return {
        "employee": (None, mail),
        "title": (None, key.title),
        "taken_on": (None, key.taken_on),
        "completed_at": (None, key.completed_at),
    }


def changed_fields(
    row: AssessmentRow, columns: AssessmentColumns, before: LocalAssessment | None
) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Field → (old, new) where the row says something else than we have, and all that it says of a new result."""
    old_values = before[2 : 2 + len(VALUES)] if before else NOTHING
    for (name, column), old, new in zip(VALUES.items(), old_values, row.values[: len(VALUES)], strict=True):
        if column in columns.places and old != new:
            yield name, (old if before else None, new)
    old_scores = before.scores if before else {}
    scores = {
        code: score for code, score in zip(row.scales, row.values.scores, strict=True) if old_scores.get(code) != score
    }
    if scores:
        yield "scores", ({code: old_scores.get(code) for code in scores} if before else None, scores)
    had = before.judged if before else {}
    judged = {name: said for name, said in zip(row.bases, row.values.judged, strict=True) if had.get(name) != said}
    if judged:
        yield "judgements", ({name: had.get(name) for name in judged} if before else None, judged)
