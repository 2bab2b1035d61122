"""What has to be sent so that the sheets show our results: one person at a time, against the sheets as they stand.

A record is ours when its link leads to a page of ours. Everything else on a sheet, records and columns, is somebody's
work and goes back as it was read; so is a record of ours about a result that is merely unknown here.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

import msgspec

from integrations.kaonavi.types import Record, Sheet, SheetMember
from integrations.reasons import Reason, Severity
from integrations.rules.plan import Finding, Outcome, finding
from integrations.rules.results.claims import claims_of, columns_of_others, own_values, target_of
from integrations.rules.results.people import Counterpart, Person
from integrations.rules.results.sheets import LINK, TAKEN_ON, UsableSheet, is_writable
from integrations.rules.results.values import (
    Links,
    Result,
    ResultContext,
    Seen,
    as_date,
    is_calculated,
    same_records,
    same_values,
    values_of,
)

UNKNOWN = (
    "このうち{}件には、ミキワメで削除した記録がありません。バックアップを復元した場合などは、削除せずに、"
    "検査結果をもう一度取り込んでください。"
)


class Send(msgspec.Struct, frozen=True, rename={"fingerprint": "seal"}):
    """What one member is sent on one sheet, with what the sheet showed before.

    `assessment` is the person's latest, and `fingerprint` that one's, "" in what a version before this one wrote.
    `is_new`: no sheet showed a result of ours for this person. `replaced` is the assessment, with its fingerprint,
    that the sheet showed as the latest before: only an undo knows it.
    """

    employee: int
    assessment: int
    code: str
    name: str
    email: str
    is_new: bool
    shown: tuple[Record, ...]
    records: tuple[Record, ...]
    fingerprint: str = ""
    replaced: tuple[int, str] = (0, "")

    @property
    def seen(self) -> Seen:
        return Seen(self.employee, self.assessment, self.fingerprint)

    @property
    def member(self) -> SheetMember:
        return SheetMember(self.code, self.records)


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """A usable sheet and what it showed when it was read.

    `unreadable` are members whose records could not be read. `has_strangers`: there was such a member without even a
    社員番号, so whoever seems to have no record may have some.
    """

    sheet: UsableSheet
    records: Mapping[str, tuple[Record, ...]]
    unreadable: AbstractSet[str]
    has_strangers: bool

    @property
    def key(self) -> str:
        return self.sheet.kind.key

    @classmethod
    def read(cls, sheet: UsableSheet, answer: Sheet) -> "ShownSheet":
        records: dict[str, tuple[Record, ...]] = {}
        for member in answer.members:
            records[member.code] = (*records.get(member.code, ()), *member.records)
        unreadable = frozenset(element.key for element in answer.unreadable)
        return cls(sheet, records, unreadable - {""}, "" in unreadable)


class PersonPlan(NamedTuple):
    """What is to be done for one person. `sends` and `same` (nothing to send) go by the sheet's key.

    `latest` is the person with the latest assessment.
    """

    person: Person
    outcome: Outcome
    sends: Mapping[str, Send]
    same: AbstractSet[str]
    issues: Sequence[Finding]
    latest: Seen


class Wanted(NamedTuple):
    """What one person's records on one sheet come to: those to send, or that it shows them already, or neither.

    Issues may stand beside any of it: a record that cannot be sent is left as the sheet shows it, the others go on.
    """

    records: tuple[Record, ...] = ()
    is_shown: bool = False
    issues: Sequence[Finding] = ()


def plan_people(
    tested: Iterable[tuple[Person, Sequence[Result]]], sheets: Sequence[ShownSheet], terms: ResultContext
) -> Iterator[PersonPlan]:
    """One plan a person, in the order given, as they are asked for."""
    return (plan_person(person, results, sheets, terms) for person, results in tested)


def plan_person(
    person: Person, results: Sequence[Result], sheets: Sequence[ShownSheet], terms: ResultContext
) -> PersonPlan:
    """`results` are all results of this person, at least one, in any order."""
    ordered = sorted(results, key=lambda result: result.age)
    latest = Seen(person.pk, ordered[-1].pk, ordered[-1].fingerprint)
    is_new = not any(shows_ours(shown, person.employee_number, terms.links) for shown in sheets)
    sends: dict[str, Send] = {}
    same: set[str] = set()
    issues: list[Finding] = []
    for shown in sheets:
        wanted = wanted_records(person.employee_number, ordered, shown, terms)
        issues.extend(named(person, problem) for problem in wanted.issues)
        if wanted.is_shown:
            same.add(shown.key)
        if wanted.records:
            sends[shown.key] = Send(
                employee=person.pk,
                assessment=latest.assessment,
                code=person.employee_number,
                name=person.name,
                email=person.email,
                is_new=is_new,
                shown=relevant(shown.records.get(person.employee_number, ()), shown.sheet),
                records=wanted.records,
                fingerprint=latest.fingerprint,
            )
    return PersonPlan(person, outcome_of(issues, sends, is_new=is_new), sends, same, issues, latest)


def outcome_of(issues: Sequence[Finding], sends: Mapping[str, Send], *, is_new: bool) -> Outcome:
    if any(problem.severity is Severity.ERROR for problem in issues):
        return Outcome.FAILED
    if not sends:
        return Outcome.UNCHANGED
    return Outcome.CREATED if is_new else Outcome.UPDATED


def named(person: Person, problem: Finding) -> Finding:
    """The same issue, as this person's."""
    return replace(problem, subject_key=person.employee_number, subject_name=person.name, email=person.email)


