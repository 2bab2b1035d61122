"""Taking an upload back: which members' records still are what it left, and what they become again.

A record cannot be deleted through カオナビ's API. Where there was none, it is blanked: on the single-record sheet our own
items, on the other one a blank record stands for the list, which カオナビ takes only with something in it.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple
from uuid import UUID

from msgspec.structs import replace

from integrations.kaonavi.types import Record
from integrations.reasons import Reason, Severity
from integrations.rules.plan import Finding, Outcome, finding
from integrations.rules.results.claims import target_of
from integrations.rules.results.people import Person
from integrations.rules.results.plan import (
    PersonPlan,
    Send,
    ShownSheet,
    Wanted,
    first_values,
    locked_items,
    named,
    relevant,
)
from integrations.rules.results.required import left_blank, required_items
from integrations.rules.results.sheets import LINK, UsableSheet, is_writable
from integrations.rules.results.values import Links, Seen, same_records

IN_KAONAVI = "カオナビで変更されています"


class UndoContext(NamedTuple):
    """`changed_by` says of a person (pk) which later run of ours has changed their records, and when.

    `withheld` are those of whom no result is sent: nothing comes back that their sheets do not show now.
    """

    links: Links
    changed_by: Mapping[int, str]
    withheld: AbstractSet[int]


def plan_undo(
    person: Person, images: Mapping[str, Send], sheets: Sequence[ShownSheet], terms: UndoContext
) -> PersonPlan:
    """What is to be done for one person, on all of their sheets or on none.

    `images` are what the run sent, by the sheet's key, with what that showed before.
    """
    sends: dict[str, Send] = {}
    same: set[str] = set()
    issues: list[Finding] = []
    seen = Seen(person.pk, 0, "")
    looked_at = [shown for shown in sheets if shown.key in images]
    for shown in looked_at:
        image = images[shown.key]
        seen = Seen(person.pk, *image.replaced)
        wanted = former_records(person, image, shown, terms)
        issues.extend(named(person, problem) for problem in wanted.issues)
        if wanted.is_shown:
            same.add(shown.key)
        elif wanted.records:
            sends[shown.key] = way_back(person, image, shown, wanted.records)
    if issues:
        sends = {}
    if any(problem.severity is Severity.ERROR for problem in issues) or not looked_at:
        outcome = Outcome.FAILED
    elif issues:
        outcome = Outcome.SKIPPED
    else:
        outcome = Outcome.UPDATED if sends else Outcome.UNCHANGED
    return PersonPlan(person, outcome, sends, same, issues, seen)


def former_records(person: Person, image: Send, shown: ShownSheet, terms: UndoContext) -> Wanted:
    """The records as they were, where the sheet shows what the run left; or why they stay as they are."""
    sheet, code = shown.sheet, person.employee_number
    now = shown.records.get(code, ())
    if code in shown.unreadable or (shown.has_strangers and not now):
        return Wanted(issues=[finding(Reason.RESULT_RECORD_UNREADABLE, sheet=sheet.name)])
    items = first_values(image.records).keys() & sheet.layout.keys()
    left, before, seen = (relevant(records, sheet, items) for records in (image.records, image.shown, now))
    if same_records(seen, before, sheet):
        return Wanted(is_shown=True)
    if not same_records(seen, left, sheet):
        why = terms.changed_by.get(person.pk, IN_KAONAVI)
        return Wanted(issues=[finding(Reason.UNDO_CHANGED_SINCE, field=sheet.name, object_id=person.pk, why=why)])
    if sheet.is_multiple and (locked := locked_items(now, sheet)):
        return Wanted(issues=[finding(Reason.RESULT_RECORD_LOCKED, field="、".join(locked), sheet=sheet.name)])
    records = before if sheet.is_multiple and before else (blanked(first_values(before), sheet, items),)
    send = way_back(person, image, shown, records)
    if person.pk in terms.withheld and brings_back(send, sheet, terms.links):
        return Wanted(issues=[finding(Reason.RESULT_NOT_TO_BE_SENT)])
    if blank := list(left_blank(send, shown, required_items(sheet))):
        told = "、".join(item.name for item in blank)
        return Wanted(issues=[finding(Reason.RESULT_ITEM_REQUIRED, field=told, sheet=sheet.name)])
    return Wanted(records)


def kept_of_two(first: Send, again: Send, sheet: UsableSheet) -> Send:
    """What an undo is to know of somebody whom one run has sent twice: what stands there in the end, and what was there
    before the run. Where others have changed the records in between, the first alone: then an undo leaves them alone.
    """
    items = first_values(first.records).keys() & sheet.layout.keys()
    found = relevant(again.shown, sheet, items)
    if any(same_records(found, relevant(known, sheet, items), sheet) for known in (first.records, first.shown)):
        return replace(again, shown=first.shown, replaced=first.replaced)
    return first


def blanked(before: Mapping[int, tuple[str, ...]], sheet: UsableSheet, items: AbstractSet[int]) -> Record:
    """One record with these items as they were; blank is what it did not have."""
    writable = sorted(item for item in items if is_writable(sheet.layout[item]))
    return Record({item: before.get(item, ()) for item in writable})


def way_back(person: Person, image: Send, shown: ShownSheet, records: tuple[Record, ...]) -> Send:
    """The update that undoes another one; it is undone itself by what is there now."""
    items = first_values(image.records)
    return Send(
        employee=person.pk,
        assessment=image.replaced[0],
        code=person.employee_number,
        name=person.name,
        email=person.email,
        is_new=False,
        shown=relevant(shown.records.get(person.employee_number, ()), shown.sheet, items),
        records=records,
        fingerprint=image.replaced[1],
        replaced=(image.assessment, image.fingerprint),
    )


def brings_back(send: Send, sheet: UsableSheet, links: Links) -> bool:
    """Whether the sheet would show a result of ours afterwards that it does not show now."""
    return not targets(send.records, sheet, links) <= targets(send.shown, sheet, links)


def targets(records: Sequence[Record], sheet: UsableSheet, links: Links) -> set[UUID]:
    link = sheet.fields[LINK].id
    return {target for record in records if (target := target_of(record, link, links))}


def is_blank(send: Send) -> bool:
    """Whether it leaves no value: there was no record before."""
    return not any(any(record.values.values()) for record in send.records)
