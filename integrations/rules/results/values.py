"""One result as values of カオナビ's items, and when two values are the same."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from integrations.kaonavi.types import Item, Record
from integrations.reasons import Reason
from integrations.rules.plan import Finding, finding
from integrations.rules.results.sheets import SCALE, TAKEN_ON, TYPE, UsableSheet
from integrations.rules.text import fold_width

DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T].*)?", re.ASCII)
UUID_FORM = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
NIL = UUID(int=0)
TENTH = Decimal("0.1")

encode_sorted = msgspec.json.Encoder(order="sorted").encode

Canonical = frozenset[tuple[int, frozenset[object]]]


class Result(NamedTuple):
    """One assessment. `type` is the number of its PersonalityType; `scores` holds scale code → 偏差値.

    `unknown_type` is what a file called its type, while none of ours is called so.
    """

    pk: int
    public_id: UUID
    taken_on: date
    completed_at: datetime | None
    type: int | None
    scores: Mapping[str, Any]
    unknown_type: str = ""

    @property
    def age(self) -> tuple[date, bool, datetime | None, int]:
        """Sorts oldest first: by 受検日, then by the time of completion (unknown ones first), then by number."""
        return (self.taken_on, self.completed_at is not None, self.completed_at, self.pk)

    @property
    def fingerprint(self) -> str:
        """A fingerprint of all of it that a sheet may show."""
        said = encode_sorted((self.taken_on, self.type, self.unknown_type, self.scores))
        return hashlib.blake2b(said, digest_size=8).hexdigest()


class Seen(NamedTuple):
    """Whose results the sheets show: an employee (pk) with the latest assessment (pk), as its fingerprint says."""

    employee: int
    assessment: int
    fingerprint: str


class TypeNames(NamedTuple):
    """One of the 16 types: カタカナ（和名）, and whatever else a sheet may call it."""

    pk: int
    label: str
    others: tuple[str, ...]


class Links:
    """The addresses of 受検者詳細, written and recognised. `page` is such a page's path on the site, for the nil UUID."""

    def __init__(self, site: str, page: str) -> None:
        before, self._after = page.split(str(NIL))
        self._before = site + before
        end = f"{re.escape(before)}({UUID_FORM}){re.escape(self._after)}\\Z"
        self._end = re.compile(end, re.IGNORECASE)
        self._ours = re.compile(re.escape(site) + end)
        self._targets: dict[str, UUID | None] = {}

    def to(self, public_id: UUID) -> str:
        return f"{self._before}{public_id}{self._after}"

    def target(self, text: str) -> UUID | None:
        """Which result of ours the address leads to; None for anything else.

        Its path ends in a page's. Host, and what stands before, do not count: the site may have moved or be mistyped.
        """
        if text not in self._targets:  # a run asks five times of each record, and both sheets show the same address
            self._targets[text] = self._read(text)
        return self._targets[text]

    def _read(self, text: str) -> UUID | None:
        found = self._ours.match(text)  # nearly always, and faster than to take an address to pieces
        if not found:
            try:
                path = urlsplit(text.strip()).path
            except ValueError:  # such as an unfinished bracket of an IPv6 address
                return None
            found = self._end.search(path)
        return UUID(found[1]) if found else None


class ResultContext(NamedTuple):
    """What all results of a run are written by. `types` are by their number.

    `unknown` are the results to which links on the sheets lead, and that are not known here. They were not deleted
    here: a restored backup, or an import anew, knows nothing of them.
    """

    links: Links
    types: Mapping[int, TypeNames]
    unknown: AbstractSet[UUID] = frozenset()