def wanted_records(code: str, results: Sequence[Result], shown: ShownSheet, terms: ResultContext) -> Wanted:
    before = shown.records.get(code, ())
    if code in shown.unreadable or (shown.has_strangers and shown.sheet.is_multiple and not before):
        return Wanted(issues=[finding(Reason.RESULT_RECORD_UNREADABLE, sheet=shown.sheet.name)])
    if shown.sheet.is_multiple:
        return all_records(before, results, shown.sheet, terms)
    return latest_record(before, results[-1], shown.sheet, terms)


def latest_record(before: Sequence[Record], latest: Result, sheet: UsableSheet, terms: ResultContext) -> Wanted:
    """On the single-record sheet only our own items are sent: カオナビ leaves the others as they are.

    All of ours go, also those that show the right value already: then the record is right afterwards even when an
    earlier update whose answer was lost is carried out late.
    """
    if newer := newer_date(before, latest, sheet, terms):
        taken_on = sheet.fields[TAKEN_ON].name
        told = finding(Reason.RESULT_OLDER_THAN_SHOWN, field=taken_on, value=newer, sheet=sheet.name)
        return Wanted(issues=[told])
    values, issues = values_of(latest, sheet, terms)
    if issues:
        return Wanted(issues=issues)
    now = first_values(before)
    if values.items() <= now.items() or all(
        same_values(now.get(item_id, ()), wanted, item_id, sheet) for item_id, wanted in values.items()
    ):
        return Wanted(is_shown=True)
    return Wanted((Record(values),))


def newer_date(before: Sequence[Record], latest: Result, sheet: UsableSheet, terms: ResultContext) -> str:
    """The 受検日 of a newer result of ours that the sheet shows and nobody here knows; "" where it does not."""
    link, taken_on = sheet.fields[LINK].id, sheet.fields[TAKEN_ON].id
    unknown = (record for record in before if target_of(record, link, terms.links) in terms.unknown)
    dates = (text for record in unknown for text in record.values.get(taken_on, ()))
    return next((text for text in dates if (day := as_date(text)) and day > latest.taken_on), "")


