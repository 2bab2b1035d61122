"""Product rule 3 once more: slow, plain, and from its text alone, to be compared with ours. Nothing of ours is used
here.

The numbers in the comments are those of the rule. Decisions (3.15, 3.16) are not in it: here nobody has decided
anything, and everybody has a mail.
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

GENDERS = {"": "", "男性": "male", "女性": "female"}  # 7
EMPLOYMENT_TYPES = {  # 8
    "": "",
    "正社員": "regular",
    "契約社員": "contract",
    "派遣社員": "dispatched",
    "アルバイト・パート": "part_time",
    "業務委託": "outsourced",
}
NUMBER_SIGNS = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@/+")  # 5


@dataclass(frozen=True)
class Row:
    """One readable element of the source. `position` and `employment_type`: the values of each item of that name."""

    number: str
    name: str
    kana: str
    mail: str
    born: str
    hired: str
    retired: str
    gender: str
    department: str
    position: tuple[tuple[str, ...], ...]
    employment_type: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Here:
    """Somebody who is here, by the mail."""

    number: str
    last: str
    first: str
    last_kana: str
    first_kana: str
    born: date | None
    gender: str
    department: str
    position: str
    employment_type: str
    hired: date | None
    retired: date | None
    is_retired: bool
    retirement_source: str
    linked: bool = True
    missing: bool = False


@dataclass(frozen=True)
class Settings:
    """How many items of each name the layout has, what our departments are, and what was chosen."""

    departments: Collection[str]
    position_items: int = 1
    employment_type_items: int = 1
    filler: str = ""
    keep: bool = False


@dataclass
class Verdict:
    """What a run does. `reasons` are (社員番号, reason) of every issue that belongs to a row."""

    source_empty: bool = False
    outcomes: list[str] = field(default_factory=list)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    warnings: set[str] = field(default_factory=set)
    not_split: int = 0
    absence_unchecked: bool = False
    blanked: dict[str, int] = field(default_factory=dict)
    after: dict[str, Here] = field(default_factory=dict)


def run(rows: Sequence[Row], unreadable: Sequence[str], here: Mapping[str, Here], settings: Settings) -> Verdict:
    """Rule 3 whole. `unreadable` are the 社員番号 of the elements that cannot be read, "" where there is none."""
    verdict = Verdict(after=dict(here))
    if not rows and not unreadable and any(one.linked for one in here.values()):  # 14, its end
        verdict.source_empty = True
        return verdict

    mails = [row.mail.strip().lower() for row in rows]
    taken: list[str] = []
    fates: list[str] = []
    in_question: set[str] = set()
    for row, mail in zip(rows, mails, strict=True):
        faults = left_out(row)
        fate = "skipped"
        if not faults:
            faults = refusals(row, mail, mails.count(mail), settings)
            fate = "failed"
            if mail in here and mails.count(mail) == 1 and could_be_another(row, here[mail], is_clear=not faults):
                in_question.add(row.number.strip())
                faults = faults or ["MEMBER_IDENTITY_UNCERTAIN"]  # 15
        if not faults:
            verdict.after[mail] = take(row, here.get(mail), settings)
            taken.append(mail)
            fate = ""
            if len(row.name.split()) == 1 or len(row.kana.split()) == 1:
                verdict.not_split += 1
        verdict.reasons.update((row.number.strip(), fault) for fault in faults)
        fates.append(fate)

    verdict.absence_unchecked = bool(unreadable)  # 14
    verdict.reasons.update((number, "MEMBER_UNREADABLE") for number in unreadable)
    verdict.blanked = {} if settings.keep else count_blanked(taken, here, settings)
    by_number = {row.number.strip() for row, mail in zip(rows, mails, strict=True) if not mail} | in_question
    mark(verdict, mails, by_number, unreadable, here)
    warn(verdict, taken, here, settings)
    verdict.outcomes = [
        fate or outcome(here.get(mail), verdict.after[mail]) for fate, mail in zip(fates, mails, strict=True)
    ] + ["failed"] * len(unreadable)
    return verdict


def outcome(was: Here | None, now: Here) -> str:
    if was is None:
        return "created"
    return "unchanged" if replace(was, linked=True) == now else "updated"


def left_out(row: Row) -> list[str]:
    """1."""
    blank = {"MEMBER_NAME_MISSING": row.name, "MEMBER_KANA_MISSING": row.kana, "MEMBER_MAIL_MISSING": row.mail}
    return [reason for reason, text in blank.items() if not text.strip()]


def refusals(row: Row, mail: str, sharers: int, settings: Settings) -> list[str]:
    """2–5, 11, 13: all of them, one each."""
    found = []
    if sharers > 1:
        found.append("MEMBER_MAIL_DUPLICATE")
    elif not is_mail(mail):
        found.append("MEMBER_MAIL_INVALID")
    code = row.department.strip()
    if code and code not in settings.departments:
        found.append("MEMBER_DEPARTMENT_UNKNOWN")
    number = row.number.strip()
    if set(number) - NUMBER_SIGNS:
        found.append("MEMBER_NUMBER_INVALID")
    found += ["MEMBER_DATE_INVALID" for day in (row.born, row.hired, row.retired) if not is_day_or_blank(day)]
    lengths = [(mail, 254), (number, 50), (position_of(row), 200)]
    lengths += [(part, 100) for name in (row.name, row.kana) for part in split(name, settings.filler)]
    found += ["MEMBER_VALUE_TOO_LONG" for text, most in lengths if len(text) > most]
    return found


def is_mail(mail: str) -> bool:
    """3."""
    before, _, after = mail.partition("@")
    plain = all("!" <= sign <= "~" for sign in mail)
    return plain and mail.count("@") == 1 and bool(before) and bool(after) and "." in after


def is_day_or_blank(text: str) -> bool:
    try:
        day(text)
    except ValueError:
        return False
    return True


def day(text: str) -> date | None:
    """11."""
    return date.fromisoformat(text.strip()) if text.strip() else None


def split(name: str, filler: str) -> tuple[str, str]:
    """6."""
    last, *rest = name.split()
    return last, " ".join(rest) if rest else filler


def first_with_a_value(items: tuple[tuple[str, ...], ...]) -> list[str]:
    """9: of two items of a name."""
    for values in items:
        if told := [value.strip() for value in values if value.strip()]:
            return told
    return []


def position_of(row: Row) -> str:
    return "、".join(first_with_a_value(row.position))


def take(row: Row, was: Here | None, settings: Settings) -> Here:
    """The person as the row has them."""
    last, first = split(row.name, settings.filler)
    last_kana, first_kana = split(row.kana, settings.filler)
    kind = "、".join(first_with_a_value(row.employment_type))
    position, employment_type = position_of(row), EMPLOYMENT_TYPES.get(kind, "other")
    if settings.keep and not settings.position_items:  # 9, 変えずに実行
        position = was.position if was else ""
    if settings.keep and not settings.employment_type_items:
        employment_type = was.employment_type if was else ""

    retirement: tuple[date | None, bool, str] = (None, False, "")  # 10
    if row.retired.strip():
        retirement = (day(row.retired), True, "kaonavi")
    elif was and was.retirement_source != "kaonavi":
        retirement = (was.retired, was.is_retired, was.retirement_source)
    return Here(
        number=row.number.strip(),
        last=last,
        first=first,
        last_kana=last_kana,
        first_kana=first_kana,
        born=day(row.born),
        gender=GENDERS.get(row.gender.strip(), "other"),
        department=row.department.strip(),
        position=position,
        employment_type=employment_type,
        hired=day(row.hired),
        retired=retirement[0],
        is_retired=retirement[1],
        retirement_source=retirement[2],
    )


def could_be_another(row: Row, one: Here, *, is_clear: bool) -> bool:
    """15. Of a row that something else forbids to take nobody asks who it is, so it could be anybody with its 社員番号."""
    number = row.number.strip()
    if not number or not one.number or number == one.number:
        return False
    if not is_clear:
        return True
    born = day(row.born)
    if born and one.born:  # it decides, whichever way
        return born != one.born
    return plain(row.name) != plain(one.last + one.first) or plain(row.kana) != plain(one.last_kana + one.first_kana)


def plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def count_blanked(taken: list[str], here: Mapping[str, Here], settings: Settings) -> dict[str, int]:
    """9: how many would lose a value because the layout lacks the item."""
    lost = {}
    for name, items, of in (
        ("役職", settings.position_items, lambda one: one.position),
        ("雇用形態", settings.employment_type_items, lambda one: one.employment_type),
    ):
        people = sum(1 for mail in taken if mail in here and of(here[mail]))
        if not items and people:
            lost[name] = people
    return lost


def mark(
    verdict: Verdict, mails: Sequence[str], by_number: set[str], unreadable: Sequence[str], here: Mapping[str, Here]
) -> None:
    """14. `by_number` are the 社員番号 that are all that is known of somebody, besides those of `unreadable`."""
    by_number = by_number | {number.strip() for number in unreadable}
    for mail, was in here.items():
        present = mail in mails or (was.number != "" and was.number in by_number)
        gone = was.linked and not present and not unreadable
        verdict.after[mail] = replace(verdict.after[mail], missing=(was.missing or gone) and not present)


def warn(verdict: Verdict, taken: list[str], here: Mapping[str, Here], settings: Settings) -> None:
    """6, 9 and 12."""
    if verdict.not_split:
        verdict.warnings.add("MEMBER_NAME_NOT_SPLIT")
    if settings.position_items > 1 or settings.employment_type_items > 1:
        verdict.warnings.add("MEMBER_ITEM_AMBIGUOUS")
    after = verdict.after
    for mail in taken:
        number = after[mail].number
        is_written = mail not in here or replace(here[mail], linked=True) != after[mail]
        if (
            number
            and is_written
            and any(
                after[other].number == number and not both_had(number, mail, other, here)
                for other in after.keys() - {mail}
            )
        ):
            verdict.reasons[number, "MEMBER_NUMBER_SHARED"] += 1


def both_had(number: str, one: str, other: str, here: Mapping[str, Here]) -> bool:
    return all(mail in here and here[mail].number == number for mail in (one, other))