def values_of(
    result: Result, sheet: UsableSheet, terms: ResultContext
) -> tuple[dict[int, tuple[str, ...]], list[Finding]]:
    """Item number → values of one result on this sheet (`()` empties an item), and what stands in its way.

    The issues do not yet say whose result it is.
    """
    values: dict[int, tuple[str, ...]] = {}
    issues: list[Finding] = []
    score_of = result.scores.get
    text: str | None
    for key, item in sheet.fields.items():
        scale = key.removeprefix(SCALE)
        if scale != key:  # most of them
            text = one_decimal(score_of(scale))
        elif key == TYPE:
            names = names_of(result, terms.types)
            text = type_text(names, item)
            if text is None:
                label = names[0]
                issues.append(finding(Reason.RESULT_TYPE_NOT_AN_OPTION, field=item.name, value=label, sheet=sheet.name))
                continue
        elif key == TAKEN_ON:
            text = result.taken_on.isoformat()
        else:
            text = terms.links.to(result.public_id)
        if item.max_length is not None and len(text) > item.max_length:
            limit = item.max_length
            issues.append(
                finding(Reason.RESULT_VALUE_TOO_LONG, field=item.name, value=text, sheet=sheet.name, limit=limit)
            )
        values[item.id] = (text,) if text else ()
    return values, issues


def names_of(result: Result, types: Mapping[int, TypeNames]) -> tuple[str, ...]:
    """What the result's type is called, the name that is sent as a text first; empty for no type."""
    if result.type is None:
        return (result.unknown_type,) if result.unknown_type else ()
    kind = types[result.type]
    return (kind.label, *kind.others)


@lru_cache  # 16 types and two items, for thousands of results
def type_text(names: tuple[str, ...], item: Item) -> str | None:
    """How the sheet spells the type of these names: "" for none, None where none of the item's options means it."""
    if not names:
        return ""
    if item.type != "enum":
        return names[0]
    options: dict[str, str] = {}
    for option in item.options:
        options.setdefault(fold_width(option), option)
    return next((options[fold_width(name)] for name in names if fold_width(name) in options), None)


def one_decimal(score: object) -> str:
    """A score as カオナビ gets it, such as "52.0"; "" for none."""
    try:
        return rounded(score)
    except TypeError:  # a list or an object, which is no score
        return ""


@lru_cache(maxsize=4096, typed=True)  # a company has a few hundred different scores, and ten thousands of each
def rounded(score: object) -> str:
    number = None if score is None else as_number(str(score))
    return "" if number is None else str(number.quantize(TENTH, ROUND_HALF_UP) + 0)  # + 0: nothing is less than none


def as_number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def as_date(text: str) -> date | None:
    found = DATE.fullmatch(text.strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def meaning(text: str, item_id: int, sheet: UsableSheet) -> object:
    """What two spellings of the same value have in common: "50" and "50.0", "2026-04-01" and "2026/4/1"."""
    if item_id in sheet.numbers:
        number = as_number(text)
        return text if number is None else number
    if item_id in sheet.dates:
        return as_date(text) or text
    return text.strip()


def same_values(some: Sequence[str], others: Sequence[str], item_id: int, sheet: UsableSheet) -> bool:
    """Whether an item with these values shows the same as with those."""
    if some == others:
        return True
    return {meaning(text, item_id, sheet) for text in some if text} == {
        meaning(text, item_id, sheet) for text in others if text
    }


def canonical(record: Record, sheet: UsableSheet) -> Canonical:
    """A record as one comparable value. Calculated items say nothing of their own and are left out."""
    return frozenset(
        (item_id, frozenset(meaning(text, item_id, sheet) for text in values if text))
        for item_id, values in told(record, sheet)
    )


def told(record: Record, sheet: UsableSheet) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The items in which a record says something of its own."""
    for item_id, values in record.values.items():
        if any(values) and not is_calculated(item_id, sheet):
            yield item_id, values


def is_calculated(item_id: int, sheet: UsableSheet) -> bool:
    item = sheet.layout.get(item_id)
    return item is not None and item.type == "calc"


def tally(records: Iterable[Record], sheet: UsableSheet) -> Counter[Canonical]:
    """How often each record is there. Records without a value do not count."""
    return Counter(filter(None, (canonical(record, sheet) for record in records)))


def same_records(some: Sequence[Record], others: Sequence[Record], sheet: UsableSheet) -> bool:
    """Whether two lists hold the same records, in whatever order."""
    if tuple(some) == tuple(others):
        return True
    ours, theirs = ([record for record in records if any(told(record, sheet))] for records in (some, others))
    return len(ours) == len(theirs) and tally(ours, sheet) == tally(theirs, sheet)
