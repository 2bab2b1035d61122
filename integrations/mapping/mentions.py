"""Whose a stored text is, and whom else it names: how what runs have left of a person is found again.

A person is known by keys (mail addresses in lower case, 社員番号, those of the past too) and by the 氏名. A key decides; a
name alone does so only where nothing else speaks against it, which the caller looks up.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import cached_property
from string import Formatter
from typing import NamedTuple

from integrations.reasons import REASONS, Reason

# Reasons that have a subject, and behind whose sentence カオナビ's own words may stand, whomever these name
QUOTING_KAONAVI = frozenset(
    {Reason.KAONAVI_REQUEST_REFUSED, Reason.SHEET_NOT_PERMITTED, Reason.SHEET_MISSING, Reason.RESULT_REFUSED}
)
# Reasons whose sentence names other people than the one it is about
NAMING_OTHERS = frozenset(
    {
        Reason.MEMBER_MAIL_DUPLICATE,
        Reason.MEMBER_MAIL_INVALID,  # may look like somebody else's
        Reason.MEMBER_NUMBER_SHARED,
        Reason.MEMBER_IDENTITY_UNCERTAIN,
        Reason.MEMBER_MAIL_TAKEN_OVER,
        Reason.SHEET_ITEM_REQUIRED,
        *QUOTING_KAONAVI,
        Reason.RESULT_NUMBER_SHARED,
        Reason.RESULT_MEMBER_DIFFERENT,
        Reason.RESULT_MEMBER_UNKNOWN,
        Reason.FILE_LEADING_ZEROS,
        Reason.FILE_LEADING_ZEROS_ADDED,
        Reason.FILE_LOOKS_ALIKE,
        Reason.ASSESSMENT_PERSON_UNKNOWN,
        Reason.ASSESSMENT_PERSON_AMBIGUOUS,
    }
)
KEY_CHARACTERS = frozenset("0123456789abcdefghijklmnopqrstuvwxyz-_.@/+")
COUNTERS = frozenset("行件名個枚文列年月日")  # after these a number is none of a person
START = 2  # letters by which names and keys are looked up


class Subject(NamedTuple):
    """Somebody who is to be forgotten; `names` are the 氏名 in each form in which texts have it, `parts` what a search of
    people looks into besides.
    """

    pk: int
    keys: frozenset[str]
    names: frozenset[str]
    parts: frozenset[str] = frozenset()


class Subjects:
    """Several of them, looked up in one step each, however many they are."""

    def __init__(self, subjects: Iterable[Subject], leaving: AbstractSet[int]) -> None:
        """`leaving` are all who go together, these among them: nobody else has a say in whose a key is."""
        self.leaving = leaving
        self.pks: set[int] = set()
        self.by_key: dict[str, int] = {}
        self.by_name: dict[str, int] = {}
        self._parts: set[str] = set()
        self._texts: set[str] = set()
        self._lengths: dict[str, set[int]] = defaultdict(set)  # of the texts that begin so
        for subject in subjects:
            self.pks.add(subject.pk)
            self.by_key |= dict.fromkeys(subject.keys, subject.pk)
            self.by_name |= dict.fromkeys(subject.names, subject.pk)
            self._parts |= subject.parts
        for text in (*self.by_key, *(name.casefold() for name in self.by_name)):
            self._texts.add(text)
            self._lengths[text[:START]].add(len(text))

    def with_key(self, *keys: str) -> int | None:
        """Who has one of these keys, the first that is anybody's."""
        return next((pk for key in keys if (pk := self.by_key.get(key.strip().lower())) is not None), None)

    def named(self, name: str) -> int | None:
        return self.by_name.get(" ".join(name.split()))

    @cached_property
    def searched(self) -> str:
        """All in which a search may have found them, to be looked through at once."""
        return folded("\n".join({*self.by_key, *self.by_name, *self._parts}))

    @cached_property
    def _begins(self) -> re.Pattern[str]:
        """Where in a text one of them may begin: most of the many texts are passed over by it alone."""
        starts = [start for start in self._lengths if len(start) == START] or ["\0\0"]
        first, second = ("".join({re.escape(start[place]) for start in starts}) for place in range(START))
        return re.compile(f"[{first}](?=[{second}])")

    def could_be_found_by(self, words: Iterable[str]) -> bool:
        return any(folded(word) in self.searched for word in words)

    def are_in(self, text: str) -> bool:
        """Whether the text names one of them."""
        told = text.casefold()
        for begins in self._begins.finditer(told):
            place = begins.start()
            for length in self._lengths.get(told[place : place + START], ()):
                found = told[place : place + length]
                if found in self._texts and (found not in self.by_key or stands_alone(told, place, length)):
                    return True
        return False


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def stands_alone(text: str, place: int, length: int) -> bool:
    """Whether a key that was found is no part of a longer one, and no count of something."""
    before, after = text[place - 1 : place], text[place + length : place + length + 1]
    return before not in KEY_CHARACTERS and after not in KEY_CHARACTERS and after not in COUNTERS


def names_of(last_name: str, first_name: str) -> frozenset[str]:
    """The forms of a 氏名 in texts: of ours and of カオナビ's, which may have another blank or none."""
    parts = [part for part in (last_name.strip(), first_name.strip()) if part]
    return frozenset(blank.join(parts) for blank in (" ", "　", "")) if parts else frozenset()


def without_values(reason: str, field: str, sentence: str) -> tuple[str, str]:
    """What may be told of any issue with that reason, as detail and remedy: what quotes nothing, else the `sentence`."""
    found = REASONS.get(reason)  # type: ignore[call-overload]  # a run of another version may have other codes
    if found is None:
        return sentence, ""
    detail = found.sentence.format(field=field) if blanks_of(found.sentence) <= {"field"} else sentence
    remedy = found.remedy.format(field=field) if blanks_of(found.remedy) <= {"field"} else ""
    return detail, remedy


def blanks_of(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}
