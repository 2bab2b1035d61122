"""尺度: mean and spread of each scale, and how 総合スコア is spread. Pure."""

import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from math import hypot, sqrt
from typing import Any, NamedTuple

import msgspec

from assessments.latest import SCORES

NO_SCORE = 0xFFFF  # as it is packed


class Moments(NamedTuple):
    """What is kept of any number of values, so that those of two groups can be added."""

    number: int = 0
    total: float = 0
    squares: float = 0

    @property
    def mean(self) -> float | None:
        return self.total / self.number if self.number else None

    @property
    def spread(self) -> float | None:
        """The standard deviation of these very people; None without any."""
        mean = self.mean
        return None if mean is None else sqrt(max(self.squares / self.number - mean * mean, 0))

    def with_(self, other: "Moments") -> "Moments":
        """Of both groups."""
        return Moments(self.number + other.number, self.total + other.total, self.squares + other.squares)


def moments(values: Sequence[float | None]) -> Moments:
    """Of those that are there. `hypot` adds up squares faster than anything else that Python has."""
    there = [value for value in values if value is not None] if None in values else values
    return Moments(len(there), sum(there), hypot(*there) ** 2)  # type: ignore[arg-type]  # none is None


def moments_by_scale(texts: Iterable[str], codes: Sequence[str]) -> list[Moments]:
    """Of stored scores, as JSON, for each of the scales. What the texts hold of others is not even decoded."""
    names = [f"s{place}" for place in range(len(codes))]
    row = msgspec.defstruct(
        "row", [(name, float | None, None) for name in names], rename=dict(zip(names, codes, strict=True)), gc=False
    )
    decode = msgspec.json.Decoder(row).decode
    rows: list[Any] = [decode(text) for text in texts]
    return [moments([getattr(row, name) for row in rows]) for name in names]


def moments_of_packed(packed: Sequence[str], width: int, places: Sequence[int]) -> list[Moments]:
    """The same of scores as `LatestResult` packs them, of the scales at these places among `width`.

    All of them are one array, of which each scale is a slice: 100,000 people take a tenth of a second.
    """
    digits = 4 * width
    octets = bytes.fromhex("".join(packed))
    if len(octets) != 2 * width * len(packed):  # older ones are shorter than the scales are many
        octets = bytes.fromhex("".join(text.ljust(digits, "f") for text in packed))
    values = array("H", octets)
    if sys.byteorder == "little":
        values.byteswap()
    are_whole = b"\xff\xff" not in octets  # no score reaches 0xff00: only where one is missing two such octets meet
    return [moments_of_tenths(values[place::width], are_whole=are_whole) for place in places]


def has_packed(text: str, place: int) -> bool:
    """Whether packed scores have one of the scale at this place."""
    return text[4 * place : 4 * place + 4] not in ("", "ffff")


def moments_of_tenths(values: "array[int]", *, are_whole: bool) -> Moments:
    there = values if are_whole else [value for value in values if value != NO_SCORE]
    return Moments(len(there), sum(there) / 10, hypot(*there) ** 2 / 100)


def spread_of_scores(scores: Iterable[Any]) -> list[int]:
    """How many have a 総合スコア of each range of `SCORES`; None has none."""
    found: Counter[int] = Counter()
    for score, people in Counter(scores).items():
        if score is not None:
            found[min(int(score), SCORES[-1])] += people
    return [found[low] for low in SCORES]
