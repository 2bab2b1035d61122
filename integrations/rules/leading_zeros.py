"""Numbers and codes that differ from ours only by leading zeros, which spreadsheets drop."""

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property


def bare(text: str) -> str:
    return text.lstrip("0") or text[-1:]


def differ_by_zeros(one: str, other: str) -> bool:
    return one != other and bool(one) and bare(one) == bare(other)


class Zeros:
    """Ours by what is left without leading zeros. What the file itself has (`theirs`) has lost none."""

    def __init__(self, ours: Collection[str], theirs: Iterable[str] = ()) -> None:
        self.ours = ours
        self.theirs = theirs

    @cached_property
    def by_bare(self) -> Mapping[str, str]:
        theirs = set(self.theirs)
        return {bare(text): text for text in self.ours if text and text not in theirs}

    def counterpart(self, text: str) -> str:
        """Ours that differs from a text by zeros alone; "" where there is none, or where we have the text itself."""
        if not text or text in self.ours:
            return ""
        return self.by_bare.get(bare(text), "")
