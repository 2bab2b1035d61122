"""同期の例外: which members a run leaves out and which items it leaves as they are, since the company says so. Pure.

Who is left out is still there: their 社員番号 and mail are nobody else's (`identify`), and nobody vanishes (`call_roll`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

from integrations.kaonavi.types import Member
from integrations.reasons import Reason
from integrations.rules.employees.fields import FIELDS, LocalEmployee, Values, employees_by_mail
from integrations.rules.employees.row import MemberContext, item_text, member_issue
from integrations.rules.employees.values import employment_type_of
from integrations.rules.plan import Finding


class Item(NamedTuple):
    """What can be pinned: カオナビ's word for it, and those of our fields that go together."""

    label: str
    fields: tuple[str, ...]


TOGETHER = {
    "last_name": Item("氏名", ("last_name", "first_name")),
    "last_name_kana": Item("フリガナ", ("last_name_kana", "first_name_kana")),
    "retirement_date": Item("退職日・退職者フラグ", ("retirement_date", "is_retired", "retirement_source")),
}
PARTS = {name for item in TOGETHER.values() for name in item.fields}
# The mail is how a member is found, so it cannot stay another one.
PINNABLE: Mapping[str, Item] = {
    name: TOGETHER.get(name) or Item(field.item, (name,))
    for name, field in FIELDS.items()
    if name in TOGETHER or (field.item and name not in PARTS | {"email"})
}


class Scope(NamedTuple):
    """Whom a run takes: those whose 所属 and 雇用形態 are among these; None is any. Nobody without 所属 is in a department."""

    departments: AbstractSet[str] | None = None
    employment_types: AbstractSet[str] | None = None


ANYBODY = Scope()


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Those that hold at a run. People are left out by their number (pk), by mail (in lower case) or by 社員番号.

    `pins` are the items (`PINNABLE`) that stay as they are, by the employee (pk).
    """

    people: AbstractSet[int] = frozenset()
    mails: AbstractSet[str] = frozenset()
    numbers: AbstractSet[str] = frozenset()
    scope: Scope = ANYBODY
    pins: Mapping[int, AbstractSet[str]] = field(default_factory=dict)

    @property
    def leave_out(self) -> bool:
        return bool(self.people or self.mails or self.numbers or self.scope != ANYBODY)


NONE = Exceptions()


def left_out(
    members: Sequence[Member],
    mails: Sequence[str],
    local: Sequence[LocalEmployee],
    exceptions: Exceptions,
    terms: MemberContext,
) -> dict[int, Finding]:
    """Place of each member that is left out → why. `mails` are the members', as the key, in their order."""
    if not exceptions.leave_out:
        return {}
    excluded = Excluded(local, exceptions)
    found = {}
    for place, (member, mail) in enumerate(zip(members, mails, strict=True)):
        if excluded.has(member.code.strip(), mail):
            found[place] = member_issue(Reason.MEMBER_EXCLUDED, member)
        elif told := out_of_scope(member, exceptions.scope, terms):
            found[place] = told
    return found


class Excluded:
    """By what the people are known who are left out: with one of their keys goes the other, if we have it."""

    def __init__(self, local: Sequence[LocalEmployee], exceptions: Exceptions) -> None:
        people = [
            one
            for one in local
            if one.pk in exceptions.people
            or (one.email and one.email in exceptions.mails)
            or (one.employee_number and one.employee_number in exceptions.numbers)
        ]
        self.mails = exceptions.mails | {one.email for one in people} - {""}
        self.numbers = exceptions.numbers
        self.numbers_of_people = {one.employee_number for one in people} - {""}
        self.by_mail = employees_by_mail(local) if self.numbers_of_people else {}

    def has(self, number: str, mail: str) -> bool:
        """Whether the row of this 社員番号 and mail is left out. Of two who share a number the other one is not."""
        if mail in self.mails or number in self.numbers:
            return True
        if number not in self.numbers_of_people:
            return False
        holder = self.by_mail.get(mail)
        return holder is None or holder.employee_number != number


def out_of_scope(member: Member, scope: Scope, terms: MemberContext) -> Finding | None:
    """Which item is none of the scope's; a department that we do not know is another problem."""
    code = member.department_code.strip()
    is_known = not code or code in terms.departments
    if scope.departments is not None and is_known and code not in scope.departments:
        told = member.department_name.strip() or code
        return member_issue(Reason.MEMBER_OUT_OF_SCOPE, member, field="所属", value=told)
    if scope.employment_types is not None:
        text = item_text(member, terms.items["employment_type"])
        if employment_type_of(text) not in scope.employment_types:
            return member_issue(Reason.MEMBER_OUT_OF_SCOPE, member, field="雇用形態", value=text)
    return None


def with_pins(values: Values, known: Values, pins: Collection[str]) -> Values:
    """The values with what we have of the pinned items."""
    return values._replace(**{name: getattr(known, name) for pin in pins for name in PINNABLE[pin].fields})


def pinned(
    member: Member, values: Values, known: Values, pins: Collection[str], terms: MemberContext
) -> Iterator[Finding]:
    """One issue for each pinned item in which カオナビ differs from what we have."""
    for pin, item in PINNABLE.items():
        if pin in pins and any(getattr(values, name) != getattr(known, name) for name in item.fields):
            yield member_issue(Reason.MEMBER_ITEM_PINNED, member, field=item.label, value=text_of(pin, member, terms))


def text_of(pin: str, member: Member, terms: MemberContext) -> str:
    """What カオナビ has of the item."""
    if pin in terms.items:
        return item_text(member, terms.items[pin])
    texts = {
        "employee_number": member.code,
        "last_name": member.name,
        "last_name_kana": member.name_kana,
        "birth_date": member.birthday,
        "gender": member.gender,
        "department": member.department_name or member.department_code,
        "hire_date": member.entered_date,
        "retirement_date": member.retired_date,
    }
    return texts[pin].strip()


def told_of_pins(pins: int) -> str:
    """How many items stayed, as the run's message says where there are any."""
    return f"固定している項目{pins:,}件は、カオナビの値に変えていません。" if pins else ""
