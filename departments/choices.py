"""Finding one department among thousands by its name, its code or its path. Pure: it asks no database."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from accounts.spelling import keys_of, search_key
from departments.outline import Branch, path_to

MOST = 30  # departments that a list shows at once
BREAKS = re.compile(r"[\s>]+")
SCOPE = re.compile(r"（配下の[\d,]+部署を含む）\s*$")


@dataclass(frozen=True, slots=True)
class Found:
    """Departments for a list of at most MOST, and how many more there are that fit.

    `is_tree`: they are a part of the tree in its order, and not what words have found.
    """

    branches: Sequence[Branch]
    others: int
    is_tree: bool


def look_for(words: str, branches: Sequence[Branch], chosen: str = "") -> Found:
    """What fits the words; without words the part of the tree around the department with this number, or its top."""
    if len(branches) <= MOST and not words:
        return Found(branches, 0, is_tree=True)
    if not words:
        part = around(branches, chosen) or top(branches)
        return Found(part, len(branches) - len(part), is_tree=True)
    found = fitting(words, branches)
    return Found(found[:MOST], max(len(found) - MOST, 0), is_tree=False)


def fitting(words: str, branches: Iterable[Branch]) -> list[Branch]:
    """What has each word in its path or code: first what is named so, then what has them itself, then what is below."""
    wanted = keys_of(BREAKS.sub(" ", unicodedata.normalize("NFKC", SCOPE.sub("", words))))
    ranked: tuple[list[Branch], ...] = ([], [], [])
    for branch in branches if wanted else ():
        name, code, path = map(search_key, (branch.department.name, branch.department.code, branch.path))
        if all(part in path or part in code for part in wanted):
            is_own = all(part in name or part in code for part in wanted)
            ranked[0 if name.startswith(wanted[-1]) else 1 if is_own else 2].append(branch)
    return [branch for rank in ranked for branch in rank]


def top(branches: Sequence[Branch]) -> list[Branch]:
    """The tree from the top down to the last level that is shown whole; at least its first roots."""
    shown: list[Branch] = []
    for level in range(1, max(branch.level for branch in branches) + 1):
        upper = [branch for branch in branches if branch.level <= level]
        if len(upper) > MOST:
            return shown or upper[:MOST]
        shown = upper
    return shown


def around(branches: Sequence[Branch], number: str) -> list[Branch]:
    """The way to the department with this number, it, what is right below it, and its neighbours, as many as fit."""
    way = path_to(branches, int(number)) if number.isdecimal() and len(number) < 19 else []
    if not way:
        return []
    neighbours = way[-2].below if len(way) > 1 else [branch for branch in branches if branch.level == 1]
    shown = {branch.department.pk for branch in [*way, *way[-1].below, *neighbours][:MOST]}
    return [branch for branch in branches if branch.department.pk in shown]


def exactly(words: str, branches: Sequence[Branch]) -> Branch | None:
    """The one department whose path, name or code this is, to the letter or else folded; None for none or several."""
    meant = unicodedata.normalize("NFKC", SCOPE.sub("", words)).strip()
    for like in (str, search_key):
        wanted = like(meant)
        fits = [
            branch
            for branch in branches
            for department in [branch.department]
            if wanted
            in {like(unicodedata.normalize("NFKC", t)) for t in (branch.path, department.name, department.code)}
        ]
        if fits or not wanted:
            return fits[0] if wanted and len(fits) == 1 else None
    return None


@dataclass(frozen=True, slots=True)
class Said:
    """What came from the page: the number of the chosen department and, where the page sent it, what stood in the box.

    Without script nobody keeps the two together, so that the box counts where it says something else.
    """

    number: str
    words: str | None = None

    def __str__(self) -> str:
        return self.number

    def settle(self, branches: Sequence[Branch], others: Mapping[str, str], *, takes_only: bool = False) -> str | None:
        """The number that is meant, "" for none, or what `others` (value → words) has; None where it is unclear.

        `takes_only`: the only department that has the words is meant, also where it is called more than that.
        """
        if self.words is None:
            return self.number
        if not self.words.strip():
            return ""
        words = self.words.strip()
        for value, label in others.items():
            if words == label:
                return value
        chosen = next((branch for branch in branches if str(branch.department.pk) == self.number), None)
        if chosen and words in (chosen.path, chosen.scope):
            return self.number
        meant = exactly(self.words, branches)
        if meant is None and takes_only and len(found := fitting(self.words, branches)) == 1:
            meant = found[0]
        return str(meant.department.pk) if meant else None
