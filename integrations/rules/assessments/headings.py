"""検査結果CSV, the header: which column holds what.

In the wide form one row is one result, and each scale has a column of its own. In the long form a row is one scale of a
result: it has the columns 尺度 and 偏差値, by which it is recognised.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assessments.name_lookup import Named, by_spelling, fold
from integrations.reasons import Reason
from integrations.rules.cells import Sort, sorts_of
from integrations.rules.headings import Headings, found_names, meant
from integrations.rules.lookalikes import Lookalikes, visible
from integrations.rules.plan import Finding, finding
from integrations.rules.text import shown


class Column(StrEnum):
    """The columns that are no scales, by the names that they have in the file."""

    NUMBER = "社員番号"
    MAIL = "メールアドレス"
    TITLE = "検査名"
    TAKEN_ON = "受検日"
    COMPLETED_AT = "完了日時"
    TYPE = "16タイプ"
    GRADE = "判定"
    OVERALL_SCORE = "総合スコア"
    COMMENT = "コメント"


class LineColumn(StrEnum):
    """What the long form has in place of the columns of scales."""

    SCALE = "尺度"
    SCORE = "偏差値"


NEEDED = ((Column.NUMBER, Column.MAIL), (Column.TAKEN_ON,))  # of each group a file has one at least
SORTS: dict[str, Sort] = {
    Column.TAKEN_ON: Sort.DAY,
    Column.COMPLETED_AT: Sort.DAY,
    Column.OVERALL_SCORE: Sort.NUMBER,
    Column.COMMENT: Sort.FREE_TEXT,
    LineColumn.SCORE: Sort.NUMBER,
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each thing stands in a line, from 0. A column that the file does not have is not there.

    `scales` are the places by the code of the scale. `unknown` are the places that are not read: they mean nothing to us,
    or, those in `not_kept`, a scale that is not stored. Names are matched after NFKC and without blanks, those of scales by
    their aliases too; `by_look` finds what was meant by a name that only looks right.
    """

    header: Sequence[str]
    places: Mapping[str, int]
    scales: Mapping[str, int]
    unknown: Sequence[int]
    by_look: Lookalikes
    not_kept: Collection[int] = ()

    @property
    def is_long(self) -> bool:
        """Whether each row is one scale of a result."""
        return LineColumn.SCALE in self.places

    def cell(self, cells: Sequence[str], column: Column | LineColumn) -> str:
        """What a line has in a column, "" where the file or this line does not have it."""
        place = self.places.get(column, len(cells))
        return cells[place] if place < len(cells) else ""

    def sorts(self) -> dict[int, Sort]:
        """The sort of each column, by its place."""
        return {**sorts_of(self.places, SORTS), **dict.fromkeys(self.scales.values(), Sort.NUMBER)}

    def names(self) -> dict[str, int]:
        """The place of each column that is taken, by the name that sentences call it."""
        return {**self.places, **{self.name(place): place for place in self.scales.values()}}

    def name(self, place: int) -> str:
        """What the file calls the column, for sentences."""
        return shown(self.header[place].strip()) or f"{place + 1}列目"


def headings(scales: Iterable[Named]) -> Headings:
    """What is looked for in a header."""
    spellings = (spelling for scale in scales for spelling in scale.spellings())
    return Headings.of([*Column, *LineColumn, *spellings], NEEDED)


def find_columns(
    header: Sequence[str], scales: Iterable[Named], not_kept: Collection[str] = ()
) -> tuple[Columns, list[Finding]]:
    """Read the header. With any issue the whole file must be refused, since its rows could be misread.

    `not_kept` are the codes of the scales that are not stored.
    """
    scales = tuple(scales)
    fixed: dict[str, Column | LineColumn] = {fold(column): column for column in (*Column, *LineColumn)}
    codes = by_spelling(scales)
    places: dict[Column | LineColumn, list[int]] = defaultdict(list)
    scale_places: dict[str, list[int]] = defaultdict(list)
    unknown: list[int] = []
    left_out: list[int] = []
    for place, name in enumerate(header):
        spelling = fold(visible(name))
        if spelling in fixed:
            places[fixed[spelling]].append(place)
        elif spelling not in codes:
            unknown.append(place)
        elif codes[spelling] in not_kept:
            left_out.append(place)
        else:
            scale_places[codes[spelling]].append(place)
    columns = Columns(
        header=header,
        places={column: found[0] for column, found in places.items()},
        scales={code: found[0] for code, found in scale_places.items()},
        unknown=[*unknown, *left_out],
        by_look=Lookalikes([*fixed.values(), *(name for scale in scales for name in scale.names())]),
        not_kept=left_out,
    )
    groups = [*places.values(), *scale_places.values()]
    if columns.is_long and scale_places:  # either form: a score must not stand in two places
        groups.append([places[LineColumn.SCALE][0], *(found[0] for found in scale_places.values())])
    problems = [*missing(columns), *ambiguous(columns, groups)]
    return columns, problems


def missing(columns: Columns) -> Iterator[Finding]:
    """One issue for each column without which no row can be taken."""
    found = found_names(columns.places)
    for group in NEEDED:
        if not columns.places.keys() & set(group):
            hint = meant(columns.header, columns.unknown, group)
            yield finding(Reason.FILE_COLUMN_MISSING, field="または".join(group), detail=found + hint)
    lacking = set(LineColumn) - columns.places.keys()
    if len(lacking) == 1:
        yield finding(Reason.FILE_COLUMN_MISSING, field=lacking.pop(), detail=found)


def ambiguous(columns: Columns, groups: Iterable[Sequence[int]]) -> Iterator[Finding]:
    """One issue for each thing that several columns claim to be."""
    for group in groups:
        if len(group) > 1:
            names = "、".join(columns.name(place) for place in group)
            yield finding(
                Reason.FILE_COLUMN_AMBIGUOUS, field=columns.name(group[0]), value=shown(names), times=len(group)
            )


def ignored(columns: Columns, filled: Iterable[int]) -> Iterator[Finding]:
    """A warning for each column that was not read and has a value in any row (`filled`: their places)."""
    for place in sorted(filled):
        if place in columns.not_kept:
            yield not_stored(columns.name(place))
            continue
        hint = columns.by_look.hint(columns.header[place])
        yield finding(Reason.FILE_COLUMN_UNKNOWN, field=columns.name(place), detail=hint)


def not_stored(scale: str) -> Finding:
    """The warning that scores of a scale were left out, by what the file calls it."""
    return finding(Reason.ASSESSMENT_SCALE_NOT_KEPT, field=scale)
