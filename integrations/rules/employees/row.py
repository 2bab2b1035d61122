"""One member of カオナビ as one employee of ours: the rules that need no other row."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from operator import gt, itemgetter
from typing import Any, NamedTuple, Self

from employees.rules import BY_KAONAVI, is_employee_number
from integrations.kaonavi.types import Member, MemberLayout
from integrations.reasons import Reason
from integrations.rules.employees.fields import FIELDS, LIMITED, OWN_ITEMS, OWN_TEXTS, LocalEmployee, Values
from integrations.rules.employees.values import employment_type_of, gender_of, join_values, read_date, split_name
from integrations.rules.plan import Finding, finding
from integrations.rules.text import shown

LIMITS = tuple(field.limit for field in LIMITED.values())
limited_texts = itemgetter(*map(Values._fields.index, LIMITED))


@dataclass(frozen=True, slots=True)
class MemberContext:
    """What all rows of a run are read by.

    `items` are the ids of the company's own items by our field, none where the layout has no item of that name: then
    the value becomes blank, as the manual warns. `kept` are fields that nobody loses, by a person's choice: a value
    stays where it would become blank, and with `is_retired` nobody leaves.
    """

    departments: frozenset[str]
    items: Mapping[str, tuple[int, ...]]
    first_name_filler: str
    kept: frozenset[str] = frozenset()
    texts: tuple[tuple[int, ...], ...] = ()

    @classmethod
    def of(
        cls, layout: MemberLayout, departments: Collection[str], first_name_filler: str, kept: frozenset[str]
    ) -> Self:
        """By what the layout has."""
        items = {name: items_named(item, layout) for name, item in OWN_ITEMS.items()}
        return cls(frozenset(departments), items, first_name_filler, kept, tuple(items[name] for name in OWN_TEXTS))


def items_named(name: str, layout: MemberLayout) -> tuple[int, ...]:
    """The ids of the custom items of exactly this name, in the layout's order."""
    return tuple(item.id for item in layout.custom_items if item.name == name)


class MemberRow(NamedTuple):
    """A member read. With a problem it is not taken, and its values mean nothing."""

    values: Values
    is_split: bool
    problems: list[Finding]


def member_issue(reason: Reason, member: Member, *, value: str = "", **words: Any) -> Finding:
    """An issue about a member, who is named as カオナビ has it."""
    key, name, email = map(shown, (member.code, member.name, member.mail))
    return finding(reason, key=key, name=name, email=email, value=shown(value), **words)


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


def read_row(
    member: Member, known: LocalEmployee | None, terms: MemberContext, *, mail: str, position: int
) -> MemberRow:
    """A member whose name, kana and mail are not blank, as our values, with everything that forbids to take them.

    `known` is our employee of that mail. `mail` is the mail as the key. `position` is the one in the answer, from 1.
    """
    problems: list[Finding] = []
    last_name, first_name = split_name(member.name)
    last_name_kana, first_name_kana = split_name(member.name_kana)
    filler = terms.first_name_filler
    values = Values._make(
        (
            number_in(member, problems),
            last_name,
            filler if first_name is None else first_name,
            last_name_kana,
            filler if first_name_kana is None else first_name_kana,
            mail,
            day_in(member, "生年月日", member.birthday, problems),
            gender_of(member.gender),
            department_in(member, terms, problems),
            *[item_text(member, ids) for ids in terms.texts],
            employment_type_of(item_text(member, terms.items["employment_type"])),
            day_in(member, "入社日", member.entered_date, problems),
            *retirement(day_in(member, "退職日", member.retired_date, problems), known and known.values),
        )
    )
    if known and terms.kept:
        values = kept_values(values, known.values, terms.kept)
    if not (known and values == known.values) and not is_storable(values):  # what we have can be stored
        problems.extend(unfit_texts(member, values, position))
    return MemberRow(values, first_name is not None and first_name_kana is not None, problems)


def number_in(member: Member, problems: list[Finding]) -> str:
    number = member.code.strip()
    if not is_employee_number(number):
        problems.append(member_issue(Reason.MEMBER_NUMBER_INVALID, member, field="社員番号", value=member.code))
    return number


def department_in(member: Member, terms: MemberContext, problems: list[Finding]) -> str:
    code = member.department_code.strip()
    if code and code not in terms.departments:
        name = member.department_name.strip()
        told = shown(f"{name}（{code}）" if name else code)
        problems.append(
            member_issue(Reason.MEMBER_DEPARTMENT_UNKNOWN, member, field="所属", value=code, department=told)
        )
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


def retirement(day: date | None, known: Values | None) -> tuple[date | None, bool, str]:
    """退職日, 退職者フラグ and who set them. Without a day in カオナビ, what a person set here stays."""
    if day is not None:
        return day, True, BY_KAONAVI
    if known is None or known.retirement_source == BY_KAONAVI:
        return None, False, ""
    return known.retirement_date, known.is_retired, known.retirement_source


def kept_values(values: Values, known: Values, kept: frozenset[str]) -> Values:
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
    texts = limited_texts(values)
    return not any(map(gt, map(len, texts), LIMITS)) and "\0" not in "".join(texts)


def unfit_texts(member: Member, values: Values, position: int) -> Iterator[Finding]:
    """The texts that our columns cannot hold: too long ones, and those with NUL, which PostgreSQL refuses."""
    for name, field in LIMITED.items():
        text: str = getattr(values, name)
        if len(text) > field.limit:
            yield member_issue(
                Reason.MEMBER_VALUE_TOO_LONG, member, field=field.item, value=text, limit=field.limit, length=len(text)
            )
        if "\0" in text and field.is_free:
            detail = f"{field.item}に、保存できない文字（NUL）があります。"
            yield member_issue(
                Reason.MEMBER_UNREADABLE, member, field=field.item, value=text, detail=detail, position=position
            )
