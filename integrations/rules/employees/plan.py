"""The plan of 社員情報取込: what カオナビ's members make of our employees, decided before anything is written."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import msgspec

from employees.rules import half_width_mail, is_mail
from integrations.kaonavi.types import Member, MemberLayout, Members, Unreadable
from integrations.reasons import Reason
from integrations.rules.absence import call_roll, returns
from integrations.rules.answers import positions
from integrations.rules.draft import Draft, Plan
from integrations.rules.employees.doubts import mail_taken_over, uncertain
from integrations.rules.employees.exceptions import NONE, Exceptions, left_out, pinned, with_pins
from integrations.rules.employees.fields import FIELDS, OWN_ITEMS, LocalEmployee, Values, employees_by_mail
from integrations.rules.employees.groups import Written, mail_key, mail_shared, shared_numbers, sharers_by_mail
from integrations.rules.employees.identity import Claim, Decisions, Identities, Key, identify
from integrations.rules.employees.row import MemberContext, blank_items, items_named, member_issue, read_row
from integrations.rules.guards import MISSING, alarms_for, changing_hands, shrinking
from integrations.rules.plan import Change, Finding, Outcome, finding
from integrations.rules.text import shown

PLACES = {field: place for place, field in enumerate(FIELDS)}
Stored = msgspec.defstruct("Stored", [(field, tuple[None, Any]) for field in FIELDS], gc=False)


class FromNothing(Mapping[str, tuple[None, Any]]):
    """The fields of a new employee, each with None before: a view, since dicts would fill a first run's memory."""

    __slots__ = ("values_after",)

    def __init__(self, values_after: Values) -> None:
        self.values_after = values_after

    def __getitem__(self, name: str) -> tuple[None, Any]:
        return None, self.values_after[PLACES[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(FIELDS)

    def __len__(self) -> int:
        return len(FIELDS)

    def stored(self) -> msgspec.Struct:
        """The same as a struct, which becomes JSON in half of a dict's time."""
        return Stored(*zip(repeat(None), self.values_after))


def plan_employees(
    members: Members,
    layout: MemberLayout,
    *,
    departments: Collection[str],
    local: Sequence[LocalEmployee],
    decisions: Decisions | None = None,
    tested: Collection[int] = (),
    first_name_filler: str = "",
    guard_percent: int = 0,
    overwrite_missing_items: bool = False,
    kept: frozenset[str] = frozenset(),
    exceptions: Exceptions = NONE,
) -> Plan:
    """Compare カオナビ's members with our employees.

    `departments` are the codes of our departments. `decisions` are what people said of rows that could be somebody
    else's, `tested` those with results (`identify`). `first_name_filler` stands for a 名 that カオナビ does not have.
    `guard_percent` is the share that raises an alarm, 0 for none; `overwrite_missing_items` blanks 役職 and 雇用形態 without
    one where the layout has no such item. `kept` is what a person chose to leave as it is (`guards.kept_by`),
    `exceptions` what the company keeps from being taken at all.
    """
    if not members.items and not members.unreadable and any(employee.linked for employee in local):
        return Plan(is_empty_source=True)
    terms = MemberContext.of(layout, departments, first_name_filler, kept)
    mails = [mail_key(member) for member in members.items]
    sharers = sharers_by_mail(members.items, mails)
    by_mail = employees_by_mail(local)
    blanks = {place: found for place, member in enumerate(members.items) if (found := blank_items(member))}
    keys = [
        Key(member.code.strip(), "" if mail in sharers or place in blanks else mail)
        for place, (member, mail) in enumerate(zip(members.items, mails, strict=True))
    ]
    aside = left_out(members.items, mails, local, exceptions, terms)
    identities = identify(
        keys,
        local,
        decisions or {},
        lambda place: claim_of(members.items[place], mails[place], terms),
        tested=tested,
        aside=aside.keys(),
    )
    draft = EmployeeDraft(terms=terms, employees=by_mail, identities=identities, pins=exceptions.pins)
    skipped = {place: [found] for place, found in aside.items()} | blanks  # what is blank is told rather
    for place, (member, mail, position) in enumerate(zip(members.items, mails, positions(members), strict=False)):
        if place in skipped:
            draft.refuse(skipped[place], Outcome.SKIPPED)
        else:
            draft.judge(place, member, mail, sharers.get(mail, ()), position)
    for element in members.unreadable:
        draft.refuse([unreadable_issue(element)])
    after = without_mail(local, identities)
    in_question = identities.numbers.union(keys[place].employee_number for place in aside)
    absent, found_again = call_roll(after, members, mails, in_question)
    taken = {change.pk for change in draft.changes}
    parted = {change.pk: change for change in released(identities)}
    back = [returns(person, parted.pop(person.pk, None)) for person in found_again if person.pk not in taken]
    is_unsure = any(problem.reason is Reason.MEMBER_UNREADABLE for problem in draft.issues)
    stay = {mails[place] for place in aside}  # of these the run takes nothing, so that a share counts without them
    matched = (set(mails) - stay) & draft.employees.keys()
    ours = [one for one in local if (one.linked and not one.missing) or one.values.email in matched]
    if stay:
        ours = [one for one in ours if one.values.email not in stay]
    missing_items = {name: not overwrite_missing_items for name, items in terms.items.items() if not items}
    linked = sum(employee.linked and not employee.missing for employee in local)
    gone = () if is_unsure or MISSING in kept else absent
    return Plan(
        changes=(*draft.changes, *back),
        vanished=gone,
        unseen=() if gone else absent,
        linked=draft.linked,
        released=tuple(parted.values()),
        issues=(
            *draft.issues,
            *not_split(draft.unsplit),
            *doubled_items(terms),
            *shared_numbers(draft.written, after),
        ),
        outcomes=tuple(draft.outcomes),
        is_unsure=is_unsure,
        alarms=(
            *alarms_for(draft.changes, ours, guard_percent, missing_items),
            *changing_hands(draft.issues, len(matched), guard_percent),
            *shrinking(gone, linked, guard_percent, "名"),
        ),
    )


def claim_of(member: Member, mail: str, terms: MemberContext) -> Claim | None:
    """Who the member is; None where something else forbids to take it."""
    row = read_row(member, None, terms, mail=mail, position=0)
    if row.problems or mail_problem(member):
        return None
    values = row.values
    return Claim.of(
        [member.name, values.last_name + values.first_name],
        [member.name_kana, values.last_name_kana + values.first_name_kana],
        values.birth_date,
    )


@dataclass(slots=True, kw_only=True)
class EmployeeDraft(Draft):
    """The members are judged one after the other."""

    terms: MemberContext
    employees: Mapping[str, LocalEmployee]
    identities: Identities
    written: list[Written] = field(default_factory=list)
    linked: dict[int, str] = field(default_factory=dict)
    pins: Mapping[int, Collection[str]] = field(default_factory=dict)
    unsplit: int = 0

    def judge(self, place: int, member: Member, mail: str, sharers: Sequence[Member], position: int) -> None:
        """Take the member, in which nothing needed is blank, or refuse it. `sharers` are the members of that mail where
        there are more.
        """
        known = self.identities.known.get(place, self.employees.get(mail))
        row = read_row(member, known, self.terms, mail=mail, position=position)
        problem = mail_problem(member, sharers)
        if problem or row.problems:
            self.refuse([problem, *row.problems] if problem else row.problems)
            return
        if place in self.identities.doubtful:
            self.refuse(
                [uncertain(member, self.identities.doubtful[place], row.values.employee_number, row.values.birth_date)]
            )
            return
        values = row.values
        if self.pins and known and (pins := self.pins.get(known.pk)):
            self.issues.extend(pinned(member, values, known.values, pins, self.terms))
            values = with_pins(values, known.values, pins)
        self.write(member, values, known)
        self.unsplit += not row.is_split
        if place in self.identities.released:
            self.issues.append(mail_taken_over(member, self.identities.released[place]))

    def write(self, member: Member, values: Values, known: LocalEmployee | None) -> None:
        fields = changed_fields(values, known)
        if known is None or fields:
            self.take(Change(key=values.email, name=member.name.strip(), fields=fields, pk=known and known.pk))
            self.written.append(Written(member, values, known))
            return
        self.leave_as_is()
        if not known.linked:
            self.linked[known.pk] = known.email


def mapped_items(layout: MemberLayout) -> frozenset[int]:
    """The ids of the custom items that a plan looks at."""
    return frozenset(number for item in OWN_ITEMS.values() for number in items_named(item, layout))


def mail_problem(member: Member, sharers: Sequence[Member] = ()) -> Finding | None:
    if sharers:
        return mail_shared(member, sharers)
    if is_mail(member.mail.strip()):
        return None
    meant = half_width_mail(member.mail)
    detail = f"半角の「{shown(meant)}」であれば有効です。" if meant else ""
    return member_issue(Reason.MEMBER_MAIL_INVALID, member, field="メール", value=member.mail, detail=detail)


def changed_fields(values: Values, known: LocalEmployee | None) -> Mapping[str, tuple[Any, Any]]:
    """Field → (old, new) where they differ, and all fields for a new employee."""
    if known is None:
        return FromNothing(values)
    before = known.values
    if before == values and not known.missing:
        return {}
    fields: dict[str, tuple[Any, Any]] = {
        name: (old, new) for name, old, new in zip(FIELDS, before, values, strict=True) if old != new
    }
    if known.missing:
        fields["missing"] = (True, False)
    return fields


def unreadable_issue(element: Unreadable) -> Finding:
    detail = f"（{element.problem}）" if element.problem else ""
    return finding(Reason.MEMBER_UNREADABLE, key=shown(element.key), detail=detail, position=element.position)


def not_split(people: int) -> Iterator[Finding]:
    """One warning a run about the names that stand undivided in 姓."""
    if people:
        yield finding(Reason.MEMBER_NAME_NOT_SPLIT, field="氏名・フリガナ", people=f"{people:,}")


def doubled_items(terms: MemberContext) -> Iterator[Finding]:
    """One warning a run about the items that the layout has more than once."""
    if names := [OWN_ITEMS[name] for name, ids in terms.items.items() if len(ids) > 1]:
        yield finding(Reason.MEMBER_ITEM_AMBIGUOUS, field="、".join(names))


def without_mail(local: Sequence[LocalEmployee], identities: Identities) -> Sequence[LocalEmployee]:
    """Our employees, those without the mail that another person has now."""
    if not identities.released:
        return local
    pks = {employee.pk for employee in identities.released.values()}
    return [
        employee._replace(values=employee.values._replace(email="")) if employee.pk in pks else employee
        for employee in local
    ]


def released(identities: Identities) -> Iterator[Change]:
    """The changes of those whose mail another person has now."""
    for employee in identities.released.values():
        yield Change(employee.employee_number, employee.name, {"email": (employee.email, "")}, pk=employee.pk)
