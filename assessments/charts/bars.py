"""Horizontal bars: the shares of a group, each beside that of the whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from assessments.charts.axis import Axis


def share_words(share: float) -> str:
    """As カオナビ writes a share: 「18.2%」, 「0%」."""
    return f"{share * 100:.1f}".removesuffix(".0") + "%"


def count_words(count: int, of: int) -> str:
    """As カオナビ writes it: 「2人 (18.2%)」."""
    return f"{count:,}人 ({share_words(count / of if of else 0)})"


class Bar(NamedTuple):
    """How many of the group, and of the whole, are of one kind. `href` leads to those of the group."""

    label: str
    people: int
    whole: int
    href: str = ""


class BarLine(NamedTuple):
    bar: Bar
    width: str
    whole_width: str
    words: str
    whole_words: str


@dataclass(frozen=True)
class Bars:
    """The bars of one group; shares are of `count` and `whole` people. Without `whole` there is nothing beside.

    `head` says what the lines are, `group` and `whole_name` who is counted.
    """

    bars: Sequence[Bar]
    count: int
    whole: int
    head: str
    group: str
    whole_name: str = "全社"
    template = "assessments/charts/bars.html"

    @cached_property
    def axis(self) -> Axis:
        return Axis.up_to(max((s * 100 for bar in self.bars for s in self.shares(bar)), default=0) or 10, "%")

    def shares(self, bar: Bar) -> tuple[float, float]:
        return bar.people / self.count if self.count else 0, bar.whole / self.whole if self.whole else 0

    @property
    def lines(self) -> list[BarLine]:
        return [
            BarLine(
                bar,
                self.axis.place(own * 100),
                self.axis.place(others * 100) if self.whole else "",
                count_words(bar.people, self.count),
                share_words(others),
            )
            for bar in self.bars
            for own, others in [self.shares(bar)]
        ]
