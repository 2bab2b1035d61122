"""Whose results can go to カオナビ: the check of 社員番号 before any sheet is looked at.

Name and mail never link anybody. They may forbid: a 社員番号 may have been given to somebody else since.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from integrations.reasons import Reason
from integrations.rules.plan import Finding, finding
from integrations.rules.text import fold_width, some_of

OTHERS_NAMED = 5
NEAR_MISSES_NAMED = 3
DASHES = dict.fromkeys(map(ord, "-‐‑‒–—―−ー－"))  # NFKC leaves most of them apart


class Person(NamedTuple):
    """An employee with at least one assessment: one source row. `is_gone`: has left, or is no longer in カオナビ."""

    pk: int
    employee_number: str
    name: str
    email: str
    is_gone: bool


class Counterpart(NamedTuple):
    """Whom カオナビ has under a 社員番号. Blank is what it does not tell: both of an unreadable member."""

    name: str = ""
    mail: str = ""


class Holder(NamedTuple):
    """Any employee who has a 社員番号 that somebody else has too."""

    pk: int
    name: str
    email: str


class Roster(NamedTuple):
    """The source rows, told apart. `eligible` are in 社員番号 order; each of the others has exactly one issue."""

    eligible: list[Person]
    left_out: list[tuple[Person, Finding]]


def check_people(
    people: Iterable[Person],
    *,
    shared: Mapping[str, Sequence[Holder]],
    members: Mapping[str, Counterpart],
    withheld: AbstractSet[int] = frozenset(),
    first_name_filler: str = "",
) -> Roster:
    """`shared` holds every 社員番号 of several employees, tested or not; `members` are カオナビ's, by theirs.

    `withheld` are those (pk) whom somebody keeps from being sent: nothing else is told of them. `first_name_filler`
    stands for a 名 that カオナビ does not have.
    """
    roster = Roster([], [])
    unknown: list[Person] = []
    for person in people:
        if person.pk in withheld:
            roster.left_out.append((person, about(person, Reason.RESULT_NOT_TO_BE_SENT)))
        elif not person.employee_number:
            roster.left_out.append((person, about(person, Reason.RESULT_NUMBER_MISSING)))
        elif person.employee_number in shared:
            others = name_others(person, shared[person.employee_number])
            roster.left_out.append((person, about(person, Reason.RESULT_NUMBER_SHARED, others=others)))
        elif (member := members.get(person.employee_number)) is not None:
            if is_somebody_else(person, member, first_name_filler):
                roster.left_out.append((person, told_apart(person, member)))
            else:
                roster.eligible.append(person)
        elif person.is_gone:
            roster.left_out.append((person, about(person, Reason.RESULT_MEMBER_GONE)))
        else:
            unknown.append(person)
    near = near_misses(members) if unknown else {}
    roster.left_out.extend(
        (person, about(person, Reason.RESULT_MEMBER_UNKNOWN, detail=hint(near.get(loose(person.employee_number), ()))))
        for person in unknown
    )
    roster.eligible.sort(key=lambda person: person.employee_number)
    return roster


def is_somebody_else(person: Person, member: Counterpart, first_name_filler: str) -> bool:
    """Whether nothing that カオナビ tells of the member agrees: neither the mail nor the name.

    Either is enough, since people marry and addresses change. A blank agrees with nothing: a member without a mail is
    never taken over, so that the 社員番号 may well be of somebody else here.
    """
    if not member.name.strip() and not member.mail.strip():
        return False
    if person.email and person.email == member.mail.strip().lower():
        return False
    name = fold_width(member.name)
    return fold_width(person.name) not in {name, name + fold_width(first_name_filler)}


def told_apart(person: Person, member: Counterpart) -> Finding:
    ours, theirs = (f"{name} {mail}".strip() for name, mail in ((person.name, person.email), member))
    return about(person, Reason.RESULT_MEMBER_DIFFERENT, ours=ours, theirs=theirs)


def about(person: Person, reason: Reason, **words: Any) -> Finding:
    """An issue of this person's 社員番号."""
    number = person.employee_number
    return finding(reason, key=number, name=person.name, email=person.email, field="社員番号", value=number, **words)


def name_others(person: Person, holders: Sequence[Holder]) -> str:
    others = [f"{holder.name} {holder.email}".strip() for holder in holders if holder.pk != person.pk]
    return some_of(others, OTHERS_NAMED, "名")


def loose(number: str) -> str:
    """A form that is the same for numbers that differ only in width, case, hyphens, blanks or leading zeros."""
    plain = fold_width(number).casefold().translate(DASHES)
    return plain.lstrip("0") or plain[-1:]


def near_misses(members: Iterable[str]) -> dict[str, list[str]]:
    near: dict[str, list[str]] = defaultdict(list)
    for number in members:
        near[loose(number)].append(number)
    return near


def hint(numbers: Sequence[str]) -> str:
    """What to look at; nobody is linked by it."""
    if not numbers:
        return ""
    named = "、".join(f"「{number}」" for number in sorted(numbers)[:NEAR_MISSES_NAMED])
    return f"よく似た社員番号{named}のメンバーがいます（先頭の0、全角・半角、大文字・小文字、ハイフンを確認してください）。"
