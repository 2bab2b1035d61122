"""検査結果CSV, the header: which column holds what.

In the wide form one row is one result, and each scale has a column of its own. In the long form a row is one scale of a
result: it has the columns 尺度 and 偏差値, by which it is recognised. In either form 判定 and 総合スコア are those of 会社基準;
with brackets behind, as in 「判定（チーム基準）」, they are those of a further basis.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from assessments.bases import COMPANY_BASIS, LONGEST_BASIS, basis_called
from assessments.name_lookup import Named, by_spelling, fold_name
from integrations.reasons import Reason
from integrations.rules.cells import Sort, sorts_of
from integrations.rules.headings import HeadedColumns, Headings, ambiguous, found_names, missing, read_header
from integrations.rules.headings import ignored as ignored_columns
from integrations.rules.lookalikes import Lookalikes, visible
from integrations.rules.plan import Finding, finding


class AssessmentColumn(StrEnum):
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


class ShownColumn(StrEnum):
    """What our downloads tell of a person for whoever reads them. No import takes it: a name identifies nobody."""

    NAME = "氏名"
    DEPARTMENT = "所属"


SHOWN = frozenset(map(fold_name, ShownColumn))
JUDGED = (AssessmentColumn.GRADE, AssessmentColumn.OVERALL_SCORE)  # what each basis has a column of its own for
WITH_BASIS = re.compile(r"([^(（]+)[(（](.+)[)）]\s*", re.DOTALL)
# Of each group a file has one at least
NEEDED = ((AssessmentColumn.NUMBER, AssessmentColumn.MAIL), (AssessmentColumn.TAKEN_ON,))
SORTS: dict[str, Sort] = {
    AssessmentColumn.TAKEN_ON: Sort.DAY,
    AssessmentColumn.COMPLETED_AT: Sort.MOMENT,
    AssessmentColumn.OVERALL_SCORE: Sort.NUMBER,
    AssessmentColumn.COMMENT: Sort.FREE_TEXT,
    LineColumn.SCORE: Sort.NUMBER,
}


@dataclass(frozen=True, slots=True)
class AssessmentColumns(HeadedColumns):
    """Where each thing stands in a line. `scales` are the places by the code of the scale, whose aliases count too.

    `bases` says of the columns of further bases, by their heading, which of 判定 and 総合スコア they are, and the basis.
    Not read are also the places in `not_kept`, of scales that are not stored.
    """

    scales: Mapping[str, int] = field(default_factory=dict)
    bases: Mapping[str, tuple[AssessmentColumn, str]] = field(default_factory=dict)
    not_kept: Collection[int] = ()

    @property
    def is_long(self) -> bool:
        """Whether each row is one scale of a result."""
        return LineColumn.SCALE in self.places

    def sorts(self) -> dict[int, Sort]:
        """The sort of each column, by its place."""
        judged = {heading: SORTS.get(column, Sort.TEXT) for heading, (column, _) in self.bases.items()}
        return {**sorts_of(self.places, {**SORTS, **judged}), **dict.fromkeys(self.scales.values(), Sort.NUMBER)}

    def names(self) -> dict[str, int]:
        """The place of each column that is taken, by the name that sentences call it."""
        return {**self.places, **{self.name(place): place for place in self.scales.values()}}


def headings(scales: Iterable[Named]) -> Headings:
    """What is looked for in a header."""
    spellings = (spelling for scale in scales for spelling in scale.spellings())
    return Headings.of([*AssessmentColumn, *LineColumn, *spellings], NEEDED)


def heading_on(column: AssessmentColumn, basis: str) -> str:
    """What the column of a basis is called, as 「判定（チーム基準）」."""
    return f"{column}（{basis}）"


def parts_of(heading: str) -> tuple[str, str]:
    """Column and basis of a heading that `heading_on` made."""
    column, _, basis = heading.removesuffix("）").partition("（")
    return column, basis


def basis_in(heading: str, known: Iterable[str]) -> tuple[AssessmentColumn, str] | None:
    """Which column of which basis a heading means, as `basis_called`; None where it is no column of a basis."""
    parts = WITH_BASIS.fullmatch(visible(heading))
    if parts is None:
        return None
    column = next((each for each in JUDGED if fold_name(each) == fold_name(parts[1])), None)
    basis = basis_called(parts[2], known)
    return (column, basis) if column and 0 < len(basis) <= LONGEST_BASIS else None


def find_columns(
    header: Sequence[str], scales: Iterable[Named], not_kept: Collection[str] = (), known_bases: Iterable[str] = ()
) -> tuple[AssessmentColumns, list[Finding]]:
    """Read the header. With any issue the whole file must be refused, since its rows could be misread.

    `not_kept` are the codes of the scales that are not stored, `known_bases` the further bases that there are.
    """
    scales = tuple(scales)
    fixed = {fold_name(column): column.value for column in (*AssessmentColumn, *LineColumn)}
    codes = by_spelling(scales)
    found, unknown = read_header(header, {**codes, **fixed})
    left_out = [place for code in not_kept for place in found.pop(code, ())]
    bases = find_bases(header, found, unknown, known_bases)
    places = {meaning: of_it[0] for meaning, of_it in found.items()}
    plain = {*fixed.values(), *bases}
    columns = AssessmentColumns(
        header=header,
        places={column: place for column, place in places.items() if column in plain},
        unknown=[*unknown, *left_out],
        by_look=Lookalikes([*fixed.values(), *(name for scale in scales for name in scale.names())]),
        scales={code: place for code, place in places.items() if code not in plain},
        bases=bases,
        not_kept=left_out,
    )
    groups = {columns.name(of_it[0]): of_it for of_it in found.values()}
    if columns.is_long and columns.scales:  # either form: a score must not stand in two places
        either = [columns.places[LineColumn.SCALE], *columns.scales.values()]
        groups[columns.name(either[0])] = either
    return columns, [*missing(columns, NEEDED), *half_long(columns), *ambiguous(columns, groups)]


def find_bases(
    header: Sequence[str], found: dict[str, list[int]], unknown: list[int], known: Iterable[str]
) -> dict[str, tuple[AssessmentColumn, str]]:
    """Move the columns of bases from `unknown` to those that are `found`; the further bases by their heading."""
    met = [*known]
    bases: dict[str, tuple[AssessmentColumn, str]] = {}
    for place in tuple(unknown):
        if (told := basis_in(header[place], met)) is None:
            continue
        column, basis = told
        unknown.remove(place)
        if basis == COMPANY_BASIS:
            found.setdefault(column, []).append(place)
        else:
            met.append(basis)
            bases[heading_on(*told)] = told
            found.setdefault(heading_on(*told), []).append(place)
    return bases


def half_long(columns: AssessmentColumns) -> Iterator[Finding]:
    """One of the two columns of the long form is no use without the other."""
    lacking = set(LineColumn) - columns.places.keys()
    if len(lacking) == 1:
        yield finding(Reason.FILE_COLUMN_MISSING, field=lacking.pop(), detail=found_names(columns.places))


def ignored(columns: AssessmentColumns, filled: Iterable[int]) -> Iterator[Finding]:
    """A warning for each column that was not read and has a value in any row (`filled`: their places)."""
    left_out = {*columns.not_kept}.intersection(filled)
    shown = {place for place in filled if fold_name(visible(columns.header[place])) in SHOWN}
    yield from ignored_columns(columns, {*filled} - left_out - shown)
    for place in sorted(left_out):
        yield not_stored(columns.name(place))


def not_stored(scale: str) -> Finding:
    """The warning that scores of a scale were left out, by what the file calls it."""
    return finding(Reason.ASSESSMENT_SCALE_NOT_KEPT, field=scale)
