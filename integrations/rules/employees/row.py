"""One member of カオナビ as one employee of ours: the rules that need no other row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from operator import gt, itemgetter
from typing import Any, NamedTuple

from integrations.kaonavi.types import Member
from integrations.reasons import Reason
from integrations.rules.employees.values import (
    employment_type_of,
    gender_of,
    is_employee_number,
    join_values,
    read_date,
    split_name,
)
from integrations.rules.plan import Finding, finding
from integrations.rules.text import shown

POSITION_ITEM = "役職"
EMPLOYMENT_TYPE_ITEM = "雇用形態"

BY_KAONAVI = "kaonavi"  # the retirement_source of a date that カオナビ gave; one that a person set has another


class Values(NamedTuple):
    """What a sync writes of an employee. Blank texts are "", `department` is a code ("" = none)."""

    email: str
    employee_number: str
    last_name: str
    first_name: str
    last_name_kana: str
    first_name_kana: str
    birth_date: date | None
    gender: str
    department: str
    position: str
    employment_type: str
    hire_date: date | None
    retirement_date: date | None
    is_retired: bool
    retirement_source: str


FIELDS = Values._fields

LENGTHS = {
    "email": 254,
    "employee_number": 50,
    "last_name": 100,
    "first_name": 100,
    "last_name_kana": 100,
    "first_name_kana": 100,
    "position": 200,
}

texts_of = itemgetter(*map(FIELDS.index, LENGTHS))

# Every character is allowed in these; what a mail or a number may hold has a rule of its own.
FREE_TEXTS = {"last_name", "first_name", "last_name_kana", "first_name_kana", "position"}

ITEMS = {  # our fields in the words of カオナビ, where they are to be mended
    "email": "メール",
    "employee_number": "社員番号",
    "last_name": "氏名（姓）",
    "first_name": "氏名（名）",
    "last_name_kana": "フリガナ（姓）",
    "first_name_kana": "フリガナ（名）",
    "position": POSITION_ITEM,
}


class LocalEmployee(NamedTuple):
    """One employee as we have it: the fields of `Values` with its number before and its marks after them.

    A named tuple because a run reads tens of thousands of them: `LocalEmployee._make(row)`. `email` is in lower case.
    `department` is `department_code` of the department, "" where there is none. `linked`: カオナビ has had this employee
    before (`last_seen_at` is set). `missing`: it is marked as gone (`missing_since` is set).
    """

    pk: int
    email: str
    employee_number: str
    last_name: str
    first_name: str
    last_name_kana: str
    first_name_kana: str
    birth_date: date | None
    gender: str
    department: str
    position: str
    employment_type: str
    hire_date: date | None
    retirement_date: date | None
    is_retired: bool
    retirement_source: str
    linked: bool
    missing: bool


def department_code(code: str, name: str) -> str:
    """What stands for a department of ours among codes: its code, or, where it has none, a text that is nobody's code."""
    return code or f"（コードなし）{name}"


@dataclass(frozen=True, slots=True)
class Terms:
    """What all rows of a run are read by.

    `position_items` and `employment_type_items` are the ids of the items of that name, none where the layout has no such
    item: then the value becomes blank, as the manual warns. `kept` are fields that nobody loses, by a person's choice: a
    value stays where it would become blank, and with `is_retired` nobody leaves.
    """

    departments: frozenset[str]
    position_items: tuple[int, ...]
    employment_type_items: tuple[int, ...]
    first_name_filler: str
    kept: frozenset[str] = frozenset()


class Row(NamedTuple):
    """A member read. With a problem it is not taken, and its values mean nothing."""

    values: Values
    is_split: bool
    problems: list[Finding]


def member_issue(
    reason: Reason, member: Member, *, field: str = "", value: str = "", detail: str = "", **words: Any
) -> Finding:
    """An issue about a member, who is named as カオナビ has it."""
    return finding(
        reason,
        key=shown(member.code),
        name=shown(member.name),
        email=shown(member.mail),
        field=field,
        value=shown(value),
        detail=detail,
        **words,
    )


def blank_items(member: Member) -> list[Finding]:
    """One issue for each blank one of the three items without which nobody is taken."""
    if member.name.strip() and member.name_kana.strip() and member.mail.strip():
        return []
    return [
        member_issue(reason, member, field=item)
        for reason, item, text in (
            (Reason.MEMBER_NAME_MISSING, "氏名", member.name),
            (Reason.MEMBER_KANA_MISSING, "フリガナ", member.name_kana),
            (Reason.MEMBER_MAIL_MISSING, "メール", member.mail),
        )
        if not text.strip()
    ]


