"""検査結果CSV in its long form: one scale a line. The lines of one result, wherever they stand, are put together.

What is wrong with one line refuses the whole result, so that none is stored without some of its scores. A scale that
nobody has told us, or that is not stored, is left out with a warning, as such a column of the wide form is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from assessments.name_lookup import fold_name
from integrations.reasons import Reason
from integrations.rules.assessments.headings import AssessmentColumn, LineColumn
from integrations.rules.assessments.row import (
    A_SCORE,
    AssessmentContext,
    AssessmentRow,
    Key,
    Values,
    read_row,
    row_issue,
)
from integrations.rules.assessments.values import read_score
from integrations.rules.plan import Finding
from integrations.rules.text import shown, some_of

NAMED_LINES = 5


class Gathering:
    """The lines of a file as they are read; `rows` has one row for each result, and one for each line of no result.

    `not_kept`: the scales whose scores were not read since they are not stored, as the file calls them, by their code.
    """

    def __init__(self, terms: AssessmentContext) -> None:
        self.terms = terms
        self.results: dict[Key, Gathered] = {}
        self.strays: list[AssessmentRow] = []
        self.not_kept: dict[str, str] = {}

    def add(self, cells: Sequence[str], line: int) -> None:
        """Read one line. `cells` may be fewer than the columns: the rest is blank then."""
        if self.terms.not_kept:
            cells = self.without_score_not_kept(cells)
        row = read_row(cells, line, self.terms)
        if row.problems and row.problems[0].reason == Reason.ASSESSMENT_ROW_BROKEN:
            self.strays.append(row)
            return
        row, scale, score = with_scale(row, cells, self.terms)
        if row.key is None:
            self.strays.append(row)
            return
        result = self.results.get(row.key)
        if result is None:
            result = self.results[row.key] = Gathered(row)
        result.take(row, scale, score, cells, self.terms)

    def without_score_not_kept(self, cells: Sequence[str]) -> Sequence[str]:
        """The cells without the score, where the line is about a scale that is not stored: nothing may quote it."""
        columns = self.terms.columns
        name = columns.cell(cells, LineColumn.SCALE)
        code, place = self.terms.scales.get(fold_name(name), ""), columns.places[LineColumn.SCORE]
        if code not in self.terms.not_kept or not columns.cell(cells, LineColumn.SCORE):
            return cells
        self.not_kept.setdefault(code, shown(name))
        return [*cells[:place], "", *cells[place + 1 :]]

    def rows(self) -> list[AssessmentRow]:
        """In the order of the file, a result by its first line."""
        results = [result.as_row() for result in self.results.values()]
        return sorted([*self.strays, *results], key=lambda row: row.line)


def with_scale(
    row: AssessmentRow, cells: Sequence[str], terms: AssessmentContext
) -> tuple[AssessmentRow, str, float | None]:
    """The row with what is to be said of its scale, the code of that ("" for none of ours), and its score."""
    name, text = (terms.columns.cell(cells, column) for column in LineColumn)
    problems: list[Finding] = []
    remarks: list[Finding] = []
    wrong = partial(row_issue, Reason.ASSESSMENT_VALUE_INVALID, row)
    score = None
    try:
        score = read_score(text)
    except ValueError:
        problems.append(wrong(field=name or LineColumn.SCORE, value=text, expected=A_SCORE))
    code = terms.scales.get(fold_name(name), "")
    if code in terms.not_kept:
        code = ""
    elif name and not code:
        hint = terms.scales_by_look.hint(name)
        remarks.append(row_issue(Reason.ASSESSMENT_SCALE_UNKNOWN, row, field=LineColumn.SCALE, value=name, detail=hint))
    if text and not name:
        problems.append(wrong(field=LineColumn.SCALE, expected="尺度名"))
    return row._replace(problems=(*row.problems, *problems), remarks=(*row.remarks, *remarks)), code, score


def statements(row: AssessmentRow) -> Iterator[tuple[str, Any]]:
    """What a line says of its result besides the scale. A blank says nothing: the other lines may."""
    values = row.values
    if values.personality_type or values.unknown_type:
        yield AssessmentColumn.TYPE, (values.personality_type, values.unknown_type)
    if values.grade:
        yield AssessmentColumn.GRADE, values.grade
    if values.overall_score is not None:
        yield AssessmentColumn.OVERALL_SCORE, values.overall_score
    if values.comment:
        yield AssessmentColumn.COMMENT, values.comment
    for heading, said in zip(row.bases, values.judged, strict=False):  # of a row that is refused nothing was read
        if said is not None:
            yield heading, said


@dataclass(slots=True)
class Gathered:
    """One result in the making. `first` is its first line; `said` holds what lines said, and which said it first."""

    first: AssessmentRow
    lines: list[int] = field(default_factory=list)
    said: dict[str, tuple[Any, int]] = field(default_factory=dict)
    scores: dict[str, float | None] = field(default_factory=dict)
    problems: dict[int, list[Finding]] = field(default_factory=dict)
    remarks: dict[tuple[Reason, str], Finding] = field(default_factory=dict)

    def take(
        self, row: AssessmentRow, scale: str, score: float | None, cells: Sequence[str], terms: AssessmentContext
    ) -> None:
        """Add what a line says."""
        self.lines.append(row.line)
        problems = list(row.problems)
        for column, value in statements(row):
            before, line = self.said.setdefault(column, (value, row.line))
            if before != value:
                text = terms.columns.cell(cells, column)
                problems.append(
                    row_issue(Reason.ASSESSMENT_LINES_CONTRADICT, row, field=column, value=text, other=line)
                )
        if scale in self.scores:
            name = terms.columns.cell(cells, LineColumn.SCALE)
            problems.append(row_issue(Reason.ASSESSMENT_SCALE_TWICE, row, field=LineColumn.SCALE, value=name))
        elif scale:
            self.scores[scale] = score
        if problems:
            self.problems[row.line] = problems
        for remark in row.remarks:  # the same of every line of a result is told once
            self.remarks.setdefault((remark.reason, remark.value), remark)

    def as_row(self) -> AssessmentRow:
        """The result as the wide form has it."""
        said = {column: value for column, (value, _) in self.said.items()}
        kind, unknown = said.get(AssessmentColumn.TYPE, ("", ""))
        values = Values(
            kind,
            unknown,
            said.get(AssessmentColumn.GRADE, ""),
            said.get(AssessmentColumn.OVERALL_SCORE),
            said.get(AssessmentColumn.COMMENT, ""),
            tuple(self.scores.values()),
            tuple(map(said.get, self.first.bases)),
        )
        return self.first._replace(
            values=values,
            scales=tuple(self.scores),
            lines=len(self.lines),
            problems=tuple(self.all_problems()),
            remarks=tuple(self.remarks.values()),
        )

    def all_problems(self) -> Iterator[Finding]:
        """Those of each line; a line without any is told which others keep it out."""
        if not self.problems:
            return
        named = some_of([f"{line}行目" for line in self.problems], NAMED_LINES, "行")
        for line in self.lines:
            refused = self.first._replace(line=line)
            yield from self.problems.get(line) or [row_issue(Reason.ASSESSMENT_LINES_REFUSED, refused, others=named)]
