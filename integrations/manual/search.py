"""Searching the manual: sections and codes that hold all the words, with the place where they stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from accounts.spelling import fits, pattern, search_key, words_of
from integrations.manual.pages import Manual, Page, Passage

BEFORE, AFTER = 24, 96  # characters of a text that are shown around the first word that fits


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found: its title and address, the page it is on, and the text that shows it, in pieces."""

    title: str
    address: str
    page: Page
    pieces: Sequence[tuple[str, bool]]  # text, and whether it is a word that was looked for


def find(manual: Manual, words: str) -> list[Hit]:
    """What holds all the words, however they are spelt: titles first, then in the order of the manual."""
    wanted = [word for word in words_of(words) if search_key(word)]
    if not wanted:
        return []
    found = [
        (not fits(words, passage.title), hit(manual, page, passage, wanted))
        for page in manual.pages
        for section in page.sections
        for passage in section.passages
        if fits(words, passage.title, *passage.texts)
    ]
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def hit(manual: Manual, page: Page, passage: Passage, wanted: Sequence[str]) -> Hit:
    """With the text that holds most of the words, or the first one where only the title does."""
    text = max(passage.texts, key=lambda text: sum(fits(word, text) for word in wanted), default="")
    return Hit(passage.title, manual.addresses[passage.anchor], page, excerpt(text, wanted))


def excerpt(text: str, wanted: Sequence[str]) -> list[tuple[str, bool]]:
    """The text around the first of the words, cut into those words and what stands between them."""
    matches = list(re.finditer(f"(?:{'|'.join(map(pattern, wanted))})+", text))
    start = max(matches[0].start() - BEFORE, 0) if matches else 0
    end = min(start + BEFORE + AFTER, len(text))
    borders = [
        (place, is_word) for match in matches for place, is_word in ((match.start(), True), (match.end(), False))
    ]
    inside = [(start, False), *((place, is_word) for place, is_word in borders if place < end), (end, False)]
    pieces = [(text[here:there], is_word) for (here, is_word), (there, _) in pairwise(inside) if here < there]
    return [*([("…", False)] if start else []), *pieces, *([("…", False)] if end < len(text) else [])]