def read_row(member: Member, known: LocalEmployee | None, terms: Terms, *, mail: str, position: int) -> Row:
    """A member whose name, kana and mail are not blank, as our values, with everything that forbids to take them.

    `known` is our employee of that mail. `mail` is the mail as the key. `position` is the member's, from 1, in カオナビ's
    answer.
    """
    problems: list[Finding] = []
    last_name, first_name = split_name(member.name)
    last_name_kana, first_name_kana = split_name(member.name_kana)
    filler = terms.first_name_filler
    values = Values(
        mail,
        number_in(member, problems),
        last_name,
        filler if first_name is None else first_name,
        last_name_kana,
        filler if first_name_kana is None else first_name_kana,
        day_in(member, "生年月日", member.birthday, problems),
        gender_of(member.gender),
        department_in(member, terms, problems),
        item_text(member, terms.position_items),
        employment_type_of(item_text(member, terms.employment_type_items)),
        day_in(member, "入社日", member.entered_date, problems),
        *retirement(day_in(member, "退職日", member.retired_date, problems), known),
    )
    if known and terms.kept:
        values = kept_values(values, known, terms.kept)
    if not is_storable(values):
        problems.extend(unfit_texts(member, values, position))
    return Row(values, first_name is not None and first_name_kana is not None, problems)


def number_in(member: Member, problems: list[Finding]) -> str:
    number = member.code.strip()
    if not is_employee_number(number):
        problems.append(member_issue(Reason.MEMBER_NUMBER_INVALID, member, field="社員番号", value=member.code))
    return number


def department_in(member: Member, terms: Terms, problems: list[Finding]) -> str:
    code = member.department_code.strip()
    if code and code not in terms.departments:
        problems.append(member_issue(Reason.MEMBER_DEPARTMENT_UNKNOWN, member, field="所属", value=code))
    return code


def day_in(member: Member, item: str, text: str, problems: list[Finding]) -> date | None:
    if not text:
        return None
    try:
        return read_date(text)
    except ValueError:
        problems.append(member_issue(Reason.MEMBER_DATE_INVALID, member, field=item, value=text))
        return None


def item_text(member: Member, item_ids: tuple[int, ...]) -> str:
    """The member's value of an item. Where several items have the same name, the first that has a value counts."""
    for item_id in item_ids:
        values = member.custom.get(item_id)
        if values and (text := join_values(values)):
            return text
    return ""


def retirement(day: date | None, known: LocalEmployee | None) -> tuple[date | None, bool, str]:
    """退職日, 退職者フラグ and who set them. Without a day in カオナビ, what a person set here stays."""
    if day is not None:
        return day, True, BY_KAONAVI
    if known is None or known.retirement_source == BY_KAONAVI:
        return None, False, ""
    return known.retirement_date, known.is_retired, known.retirement_source


def kept_values(values: Values, known: LocalEmployee, kept: frozenset[str]) -> Values:
    """The values without the losses that a person refused."""
    stays = {name for name in kept.intersection(FIELDS) if not getattr(values, name) and getattr(known, name)}
    if "is_retired" in kept and values.is_retired and not known.is_retired:
        stays.add("is_retired")
    if stays & {"is_retired", "retirement_date"}:
        stays |= {"is_retired", "retirement_date", "retirement_source"}
    for first, last in (("first_name", "last_name"), ("first_name_kana", "last_name_kana")):
        if first in stays:  # a name without a blank stands undivided in 姓: with 名 beside it, 名 would be there twice
            stays.add(last)
    return values._replace(**{name: getattr(known, name) for name in stays})


def is_storable(values: Values) -> bool:
    """Whether nothing can be said against the texts; asked of everybody, so that `unfit_texts` need look at few."""
    texts = texts_of(values)
    return not any(map(gt, map(len, texts), LENGTHS.values())) and "\0" not in "".join(texts)


def unfit_texts(member: Member, values: Values, position: int) -> Iterator[Finding]:
    """The texts that our columns cannot hold: too long ones, and those with NUL, which PostgreSQL refuses."""
    for field, limit in LENGTHS.items():
        text: str = getattr(values, field)
        if len(text) > limit:
            yield member_issue(
                Reason.MEMBER_VALUE_TOO_LONG, member, field=ITEMS[field], value=text, limit=limit, length=len(text)
            )
        if "\0" in text and field in FREE_TEXTS:
            detail = f"{ITEMS[field]}に、保存できない文字（NUL）があります。"
            yield member_issue(
                Reason.MEMBER_UNREADABLE, member, field=ITEMS[field], value=text, detail=detail, position=position
            )
