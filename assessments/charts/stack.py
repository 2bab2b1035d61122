"""Stacked bars: how each of several groups is divided, to be compared at a look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assessments.charts.axis import percent

NAMED_FROM = 0.04  # the share of a wide chart from which a piece has room for its number
ALWAYS_FROM = 0.12  # and of the narrowest
FILLS = 16  # that the style sheet has


class Part(NamedTuple):
    """A piece of a bar: `place` is that of its kind among all kinds, from 0, by which it has its fill and number."""

    place: int
    people: int
    href: str = ""


class StackLine(NamedTuple):
    """One group. `words` says how many it is; a group without `parts` has none that may be shown."""

    label: str
    words: str
    parts: Sequence[Part]
    href: str = ""


class Piece(NamedTuple):
    x: str
    width: str
    middle: str
    fill: int
    text: str
    is_small: bool
    href: str
    words: str


def pieces(parts: Sequence[Part]) -> Iterator[Piece]:
    """The pieces from left to right; those of nobody are left out."""
    total = sum(part.people for part in parts)
    before = 0
    for part in parts:
        if part.people:
            share = part.people / total
            start = before / total
            before += part.people
            yield Piece(
                percent(start),
                percent(share),
                percent(start + share / 2),
                part.place % FILLS + 1,
                str(part.place + 1) if share >= NAMED_FROM else "",
                share < ALWAYS_FROM,
                part.href,
                f"{part.place + 1}：{part.people:,}人",
            )


@dataclass(frozen=True, slots=True)
class Stack:
    """The bars; `kinds` name what they are divided into, numbered from 1. `head` says what the lines are."""

    groups: Sequence[StackLine]
    kinds: Sequence[str]
    head: str
    template = "assessments/charts/stack.html"

    @property
    def lines(self) -> list[tuple[StackLine, list[Piece]]]:
        return [(group, list(pieces(group.parts))) for group in self.groups]

    @property
    def legend(self) -> list[tuple[int, int, str]]:
        """Fill, number and name of each kind."""
        return [(place % FILLS + 1, place + 1, name) for place, name in enumerate(self.kinds)]
