"""The dot chart of 偏差値: a line for each scale, from 20 to 80, with the band 40–60 and the mean 50."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assessments.charts.axis import Axis

DEVIATION = Axis(20, 80)  # three standard deviations to each side of 50
BAND = (40, 60)
MEAN = 50


class Dot(NamedTuple):
    """One line. `value` is the filled dot, `other` the hollow one: an earlier result, or the mean of the whole.

    With a `spread` (a standard deviation) a line reaches that far to each side of its dot; without, from the mean to
    the dot. `cells` say the values in words, one for each of the chart's heads.
    """

    label: str
    value: float | None
    other: float | None = None
    spread: float | None = None
    other_spread: float | None = None
    cells: Sequence[str] = ()
    href: str = ""


class Reach(NamedTuple):
    """A dot and how far its line goes."""

    x: str
    start: str
    end: str


class DotLine(NamedTuple):
    dot: Dot
    own: Reach | None
    other: Reach | None


def reach(value: float | None, spread: float | None, *, from_mean: bool) -> Reach | None:
    """None where there is no value. Without spread the line starts at the mean, or is none."""
    if value is None:
        return None
    if spread is not None:
        start, end = value - spread, value + spread
    else:
        start, end = (MEAN if from_mean else value), value
    return Reach(DEVIATION.place(value), DEVIATION.place(start), DEVIATION.place(end))


@dataclass(frozen=True, slots=True)
class Dots:
    """The lines of one category. `heads` name the columns of numbers, `head` the lines."""

    dots: Sequence[Dot]
    heads: Sequence[str]
    head: str = "尺度"
    template = "assessments/charts/dots.html"
    axis = DEVIATION
    mean = DEVIATION.place(MEAN)
    band = (DEVIATION.place(BAND[0]), DEVIATION.length(*BAND))

    @property
    def lines(self) -> list[DotLine]:
        return [
            DotLine(
                dot,
                reach(dot.value, dot.spread, from_mean=True),
                reach(dot.other, dot.other_spread, from_mean=False),
            )
            for dot in self.dots
        ]