def all_records(
    before: Sequence[Record], results: Sequence[Result], sheet: UsableSheet, terms: ResultContext
) -> Wanted:
    """On the multi-record sheet a member's whole list is replaced: others' records first, then ours, oldest first."""
    claims = claims_of(before, results, sheet, terms)
    ours: list[Record] = []
    issues: list[Finding] = []
    for result in results:
        values, problems = values_of(result, sheet, terms)
        shown = claims.standing.get(result.public_id, [])
        if problems:
            issues.extend(problem for problem in problems if problem not in issues)
            ours.extend(shown)
        else:
            ours.append(Record(columns_of_others(shown, sheet) | values))
    wanted = (*(record for record in claims.foreign if any(record.values.values())), *claims.strays, *ours)
    issues += remarks_on(claims.strays, sheet)
    if same_records(before, wanted, sheet):
        return Wanted(is_shown=True, issues=issues)
    if locked := locked_items(before, sheet):
        return Wanted(issues=[*issues, finding(Reason.RESULT_RECORD_LOCKED, field="、".join(locked), sheet=sheet.name)])
    return Wanted(wanted, issues=issues)


def remarks_on(strays: Sequence[Record], sheet: UsableSheet) -> list[Finding]:
    """What is to be told of records of ours about results that nobody here knows."""
    if not strays:
        return []
    taken_on = sheet.fields[TAKEN_ON]
    dates = dates_of(strays, sheet)
    return [
        finding(Reason.RESULT_RECORD_UNKNOWN, field=taken_on.name, value=dates, sheet=sheet.name, records=len(strays))
    ]


def dates_of(records: Iterable[Record], sheet: UsableSheet) -> str:
    """The 受検日 that these records show."""
    taken_on = sheet.fields[TAKEN_ON].id
    return "、".join(text for record in records for text in record.values.get(taken_on, ()))


def locked_items(records: Iterable[Record], sheet: UsableSheet) -> list[str]:
    """The names of items with a value that カオナビ shows but does not take back."""
    held = {key for record in records for key, texts in record.values.items() if any(texts)}
    items = {key: sheet.layout.get(key) for key in sorted(held) if not is_calculated(key, sheet)}
    return [sheet.label(key) for key, item in items.items() if item is None or not is_writable(item)]


def targets_on(sheets: Iterable[ShownSheet], links: Links) -> Iterator[UUID]:
    """The results of ours that all the records of these sheets are about."""
    for shown in sheets:
        link = shown.sheet.fields[LINK].id
        for records in shown.records.values():
            yield from filter(None, (target_of(record, link, links) for record in records))


def shows_ours(shown: ShownSheet, code: str, links: Links) -> bool:
    link = shown.sheet.fields[LINK].id
    return any(target_of(record, link, links) for record in shown.records.get(code, ()))


def relevant(records: Sequence[Record], sheet: UsableSheet, items: Container[int] | None = None) -> tuple[Record, ...]:
    """The part of a member's records that an update of ours says something about.

    On the single-record sheet that is `items`, those that were sent, or all that are ours.
    """
    if sheet.is_multiple:
        return tuple(Record(own_values(record, sheet)) for record in records)
    told = sheet.ours if items is None else items
    return tuple(Record({key: texts for key, texts in record.values.items() if key in told}) for record in records[:1])


def first_values(records: Sequence[Record]) -> Mapping[int, tuple[str, ...]]:
    return records[0].values if records else {}


def stale_records(
    sheets: Sequence[ShownSheet], *, sources: AbstractSet[str], members: Mapping[str, Counterpart], terms: ResultContext
) -> Iterator[Finding]:
    """A warning for each member who has records of ours but no result here. `members` are カオナビ's by their 社員番号.

    Who reads it may delete them in カオナビ, so it says how many of them nobody has ever deleted here.
    """
    for shown in sheets:
        link, taken_on = shown.sheet.fields[LINK].id, shown.sheet.fields[TAKEN_ON].id
        for code, records in shown.records.items():
            if code in sources:
                continue
            ours = [record for record in records if target_of(record, link, terms.links)]
            if ours:
                unknown = sum(target_of(record, link, terms.links) in terms.unknown for record in ours)
                yield finding(
                    Reason.RESULT_STALE,
                    key=code,
                    name=members[code].name if code in members else "",
                    field=shown.sheet.label(taken_on),
                    value=dates_of(ours, shown.sheet),
                    detail=UNKNOWN.format(unknown) if unknown else "",
                    sheet=shown.sheet.name,
                    records=len(ours),
                )
