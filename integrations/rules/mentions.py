"""Whose a stored text is, and whom else it names: how what runs have left of a person is found again.

A person is known by keys (mail addresses in lower case, 社員番号, those of the past too) and by the 氏名, in whatever
spelling (`folded`). A key decides; a name alone only where nothing else speaks against it, which the caller looks up.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import cached_property
from string import Formatter
from typing import NamedTuple

from accounts.kanji_forms import ONE_FORM
from accounts.spelling import search_key, words_of
from integrations.reasons import Reason, entry_of
from integrations.rules.lookalikes import visible

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
GOING_ON = KEY_CHARACTERS.union("行件名個枚文列年月日")  # a number before one that counts is none of a person
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
# with the character before it each is another character
COMBINED = re.compile("[\u0300-\u036f\u3099\u309a\uff9e\uff9f]")
WORD = re.compile(r"[^\W_]+")
ASKED_ANEW = "この確認には、もう回答できません。もう一度実行すると、必要な場合はあらためて確認します。"
START = 2  # letters by which names and keys are looked up


class Subject(NamedTuple):
    """Somebody to be forgotten; `names`: the 氏名 in each form that texts have; `parts`: what a search looks into too."""

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
            self.by_key |= dict.fromkeys((*subject.keys, *map(folded, subject.keys)), subject.pk)
            self.by_name |= dict.fromkeys(map(folded, subject.names), subject.pk)
            self._parts |= subject.parts
        for text in (*self.by_key, *self.by_name):
            self._texts.add(text)
            self._lengths[text[:START]].add(len(text))

    def with_key(self, *keys: str) -> int | None:
        """Who has one of these keys, the first that is anybody's."""
        return next((pk for key in keys if (pk := self.by_key.get(folded(key))) is not None), None)

    def named(self, name: str) -> int | None:
        return self.by_name.get(folded(name))

    @cached_property
    def _searched(self) -> str:
        """All in which a search may have found them, to be looked through at once."""
        return " ".join(map(search_key, {*self.by_key, *self.by_name, *self._parts}))

    @cached_property
    def _begins(self) -> re.Pattern[str]:
        """Where in a text one of them may begin: most of the many texts are passed over by it alone."""
        starts = [start for start in self._lengths if len(start) == START] or ["\0\0"]
        first, second = ("".join({re.escape(start[place]) for start in starts}) for place in range(START))
        alone = "".join(re.escape(start) for start in self._lengths if len(start) < START)
        return re.compile(f"[{first}](?=[{second}]){f'|[{alone}]' if alone else ''}")

    def could_be_found_by(self, searches: Iterable[str]) -> bool:
        """Whether a word of one of these searches may have meant one of them."""
        return any(search_key(word) in self._searched for words in searches for word in words_of(words))

    def could_be_meant_by(self, file_name: str) -> bool:
        """Whether a name of a file names one of them: in it a 姓 may stand alone, and anything between two words."""
        told = folded(file_name)
        told = told.rpartition(".")[0] or told
        words = " ".join(WORD.findall(told))
        return any(map(self.are_in, (told, words))) or any(part in told for part in self._parts_that_tell)

    @cached_property
    def _parts_that_tell(self) -> frozenset[str]:
        """Those of their names that do not stand in any other word, as a single character does."""
        return frozenset(part for part in map(folded, self._parts) if len(part) > 1)

    def are_in(self, text: str) -> bool:
        """Whether the text names one of them."""
        told = folded(text)
        for begins in self._begins.finditer(told):
            place = begins.start()
            for start in (told[place : place + START], told[place]):
                for length in self._lengths.get(start, ()):
                    found = told[place : place + length]
                    if found in self._texts and self._is_whole(found, told, place):
                        return True
        return False

    def _is_whole(self, found: str, told: str, place: int) -> bool:
        if found in self.by_key:
            return stands_alone(told, place, len(found))
        return len(found) > 1 or is_no_part_of_a_name(told, place)


class Forms(dict[int, str]):
    """As what a character is compared, for `str.translate`: many times as fast as to normalise each text."""

    def __missing__(self, number: int) -> str:
        self[number] = unicodedata.normalize("NFKC", visible(chr(number))).casefold().translate(ONE_FORM | DASHES)
        return self[number]


COMPARED = Forms()


def folded(text: str) -> str:
    """A text as it is compared: without what nobody sees, in one width, case and form, one blank at a time."""
    plain = text.replace("／", "、")  # it stands between words of ours and is no part of a key, as / is of a date
    if COMBINED.search(plain):
        plain = unicodedata.normalize("NFKC", plain)
    return " ".join(plain.translate(COMPARED).split())


def stands_alone(text: str, place: int, length: int) -> bool:
    """Whether a key that was found is no part of a longer one, and no count of something."""
    before, after = text[place - 1 : place], text[place + length : place + length + 1]
    is_address_before_an_at = after == "@" and "@" in text[place : place + length]  # no address has two
    return before not in KEY_CHARACTERS and (is_address_before_an_at or after not in GOING_ON)


def is_no_part_of_a_name(text: str, place: int) -> bool:
    """Whether a name of one character is no part of a longer one: 林 in 「林、森」 and in 「社員は林を」, not in 「小林」."""
    around = text[place - 1 : place], text[place + 1 : place + 2]
    return not any(beside.isalnum() and not "ぁ" <= beside <= "ゖ" for beside in around)


def names_of(last_name: str, first_name: str) -> frozenset[str]:
    """The forms of a 氏名 in texts: of ours and of カオナビ's, which may have another blank or none."""
    parts = [part for part in (last_name.strip(), first_name.strip()) if part]
    return frozenset(blank.join(parts) for blank in (" ", "　", "")) if parts else frozenset()


def without_values(reason: str, field: str, sentence: str) -> tuple[str, str]:
    """What may be told of any issue with that reason, as detail and remedy: what quotes nothing, else `sentence`."""
    found = entry_of(reason)
    if found is None:
        return sentence, ""
    detail = found.sentence.format(field=field) if blanks_of(found.sentence) <= {"field"} else sentence
    if reason == Reason.MEMBER_IDENTITY_UNCERTAIN:
        return detail, ASKED_ANEW
    return detail, found.remedy.format(field=field) if blanks_of(found.remedy) <= {"field"} else ""


def blanks_of(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}
