"""Finds a type or a scale by what somebody calls it. Pure: takes plain rows, knows no database.

The vendor's own papers spell a name with half- or full-width brackets, with and without blanks, or in another word, so
nothing is ever compared by one literal.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Named:
    """A reference row by all its names. `japanese_name` (和名) is a type's; a scale has none."""

    code: str
    name: str
    japanese_name: str = ""
    aliases: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: Any) -> Self:
        """From a PersonalityType or a Scale. Aliases that are no texts do not count: people edit that list as JSON."""
        aliases = row.aliases if isinstance(row.aliases, list) else []
        texts = tuple(alias for alias in aliases if isinstance(alias, str))
        return cls(row.code, row.name, getattr(row, "japanese_name", ""), texts)

    def names(self) -> Iterator[str]:
        """The name, then カタカナ（和名）, then the aliases, as they are written."""
        yield self.name
        if self.japanese_name:
            yield f"{self.name}（{self.japanese_name}）"
        yield from self.aliases

    def spellings(self) -> Iterator[str]:
        """The names as they are compared. None is blank."""
        return filter(None, map(fold_name, self.names()))


def fold_name(text: str) -> str:
    """A name as it is compared: NFKC, without blanks, letters in one case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def clash(mine: Named, others: Iterable[Named]) -> tuple[str, Named] | None:
    """The first of my names by which another row is called too, and that row; None where each name means me alone."""
    taken: dict[str, Named] = {}
    for other in others:
        for spelling in other.spellings():
            taken.setdefault(spelling, other)
    return next(((name, taken[fold_name(name)]) for name in mine.names() if fold_name(name) in taken), None)


def by_spelling(rows: Iterable[Named]) -> Mapping[str, str]:
    """Folded spelling → code of the row. Own names go before others' aliases; among equals the first row wins."""
    found: dict[str, str] = {}
    rows = list(rows)
    for row in rows:
        found.setdefault(fold_name(row.name), row.code)
    for row in rows:
        for spelling in row.spellings():
            found.setdefault(spelling, row.code)
    found.pop("", None)
    return found
