"""Where a value stands on a line, and the words beside it. Pure.

A chart is stretched to the width that there is, while its texts keep their size. So what must not overlap is reckoned
at the narrowest width: wherever there is more, things only move apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from typing import Literal, NamedTuple
from unicodedata import east_asian_width

NARROWEST = 136  # px: a chart on a telephone, as `css/charts.css` has it
LETTER = 12  # px: the texts of a chart
GAP = 6  # px between two of them
MOST_TICKS = 10
ROUND_STEPS = (1, 2, 2.5, 5)

Anchor = Literal["start", "middle", "end"]


class Label(NamedTuple):
    """A text at a place: `lane` counts the lines of texts, 0 for the one nearest to the chart."""

    x: str
    text: str
    anchor: Anchor
    lane: int = 0


def percent(share: float) -> str:
    """A share of the width, as SVG wants it."""
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + "%"


def width_of(text: str) -> float:
    """How wide a text is at most, in px: a Japanese letter is as wide as it is high."""
    return sum(LETTER if east_asian_width(letter) in "WFA" else LETTER * 0.58 for letter in text)


def anchor_at(share: float, text: str) -> Anchor:
    """A text stands above its place, but never beyond the ends of the chart."""
    half = width_of(text) / 2 / NARROWEST
    return "start" if share < half else "end" if share > 1 - half else "middle"


def span(share: float, text: str) -> tuple[float, float]:
    """From where to where the text reaches at the narrowest width, in px."""
    width = width_of(text)
    before = {"start": 0.0, "middle": width / 2, "end": width}[anchor_at(share, text)]
    return share * NARROWEST - before, share * NARROWEST - before + width


def fit_beside(places: Sequence[tuple[float, str]]) -> bool:
    """Whether texts that stand in the middle of these shares of the width, in order, keep apart on one line."""
    return all(
        (right - left) * NARROWEST >= (width_of(text) + width_of(next_text)) / 2 + GAP
        for (left, text), (right, next_text) in pairwise(places)
    )


def in_lanes(places: Sequence[tuple[float, str]]) -> list[Label]:
    """Each text in the first line where it overlaps no other, in the order given."""
    lanes: list[list[tuple[float, float]]] = []
    labels = []
    for share, text in places:
        start, end = span(share, text)
        free = (
            number
            for number, taken in enumerate(lanes)
            if all(end + GAP <= left or right + GAP <= start for left, right in taken)
        )
        lane = next(free, len(lanes))
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append((start, end))
        labels.append(Label(percent(share), text, anchor_at(share, text), lane))
    return labels


def steps_from(smallest: float) -> Iterator[float]:
    """Round steps that are not smaller, growing without end."""
    power = 10.0 ** floor(log10(smallest))
    while True:
        yield from (step * power for step in ROUND_STEPS if step * power >= smallest * 0.999)
        power *= 10


@dataclass(frozen=True, slots=True)
class Axis:
    """The line from `low` to `high`; a value beyond an end stands at the end. `unit` follows the numbers."""

    low: float
    high: float
    unit: str = ""

    @classmethod
    def up_to(cls, most: float, unit: str = "") -> "Axis":
        """From nought to the next round number, for lengths."""
        step = next(steps_from(max(most, 1e-9) / 5))
        return cls(0, ceil(most / step - 1e-9) * step or 1, unit)

    def share(self, value: float) -> float:
        """Of the width, from 0 to 1."""
        return (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)

    def place(self, value: float) -> str:
        """Where a value stands."""
        return percent(self.share(value))

    def length(self, start: float, end: float) -> str:
        """How far it is between two values."""
        return percent(self.share(end) - self.share(start))

    @property
    def ticks(self) -> list[Label]:
        """Round values with their numbers: as many as keep apart. Those at the ends reach half beyond them."""
        for step in steps_from((self.high - self.low) / MOST_TICKS):
            first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
            places = [(self.share(n * step), f"{n * step:g}{self.unit}") for n in range(first, last + 1)]
            if fit_beside(places):
                return [Label(percent(share), text, "middle") for share, text in places]
        raise AssertionError  # one number always fits
