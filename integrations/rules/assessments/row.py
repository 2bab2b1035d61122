"""検査結果CSV, one line: its person and its values, or everything that forbids to take it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from assessments.name_lookup import fold_name
from integrations.reasons import Reason
from integrations.rules.assessments.headings import AssessmentColumn, AssessmentColumns
from integrations.rules.assessments.people import Doubt, People, Person
from integrations.rules.assessments.values import (
    HIGHEST_OVERALL_SCORE,
    LONGEST_COMMENT,
    read_day,
    read_moment,
    read_score,
    read_text,
)
from integrations.rules.cells import refused, words_of
from integrations.rules.lookalikes import Lookalikes
from integrations.rules.plan import Finding, finding
from integrations.rules.text import shown

LENGTHS = {
    AssessmentColumn.TITLE: 200,
    AssessmentColumn.TYPE: 100,
    AssessmentColumn.GRADE: 10,
    AssessmentColumn.COMMENT: LONGEST_COMMENT,
}

A_DAY = "YYYY/MM/DD または YYYY-MM-DD の形の正しい日付"
A_MOMENT = "YYYY/MM/DD HH:MM または YYYY-MM-DD HH:MM:SS の形の正しい日時"
A_SCORE = "0から100までの数（小数点以下は1桁まで）"
AN_OVERALL_SCORE = "0.0から10.0までの数（小数点以下は1桁まで）"

Value = TypeVar("Value")


class Key(NamedTuple):
    """What makes a result the same result: person (pk), 検査名, 受検日 and 完了日時."""

    person: int
    title: str
    taken_on: date
    completed_at: datetime | None


class Values(NamedTuple):
    """What a row says besides its key. Blank texts are "", `personality_type` is a code ("" = none).

    `unknown_type` is what the file calls a type that none of ours is called, as it stands there.

    `scores` has one value for each of the row's scales, in their order; None is no score. `judged` is the same of its
    bases; None is none.
    """

    personality_type: str
    unknown_type: str
    grade: str
    overall_score: float | None
    comment: str
    scores: tuple[float | None, ...]
    judged: tuple[str | float | None, ...] = ()


NO_VALUES = Values("", "", "", None, "", ())


class AssessmentRow(NamedTuple):
    """A line read. With a problem it is not taken, and its values mean nothing; the key is there if it could be read.

    `employee_number` and `mail` are as the file has them. `remarks` are warnings, which count only if the row is taken.
    `scales` are the codes to which the scores belong, `bases` the headings to which what is `judged` on further bases
    does. In the long form a row is made of several `lines`.
    """

    line: int
    employee_number: str
    mail: str
    person: Person | None
    key: Key | None = None
    values: Values = NO_VALUES
    problems: Sequence[Finding] = ()
    remarks: Sequence[Finding] = ()
    scales: Collection[str] = ()
    bases: Collection[str] = ()
    lines: int = 1


@dataclass(frozen=True)
class AssessmentContext:
    """What all lines of a file are read by. `types` and `scales`: folded spelling → code; the long form alone needs the
    latter, and the codes `not_kept`. `zone` is that of times without one, `today` the last day of any test.
    """

    columns: AssessmentColumns
    people: People
    types: Mapping[str, str]
    zone: tzinfo
    scales: Mapping[str, str] = field(default_factory=dict)
    today: date = date.max
    not_kept: Collection[str] = ()

    @cached_property
    def types_by_look(self) -> Lookalikes:
        return Lookalikes(self.types)

    @cached_property
    def scales_by_look(self) -> Lookalikes:
        return Lookalikes(self.scales)


def row_issue(reason: Reason, row: AssessmentRow, *, value: str = "", **words: Any) -> Finding:
    """An issue about a line, which is named by its number in the file and by whom it is about."""
    name = row.person.name if row.person else ""
    key, email, value = map(shown, (row.employee_number, row.mail, value))
    return finding(reason, key=key, name=name, email=email, value=value, line=row.line, **words)


def read_row(cells: Sequence[str], line: int, terms: AssessmentContext) -> AssessmentRow:
    """Read one line. `cells` may be fewer than the columns: the rest is blank then."""
    columns = terms.columns
    number, mail = (columns.cell(cells, column) for column in (AssessmentColumn.NUMBER, AssessmentColumn.MAIL))
    found = terms.people.find(number, mail)
    person = found if isinstance(found, Person) else None
    scales, bases = columns.scales.keys(), columns.bases.keys()
    row = AssessmentRow(line, number, mail, person, scales=scales, bases=bases)
    reading = AssessmentReading(cells, columns, row)
    if any(map(str.strip, cells[len(columns.header) :])):
        if person is None:  # its values may stand in other columns, so that nobody knows what was named here
            reading.row = reading.row._replace(employee_number="", mail="")
        reading.complain(Reason.ASSESSMENT_ROW_BROKEN, cells=len(cells), columns=len(columns.header))
        return reading.result()
    for name, cell in refused(cells, columns):
        reading.complain(cell.reason, field=name, **words_of(cell))
    if reading.problems:
        return reading.result()
    if isinstance(found, Doubt):
        reading.complain(**found._asdict())
    key = read_key(reading, person, terms)
    values = Values(
        *type_in(reading, terms),
        reading.text(AssessmentColumn.GRADE),
        reading.overall_score(AssessmentColumn.OVERALL_SCORE),
        reading.text(AssessmentColumn.COMMENT),
        tuple(reading.scores()),
        tuple(reading.judged()),
    )
    return reading.result(key, values)


@dataclass(slots=True)
class AssessmentReading:
    """A line while it is read, and what is found to say about it. `row` is what is known so far, for the sentences."""

    cells: Sequence[str]
    columns: AssessmentColumns
    row: AssessmentRow
    problems: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)

    def result(self, key: Key | None = None, values: Values = NO_VALUES) -> AssessmentRow:
        return self.row._replace(key=key, values=values, problems=tuple(self.problems), remarks=tuple(self.remarks))

    def value(self, column: str, read: Callable[[str], Value], expected: str) -> Value | None:
        """What `read` makes of the cell; None, with a problem, where it raises ValueError."""
        text = self.columns.text(self.cells, column)
        try:
            return read(text)
        except ValueError:
            self.complain(Reason.ASSESSMENT_VALUE_INVALID, field=column, value=text, expected=expected)
            return None

    def text(self, column: AssessmentColumn, heading: str = "") -> str:
        """A text as long as the column's, which may stand under another heading."""
        limit = LENGTHS[column]
        return self.value(heading or column, lambda text: read_text(text, limit), f"{limit:,}文字以内の文字") or ""

    def overall_score(self, heading: str) -> float | None:
        return self.value(heading, lambda text: read_score(text, HIGHEST_OVERALL_SCORE), AN_OVERALL_SCORE)

    def scores(self) -> Iterator[float | None]:
        """The score of each scale column, in the order of `Columns.scales`."""
        for place in self.columns.scales.values():
            text = self.cells[place] if place < len(self.cells) else ""
            try:
                yield read_score(text)
            except ValueError:
                name = self.columns.name(place)
                self.complain(Reason.ASSESSMENT_VALUE_INVALID, field=name, value=text, expected=A_SCORE)

    def judged(self) -> Iterator[str | float | None]:
        """What each column of a further basis says, in the order of `Columns.bases`."""
        for heading, (column, _) in self.columns.bases.items():
            if column is AssessmentColumn.GRADE:
                yield self.text(column, heading) or None
            else:
                yield self.overall_score(heading)

    def complain(self, reason: Reason, **words: Any) -> None:
        """Note a problem: the row is not taken."""
        self.problems.append(row_issue(reason, self.row, **words))

    def remark(self, reason: Reason, *, field: str, value: str, detail: str) -> None:
        """Note a warning: the row is taken all the same."""
        self.remarks.append(row_issue(reason, self.row, field=field, value=value, detail=detail))


