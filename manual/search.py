"""Searching the manual: sections and codes that hold all the words, with the place where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.spelling import BORDER, keys_of, search_key
from manual.pages import Manual, Page, Passage

BEFORE, AFTER = 24, 96  # characters of a text that are shown around the first word that fits


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found: its title and address, the page it is on, and the text that shows it, in pieces."""

    title: str
    address: str
    page: Page
    pieces: Sequence[tuple[str, bool]]  # text, and whether it is a word that was looked for


def find(manual: Manual, words: str) -> list[Hit]:
    """What holds all the words, in any spelling: titles first, then in the order of the manual."""
    wanted = keys_of(words)
    if not wanted:
        return []
    found = []
    for page in manual.pages:
        for section in page.sections:
            for passage in section.passages:
                whole = search_key(BORDER.join((passage.title, *passage.texts)))
                if all(word in whole for word in wanted):
                    by_title = all(word in search_key(passage.title) for word in wanted)
                    found.append((not by_title, hit(manual, page, passage, wanted)))
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def hit(manual: Manual, page: Page, passage: Passage, wanted: Sequence[str]) -> Hit:
    """With the text that holds most of the words, or the first one where only the title does."""
    text = max(passage.texts, key=lambda text: sum(word in search_key(text) for word in wanted), default="")
    return Hit(passage.title, manual.addresses[passage.anchor], page, excerpt(text, wanted))


def excerpt(text: str, wanted: Sequence[str]) -> list[tuple[str, bool]]:
    """The text around the first of the words, cut into those words and what stands between them."""
    marked = marks(text, wanted)
    first = marked.index(True) if True in marked else 0
    start, end = max(first - BEFORE, 0), min(first + AFTER, len(text))
    pieces = [("…", False)] if start else []
    for character, is_marked in zip(text[start:end], marked[start:end], strict=True):
        if pieces and pieces[-1][1] == is_marked:
            pieces[-1] = (pieces[-1][0] + character, is_marked)
        else:
            pieces.append((character, is_marked))
    return [*pieces, ("…", False)] if end < len(text) else pieces


def marks(text: str, wanted: Sequence[str]) -> list[bool]:
    """For each character, whether it belongs to one of the words."""
    origins = [place for place, character in enumerate(text) for _ in search_key(character)]
    compared = "".join(map(search_key, text))
    marked = [False] * len(text)
    for word in wanted:
        start = compared.find(word)
        while start >= 0:
            for place in origins[start : start + len(word)]:
                marked[place] = True
            start = compared.find(word, start + len(word))
    return marked
