"""The header of a file with fixed columns: which column holds what."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from assessments.name_lookup import fold_name
from integrations.reasons import Reason
from integrations.rules.lookalikes import Lookalikes, visible
from integrations.rules.plan import Finding, finding
from integrations.rules.text import shown


class Headings(NamedTuple):
    """The names of columns that are looked for, folded. Of each group in `needed` a header has at least one."""

    known: frozenset[str]
    needed: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, known: Iterable[str], needed: Iterable[Iterable[str]]) -> Self:
        return cls(frozenset(map(fold_name, known)), tuple(frozenset(map(fold_name, group)) for group in needed))

    def count(self, header: Iterable[str]) -> int:
        """How many of a header's names are known."""
        return sum(fold_name(visible(name)) in self.known for name in header)

    def are_in(self, header: Iterable[str]) -> bool:
        """Whether a header has what is needed, and anything at all."""
        names = {fold_name(visible(name)) for name in header} - {""}
        return bool(names) and all(names & group for group in self.needed)


ANY_HEADER = Headings(frozenset(), ())


@dataclass(frozen=True, slots=True)
class HeadedColumns:
    """Where each column stands in a line, from 0. A column that the file does not have is not in `places`.

    `unknown` are the places that mean nothing to us. Names are matched after NFKC and without blanks; `by_look` finds
    which one was meant by a name that only looks right.
    """

    header: Sequence[str]
    places: Mapping[str, int]
    unknown: Sequence[int]
    by_look: Lookalikes

    def names(self) -> Mapping[str, int]:
        """The place of each column that is taken, by the name that sentences call it."""
        return self.places

    def text(self, cells: Sequence[str], column: str) -> str:
        """What a line has in a column; "" where the file or this line does not have it."""
        place = self.places.get(column, len(cells))
        return cells[place] if place < len(cells) else ""

    def cell(self, cells: Sequence[str], column: str) -> str:
        """The same, trimmed."""
        return self.text(cells, column).strip()

    def name(self, place: int) -> str:
        """What the file calls the column, for sentences."""
        return shown(self.header[place].strip()) or f"{place + 1}列目"

    def overflow(self, cells: Sequence[str]) -> str:
        """What is wrong with a line of more values than columns: nobody knows which is which. Else ""."""
        if not any(map(str.strip, cells[len(self.header) :])):
            return ""
        return f"値の数（{len(cells)}）が列名の数（{len(self.header)}）より多いため、どの列の値か分かりません。"


def find_columns(
    header: Sequence[str], known: Iterable[str], needed: Iterable[Sequence[str]]
) -> tuple[HeadedColumns, list[Finding]]:
    """Read the header. With any issue the whole file must be refused, since its rows could be misread.

    Of each group in `needed` the file must have at least one column.
    """
    known = tuple(known)
    found, unknown = read_header(header, {fold_name(column): column for column in known})
    columns = HeadedColumns(header, {column: places[0] for column, places in found.items()}, unknown, Lookalikes(known))
    return columns, [*missing(columns, needed), *ambiguous(columns, found)]


def read_header(header: Sequence[str], meanings: Mapping[str, str]) -> tuple[dict[str, list[int]], list[int]]:
    """The places of the columns by what they mean, and those that mean nothing. `meanings` are by the folded name."""
    found: dict[str, list[int]] = defaultdict(list)
    unknown = []
    for place, name in enumerate(header):
        if meaning := meanings.get(fold_name(visible(name))):
            found[meaning].append(place)
        else:
            unknown.append(place)
    return found, unknown


def missing(columns: HeadedColumns, needed: Iterable[Sequence[str]]) -> Iterator[Finding]:
    """One issue for each thing without which no row can be taken."""
    found = found_names(columns.places)
    for group in needed:
        if not columns.places.keys() & set(group):
            detail = found + meant(columns.header, columns.unknown, group)
            yield finding(Reason.FILE_COLUMN_MISSING, field="または".join(group), detail=detail)


def found_names(names: Iterable[str]) -> str:
    """What was found in the first line. Only names of ours: where a file has no header, that line is a person's."""
    known = "、".join(names)
    return (
        f"（ファイルの1行目で見つかった列名：{known}）" if known else "（ファイルの1行目に、取り込む列名がありません）"
    )


def meant(header: Sequence[str], unknown: Iterable[int], group: Iterable[str]) -> str:
    """A hint where a name in the header only looks like one of the group."""
    by_look = Lookalikes(group)
    return "".join(
        f"列「{shown(header[place])}」と{hint}" for place in unknown if (hint := by_look.hint(header[place]))
    )


def ambiguous(columns: HeadedColumns, found: Mapping[str, Sequence[int]]) -> Iterator[Finding]:
    """One issue for each thing that several columns claim to be."""
    for column, places in found.items():
        if len(places) > 1:
            names = shown("、".join(map(columns.name, places)))
            yield finding(Reason.FILE_COLUMN_AMBIGUOUS, field=column, value=names, times=len(places))


def ignored(columns: HeadedColumns, filled: Iterable[int]) -> Iterator[Finding]:
    """A warning for each unknown column that has a value in any row (`filled`: their places)."""
    for place in sorted(filled):
        hint = columns.by_look.hint(columns.header[place])
        yield finding(Reason.FILE_COLUMN_UNKNOWN, field=columns.name(place), detail=hint)
