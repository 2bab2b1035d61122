"""Cells whose text is not the whole truth: what a spreadsheet or an encoding made of a value is told, not stored.

A reader of files hands out plain texts, and in their place these where it knows more. By the column in which they stand
they are settled before any rule sees a row: as a plain text, or as a `Refused` with its reason.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto
from typing import Any

from integrations.reasons import Reason
from integrations.rules.headings import HeadedColumns
from integrations.rules.plan import Finding, finding
from integrations.rules.text import shown

DIGIT = re.compile(r"\d")  # what is told of a whole column quotes none of its cells: it would be somebody's


class Sort(Enum):
    """What a column holds. A free text is one in which a person may ask something, and name a day."""

    TEXT = auto()
    FREE_TEXT = auto()
    DAY = auto()
    MOMENT = auto()
    NUMBER = auto()


class Refused(str):
    """A text that must not be stored. `reason` is an error, `words` are for its sentence."""

    __slots__ = ("reason", "words")

    reason: Reason
    words: Mapping[str, str]

    @classmethod
    def because(cls, reason: Reason, text: str, **words: str) -> "Refused":
        cell = cls(text)
        cell.reason, cell.words = reason, words
        return cell


class Lost(Refused):
    """A text that has lost a character, or may have: a ? can also be a question, 〓 an ornament."""

    __slots__ = ("is_certain",)

    is_certain: bool

    @classmethod
    def of(cls, text: str, sign: str, *, is_certain: bool) -> "Lost":
        cell = cls(text)
        cell.reason, cell.words = Reason.FILE_CHARACTER_LOST, {"lost": sign}
        cell.is_certain = is_certain
        return cell


class Day(str):
    """A date or time as a workbook has it, written out: nothing that belongs into a text (1-2 becomes 1月2日)."""

    __slots__ = ()


class Midnight(Day):
    """A day whose format shows its time too, which is 00:00."""

    __slots__ = ()


class Deliberate(str):
    """A text that somebody marked as such, whatever it looks like."""

    __slots__ = ()


class Formatted(str):
    """A number as its format shows it, which no number is; `plain` is the number alone."""

    __slots__ = ("plain",)

    plain: str

    @classmethod
    def of(cls, text: str, plain: str) -> "Formatted":
        cell = cls(text)
        cell.plain = plain
        return cell


class Cleaned(str):
    """A text with characters that nobody sees; `seen` is the text without them, `removed` names them."""

    __slots__ = ("removed", "seen")

    seen: str
    removed: str

    @classmethod
    def of(cls, text: str, seen: str, removed: str) -> "Cleaned":
        cell = cls(text)
        cell.seen, cell.removed = seen, removed
        return cell


class Cells:
    """Settles the cells of a file, row by row, and remembers what is to be said of each column.

    `sorts` has the sort of each column that is taken, by its place. What stands in other columns does not matter.
    """

    def __init__(self, sorts: Mapping[int, Sort]) -> None:
        self.sorts = sorts
        self.formatted: dict[int, tuple[int, str]] = {}  # how many, and what the first one looks like, by place
        self.cleaned: dict[int, dict[str, int]] = {}  # how many by what was removed, by place

    def settled(self, cells: Sequence[str]) -> Sequence[str]:
        """The row as texts; only what must not be stored is a `Refused`."""
        if all(type(cell) is str for cell in cells):
            return cells
        return [cell if type(cell) is str else self.settle(cell, place) for place, cell in enumerate(cells)]

    def settle(self, cell: str, place: int) -> str:
        sort = self.sorts.get(place)
        if sort is None:
            return str(cell)
        if isinstance(cell, Day) and sort is Sort.TEXT:
            return Refused.because(Reason.FILE_CELL_IS_DATE, cell)
        if isinstance(cell, Midnight) and sort is Sort.MOMENT:
            return f"{cell} 00:00"
        if isinstance(cell, Lost) and not cell.is_certain and sort is Sort.FREE_TEXT:
            return str(cell)
        if isinstance(cell, Formatted):
            if sort not in {Sort.TEXT, Sort.FREE_TEXT}:
                return cell.plain
            count, form = self.formatted.get(place, (0, DIGIT.sub("0", cell)))
            self.formatted[place] = count + 1, form
        if isinstance(cell, Cleaned):
            counts = self.cleaned.setdefault(place, {})
            counts[cell.removed] = counts.get(cell.removed, 0) + 1
            return cell.seen
        return cell if isinstance(cell, Refused) else str(cell)

    def remarks(self, name_of: Callable[[int], str]) -> Iterator[Finding]:
        """A warning for each column of which something is to be told, once all rows are settled."""
        for place, (count, form) in sorted(self.formatted.items()):
            yield finding(Reason.FILE_NUMBER_FORMATTED, field=name_of(place), value=form, count=f"{count:,}")
        for place, counts in sorted(self.cleaned.items()):
            for removed, count in counts.items():
                yield finding(Reason.FILE_INVISIBLE_CHARACTER, field=name_of(place), value=removed, count=f"{count:,}")


def refused(cells: Iterable[str], columns: HeadedColumns) -> list[tuple[str, Refused]]:
    """The column and the cell of each that must not be stored, of the columns that are taken."""
    found = {place: cell for place, cell in enumerate(cells) if isinstance(cell, Refused)}
    return [(name, found[place]) for name, place in columns.names().items() if place in found] if found else []


def was_lost_before(cell: Refused, ours: str) -> bool:
    """Whether a text is ours with the character that it lost: then this file lost nothing."""
    return isinstance(cell, Lost) and cell.strip() == ours


def words_of(cell: Refused) -> dict[str, Any]:
    """What the sentence about a refused cell is made of, besides its column."""
    return {"value": shown(cell.strip()), **cell.words}


def sorts_of(places: Mapping[str, int], sorts: Mapping[str, Sort]) -> dict[int, Sort]:
    """The sort of each column taken, by its place; what is not in `sorts` is a text."""
    return {place: sorts.get(name, Sort.TEXT) for name, place in places.items()}
