"""Texts as a search compares them: width, case, kind of kana, blanks, hyphens and forms of kanji do not matter. Pure.

Where many rows are searched often their key is stored (`search_key`, by which `RULES`); any other text is looked at by
`pattern`, which finds the same in it as it is.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from zlib import crc32

from accounts import kanji_forms
from accounts.kanji_forms import ONE_FORM

# Which rules these are: a stored key that was made by others is none any more. A word of comment makes new ones, too.
RULES = crc32(
    b"".join(Path(file).read_bytes() for file in (__file__, kanji_forms.__file__))
    + unicodedata.unidata_version.encode()
)

# classes of regular expressions, in the signs themselves: each database has other words for them
INVISIBLE_CLASS = (
    "\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e01ef"
)
BLANK_CLASS = "\t\n\r \xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
HYPHEN_CLASS = "˗‐-―⁃−─━﹘﹣－ーｰ-"  # ー too: it is typed for a hyphen, and the other way round
SKIPPED = re.compile(f"[{BLANK_CLASS}{INVISIBLE_CLASS}{HYPHEN_CLASS}]")
BETWEEN = f"{SKIPPED.pattern}*"
BORDER = "␟"  # between texts that are searched at once: no word goes over it
NOWHERE = " "  # no key has a blank

KATAKANA = {number: number - 0x60 for number in range(0x30A1, 0x30F7)}  # to ひらがな
MARKS = [chr(number) for number in (*range(0x300, 0x370), 0x3099, 0x309A)]  # make one letter with the one before
# characters that are often written otherwise: letters with case, kana, numerals, signs of one's own width, kanji
WRITTEN_OTHERWISE = (
    *(range(0x41, 0x530), range(0x1E00, 0x2500), range(0x2E80, 0x3400)),
    *(range(0xF900, 0xFB07), range(0xFE30, 0xFFF0), range(0x2F800, 0x2FA1E)),
)


class Key(dict[int, str]):
    """What stays of a character, for `str.translate`: many times as fast as to look at each text anew."""

    def __missing__(self, number: int) -> str:
        plain = unicodedata.normalize("NFKC", "" if SKIPPED.match(chr(number)) else chr(number))
        self[number] = SKIPPED.sub("", plain.casefold()).translate(KATAKANA).translate(ONE_FORM)
        return self[number]


KEY = Key()


def search_key(text: str) -> str:
    """What of a text is compared; it has no blank. "" where nothing is left, as of a hyphen."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).translate(KEY))


def words_of(text: str) -> list[str]:
    """The words of a search, all of which have to fit; those of nothing but hyphens only where there are no others."""
    words = text.split()
    return [word for word in words if search_key(word)] or words


def keys_of(words: str) -> list[str]:
    """The keys of the words of a search, each to be looked for; NOWHERE for one of which nothing is left."""
    return [search_key(word) or NOWHERE for word in words_of(words)]


def fits(words: str, *texts: str) -> bool:
    """Whether each word of a search stands in one of the texts."""
    whole = search_key(BORDER.join(texts))
    return all(key in whole for key in keys_of(words))


def pattern(word: str) -> str:
    """A regular expression, for Python and for PostgreSQL, that fits texts whose key has the key of this word in it.

    A sign that stands for several (㈱, Ⅲ) is found by all of them together. Raises ValueError where the key is blank.
    """
    key = search_key(word)
    if not key:
        raise ValueError("nothing is left of the word")
    return BETWEEN.join(spellings(key)) + unmarked(key[-1])


def spellings(key: str) -> Iterator[str]:
    """For each character of a key, or for several in one sign, an expression for all ways to write it."""
    place = 0
    while place < len(key):
        part = next(part for long in (4, 3, 2, 1) if (part := key[place : place + long]) in others() or long == 1)
        letters = BETWEEN.join(map(one_of, part))
        yield letters if len(part) == 1 else f"(?:{letters}|[{others()[part]}])"
        place += len(part)


def one_of(letter: str) -> str:
    """An expression for all ways to write one character of a key, also as letter and mark."""
    signs = others().get(letter, "")
    alone = f"[{re.escape(letter)}{signs}]" if signs else re.escape(letter)
    parts = unicodedata.normalize("NFD", letter)
    return f"(?:{alone}|{BETWEEN.join(map(one_of, parts))})" if len(parts) > 1 else alone


def unmarked(letter: str) -> str:
    """That none of the marks follows by which the letter would be another one: か and not the beginning of ｶﾞ."""
    marks = [mark for mark in MARKS if len(unicodedata.normalize("NFC", letter + mark)) == 1]
    return f"(?!{BETWEEN}[{''.join(mark + others().get(mark, '') for mark in marks)}])" if marks else ""


@cache
def others() -> Mapping[str, str]:
    """Key of a character → the other characters that have it, for a class; made at the first search."""
    found: dict[str, set[str]] = defaultdict(set)
    for number in (*(number for some in WRITTEN_OTHERWISE for number in some), *ONE_FORM):
        if (key := search_key(chr(number))) not in {"", chr(number)}:
            found[key].add(re.escape(chr(number)))
    return {key: "".join(sorted(signs)) for key, signs in found.items()}
