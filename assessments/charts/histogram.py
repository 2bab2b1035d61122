"""How values are spread: a column for each range, the whole as an outline, and marks such as one person's value."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from assessments.charts.axis import Axis, Label, in_lanes
from assessments.charts.bars import count_words, share_words

LANE = 18  # px: the height of a line of texts


class Bin(NamedTuple):
    """How many people of the group, and of the whole, are from `low` up to `high`. `href` leads to the group's."""

    low: float
    high: float
    people: int
    whole: int = 0
    words: str = ""
    href: str = ""


class Column(NamedTuple):
    """A range as drawn, in a square of 100 by 100 whose y grows downwards."""

    x: float
    width: float
    y: float
    height: float
    is_marked: bool
    bin: Bin
    words: str
    whole_words: str


class MarkLine(NamedTuple):
    label: Label
    y: int


@dataclass(frozen=True)
class Histogram:
    """The columns, which lie side by side in order. Without `whole_name` the group stands alone.

    `marks` are values with their words: 「この人 7.8」. The range of the first is filled otherwise if it
    `marks_range`. `head` says what the ranges are of, `group` who is counted.
    """

    bins: Sequence[Bin]
    head: str
    group: str
    whole_name: str = ""
    marks: Sequence[tuple[float, str]] = ()
    marks_range: bool = True
    template = "assessments/charts/histogram.html"

    @cached_property
    def axis(self) -> Axis:
        return Axis(self.bins[0].low, self.bins[-1].high)

    @cached_property
    def totals(self) -> tuple[int, int]:
        return sum(bin_.people for bin_ in self.bins), sum(bin_.whole for bin_ in self.bins)

    def shares(self, bin_: Bin) -> tuple[float, float]:
        count, whole = self.totals
        return (bin_.people / count if count else 0), (bin_.whole / whole if whole and self.whole_name else 0)

    @cached_property
    def heights(self) -> Axis:
        """The upright axis: shares in percent."""
        return Axis.up_to(max(share * 100 for bin_ in self.bins for share in self.shares(bin_)) or 10, "%")

    @property
    def levels(self) -> list[tuple[str, str]]:
        """Nought, the middle and the top of the upright axis: where they stand from above, and their words."""
        high = self.heights.high
        return [("100%", "0%"), ("50%", share_words(high / 200)), ("0%", share_words(high / 100))]

    def up(self, share: float) -> float:
        return round(100 - self.heights.share(share * 100) * 100, 2)

    @property
    def columns(self) -> list[Column]:
        count, _ = self.totals
        marked = self.marks[0][0] if self.marks and self.marks_range else None
        made = []
        for bin_ in self.bins:
            x, end = (round(self.axis.share(value) * 100, 2) for value in (bin_.low, bin_.high))
            own, whole = self.shares(bin_)
            y = self.up(own)
            is_last = bin_ is self.bins[-1]
            is_marked = marked is not None and bin_.low <= marked and (marked < bin_.high or is_last)
            words = count_words(bin_.people, count)
            made.append(Column(x, round(end - x, 2), y, round(100 - y, 2), is_marked, bin_, words, share_words(whole)))
        return made

    @property
    def outline(self) -> str:
        """The whole, as the path of a line over its columns; "" where there is none."""
        if not self.whole_name or not self.totals[1]:
            return ""
        steps = [f"V{self.up(self.shares(column.bin)[1]):g}H{column.x + column.width:g}" for column in self.columns]
        return "M0 100" + "".join(steps) + "V100"

    @cached_property
    def mark_lines(self) -> list[MarkLine]:
        """The marks' words, each in a line of its own where they would overlap."""
        labels = in_lanes([(self.axis.share(value), words) for value, words in self.marks])
        lanes = max((label.lane for label in labels), default=-1)
        return [MarkLine(label, (lanes - label.lane) * LANE + LANE - 5) for label in labels]

    @property
    def marks_height(self) -> int:
        """In px."""
        return LANE * (1 + max((line.label.lane for line in self.mark_lines), default=-1))
