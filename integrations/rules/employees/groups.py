"""Rules that look at several people at once: who shares a mail in the source, and who comes to share a 社員番号 here."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from integrations.kaonavi.types import Member
from integrations.reasons import Reason
from integrations.rules.employees.fields import LocalEmployee, Values
from integrations.rules.employees.row import member_issue
from integrations.rules.plan import Finding
from integrations.rules.text import shown, some_of

NAMED_OTHERS = 5

T = TypeVar("T")


class Written(NamedTuple):
    """A member whom the run creates or updates; `known` is the employee before."""

    member: Member
    values: Values
    known: LocalEmployee | None

    @property
    def has_new_number(self) -> bool:
        return self.known is None or self.known.values.employee_number != self.values.employee_number


def mail_key(member: Member) -> str:
    return member.mail.strip().lower()


def sharers_by_mail(members: Sequence[Member], mails: Sequence[str]) -> Mapping[str, Sequence[Member]]:
    """Mail → its members in the order of their 社員番号, for each mail that more than one member has."""
    given = [mail for mail in mails if mail]
    if len(set(given)) == len(given):
        return {}
    tally = Counter(given)
    sharers: dict[str, list[Member]] = defaultdict(list)
    for member, mail in zip(members, mails, strict=True):
        if tally[mail] > 1:
            sharers[mail].append(member)
    for group in sharers.values():
        group.sort(key=lambda member: (member.code, member.name))
    return sharers


def mail_shared(member: Member, sharers: Sequence[Member]) -> Finding:
    others = name_others(member, sharers, lambda other: shown(other.code.strip()) or "社員番号なし")
    return member_issue(Reason.MEMBER_MAIL_DUPLICATE, member, field="メール", value=member.mail, others=others)


def shared_numbers(written: Sequence[Written], local: Sequence[LocalEmployee]) -> Iterator[Finding]:
    """A warning for each employee written who, by this run, has the 社員番号 of somebody else.

    What counts is how everybody stands after the run: of two who swap their numbers nobody shares one. Where two shared
    a number before and this run gave it to nobody, nothing is said again. Each warning knows one of the others we had.
    """
    new_numbers = {row.values.employee_number for row in written if row.has_new_number} - {""}
    if not new_numbers:
        return
    rewritten = {row.known.pk for row in written if row.known}
    others = [employee for employee in local if employee.pk not in rewritten]
    tally = Counter([row.values.employee_number for row in written])
    tally.update([employee.values.employee_number for employee in others])
    shared = {number for number in new_numbers if tally[number] > 1}
    if not shared:
        return
    sharing = [
        (row, Holder(row.known.pk if row.known else None, row.values))
        for row in written
        if row.values.employee_number in shared
    ]
    everybody = [holder for _, holder in sharing]
    everybody.extend(Holder(one.pk, one.values) for one in others if one.employee_number in shared)
    groups: dict[str, list[Holder]] = defaultdict(list)
    for holder in sorted(everybody, key=lambda holder: holder.values.email):
        groups[holder.values.employee_number].append(holder)
    known = {number: [one.pk for one in group if one.pk is not None][:2] for number, group in groups.items()}
    for row, own in sharing:
        number = row.values.employee_number
        named = name_others(own, groups[number], lambda other: other.label)
        one = next((pk for pk in known[number] if pk != own.pk), None)
        yield member_issue(
            Reason.MEMBER_NUMBER_SHARED, row.member, field="社員番号", value=number, object_id=one, others=named
        )


class Holder(NamedTuple):
    """Somebody as they stand after the run; `pk` is None for a new employee."""

    pk: int | None
    values: Values

    @property
    def label(self) -> str:
        return f"{self.values.name}（{self.values.email or 'メールアドレスなし'}）"


def name_others(one: T, group: Sequence[T], name: Callable[[T], str]) -> str:
    """At most five of the others of a group, then how many more there are.

    Looks at the first few only: a group can be a whole company with one mail address.
    """
    others = [name(other) for other in group[: NAMED_OTHERS + 1] if other is not one][:NAMED_OTHERS]
    return some_of(others, NAMED_OTHERS, "名", total=len(group) - 1)
