"""似ている社員: who is nearest to somebody by the 偏差値. Pure: takes packed scores, knows no database.

How far two people are apart is the root mean square of the differences over the scales that both have; with fewer than
`FEWEST_SCALES` of these it means nothing. For 100,000 people it takes a tenth of a second: each is one row of digits
(`latest_triggers`), and hardly any row lacks a score.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from math import dist, sqrt
from struct import Struct
from typing import NamedTuple

FEWEST_SCALES = 15
SHOWN = 10
MEAN, APART = 50.0, 5.0  # a score so far from the mean says something
MOST_SHARED = 3  # scales that are named to each side
NONE, NO_SCORE = "ffff", -1  # no score, as it is packed and as it is unpacked


class Near(NamedTuple):
    """Somebody (pk), how far apart in points of 偏差値, and over how many scales."""

    distance: float
    person: int
    scales: int


def nearest(own: Mapping[int, float], others: Iterable[tuple[int, str]], width: int) -> list[Near]:
    """The nearest `SHOWN` of the others, each a pk with packed scores; of two as near the one with the lower pk first.

    `own` are the scores to compare by, by the place of the scale among the `width` scales of a packed row. Scales that
    are not in `own` count for nobody.
    """
    scores = [round(own[place] * 10) for place in sorted(own)]
    unpack = Struct(">" + "".join("h" if place in own else "2x" for place in range(width))).unpack
    digits, root = len(NONE) * width, sqrt(len(own)) * 10

    def near() -> Iterator[Near]:
        for person, packed in others:
            row = unpack(bytes.fromhex(packed.ljust(digits, "f")))
            if (NONE not in packed and len(packed) == digits) or NO_SCORE not in row:
                yield Near(dist(scores, row) / root, person, len(scores))
                continue
            both = [(score, other) for score, other in zip(scores, row, strict=True) if other != NO_SCORE]
            if len(both) >= FEWEST_SCALES:
                yield Near(dist(*zip(*both, strict=True)) / sqrt(len(both)) / 10, person, len(both))

    return nsmallest(SHOWN, near()) if len(own) >= FEWEST_SCALES else []


def shared(own: Mapping[str, float], other: Mapping[str, float]) -> tuple[Sequence[str], Sequence[str]]:
    """The scales (codes) on which both are high, and those on which both are low, the most marked ones first."""
    both = own.keys() & other.keys()
    above = sorted((-min(own[code], other[code]), code) for code in both if min(own[code], other[code]) >= MEAN + APART)
    below = sorted((max(own[code], other[code]), code) for code in both if max(own[code], other[code]) <= MEAN - APART)
    return [code for _, code in above[:MOST_SHARED]], [code for _, code in below[:MOST_SHARED]]
