"""Texts from outside: as they may be stored and shown, and as they are compared. Pure."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

SHOWN_LENGTH = 254  # as long as the longest mail address that we store
NUL_SHOWN = "␀"
HAS_NUL = "使えない文字（NUL）が含まれています。"


def storable(text: str) -> str:
    """A text as any database takes it: PostgreSQL has no NUL, so a sign for it."""
    return text.replace("\0", NUL_SHOWN)


def without_nul(text: str) -> str:
    """For a file, in which nobody could see it."""
    return text.replace("\0", "")


def shown(text: str) -> str:
    """A text as an issue may hold it: storable, and cut where it is absurdly long."""
    text = storable(text)
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


def with_line(line: int | None, text: str) -> str:
    """A sentence about a line of a file, None for one about all of it."""
    return text if line is None else f"{line}行目：{text}"


def some_of(names: Sequence[str], most: int, unit: str, *, total: int | None = None) -> str:
    """At most so many names, then how many more there are: 「赤井、青山、ほか3名」. `total` where `names` has only the first."""
    more = (len(names) if total is None else total) - most
    return "、".join([*names[:most], f"ほか{more:,}{unit}"] if more > 0 else names[:most])


@lru_cache(maxsize=4096)  # the same few names and options, for every person
def fold_width(text: str) -> str:
    """The form in which names are compared: NFKC, so that both kinds of brackets and widths match, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())