def read_key(reading: AssessmentReading, person: Person | None, terms: AssessmentContext) -> Key | None:
    """What the row is a result of; None where the person or a part of the key cannot be read."""
    before = len(reading.problems)
    title = reading.text(AssessmentColumn.TITLE)
    taken_on = reading.value(AssessmentColumn.TAKEN_ON, read_day, A_DAY)
    completed_at = reading.value(AssessmentColumn.COMPLETED_AT, lambda text: read_moment(text, terms.zone), A_MOMENT)
    for column, day in (
        (AssessmentColumn.TAKEN_ON, taken_on),
        (AssessmentColumn.COMPLETED_AT, completed_at and completed_at.astimezone(terms.zone).date()),
    ):
        if day and day > terms.today:
            text = reading.columns.cell(reading.cells, column)
            reading.complain(Reason.ASSESSMENT_DATE_INVALID, field=column, value=text)
    if person is None or taken_on is None or len(reading.problems) > before:
        return None
    return Key(person.pk, title, taken_on, completed_at)


def type_in(reading: AssessmentReading, terms: AssessmentContext) -> tuple[str, str]:
    """The code of the 16タイプ; or "" and, with a remark, the name that nobody has told us. Both are "" for a blank."""
    name = reading.text(AssessmentColumn.TYPE)
    if not name:
        return "", ""
    if code := terms.types.get(fold_name(name)):
        return code, ""
    hint = terms.types_by_look.hint(name)
    reading.remark(Reason.ASSESSMENT_TYPE_UNKNOWN, field=AssessmentColumn.TYPE, value=name, detail=hint)
    return "", name
