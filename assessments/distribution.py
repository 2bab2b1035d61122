"""総合スコア: how those of many people are spread, and where one of them stands. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.charts.histogram import Bin, Histogram

FEWEST = 3  # people, below which a distribution says nothing, and something of somebody
HIGHEST = 10


@dataclass(frozen=True, slots=True)
class Distribution:
    """One person's score among those of the `others` (score → how many people), who are all of the `group`."""

    score: Decimal
    others: Mapping[Decimal, int]
    group: str
    fewest = FEWEST

    @property
    def count(self) -> int:
        """How many people, this one among them."""
        return sum(self.others.values()) + 1

    @property
    def is_shown(self) -> bool:
        return self.count >= FEWEST

    @property
    def top(self) -> int:
        """Up to how many percent of the people from the highest score on this one stands; 1 at least."""
        rank = 1 + sum(people for score, people in self.others.items() if score > self.score)
        return max(1, (200 * rank + self.count) // (2 * self.count))

    @property
    def sentence(self) -> str:
        return f"総合スコア {self.score} は、{self.group} {self.count:,} 名のうち上位 {self.top} % です。"

    @property
    def chart(self) -> Histogram:
        """A column for each whole number; the last has 10.0 too."""
        people = [0] * HIGHEST
        for score, number in (*self.others.items(), (self.score, 1)):
            people[min(int(score), HIGHEST - 1)] += number
        bins = [
            Bin(low, low + 1, people[low], words=f"{low}.0～{'10.0' if low == HIGHEST - 1 else f'{low}.9'}")
            for low in range(HIGHEST)
        ]
        marks = [(float(self.score), f"この社員 {self.score}")]
        return Histogram(bins, head="総合スコア", group=self.group, marks=marks)
