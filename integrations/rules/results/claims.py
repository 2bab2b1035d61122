"""What a member's records on the sheet of all results are about: others' work, our results, or results unknown here."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from integrations.kaonavi.types import Record
from integrations.rules.results.sheets import LINK, TAKEN_ON, TYPE, UsableSheet
from integrations.rules.results.values import Links, Result, ResultContext, as_date, is_calculated, names_of
from integrations.rules.text import fold_width


class Claims(NamedTuple):
    """`foreign` are the records of others. `strays` are ours, about results that nobody here knows, and stay so.

    `standing` are the records about each of this person's results, of which there should be one. A record that is in
    none of them is about a result that was deleted here, or that is another person's: it goes.
    """

    foreign: list[Record]
    strays: list[Record]
    standing: dict[UUID, list[Record]]


def claims_of(records: Iterable[Record], results: Sequence[Result], sheet: UsableSheet, terms: ResultContext) -> Claims:
    """`results` are the person's. A stray about one of them that no record is about yet is taken for it: imported anew,
    it has another public id. The sheet has no 検査名, so 受検日 tells, and 16タイプ must not speak against it.
    """
    link = sheet.fields[LINK].id
    known = {result.public_id for result in results}
    found = Claims([], [], {})
    unknown: list[tuple[UUID, Record]] = []
    for record in records:
        target = target_of(record, link, terms.links)
        own = Record(own_values(record, sheet))
        if target is None:
            found.foreign.append(own)
        elif target in known:
            found.standing.setdefault(target, []).append(own)
        elif target in terms.unknown:
            unknown.append((target, own))
    again: dict[UUID, UUID] = {}
    for target, record in unknown:
        free = (result for result in results if result.public_id not in found.standing)
        about = (result.public_id for result in free if is_about(record, result, sheet, terms))
        same = again.get(target) or next(about, None)
        if same is None:
            found.strays.append(record)
        else:
            again[target] = same
            found.standing.setdefault(same, []).append(record)
    return found


def columns_of_others(records: Sequence[Record], sheet: UsableSheet) -> dict[int, tuple[str, ...]]:
    """What stands in columns that are not ours on the records of one result. Of two with a value the first's counts."""
    columns: dict[int, tuple[str, ...]] = {}
    for record in reversed(records):
        columns |= {key: texts for key, texts in record.values.items() if key not in sheet.ours}
    return columns


def is_about(record: Record, result: Result, sheet: UsableSheet, terms: ResultContext) -> bool:
    """Whether a record may be about the result, by what it shows besides its link."""
    dates = record.values.get(sheet.fields[TAKEN_ON].id, ())
    if not dates or as_date(dates[0]) != result.taken_on:
        return False
    shown = {fold_width(text) for text in record.values.get(sheet.fields[TYPE].id, ()) if text}
    names = {fold_width(name) for name in names_of(result, terms.types)}
    return not shown or not names or not shown.isdisjoint(names)


def target_of(record: Record, link: int, links: Links) -> UUID | None:
    """The result of ours that a record is about, None for a record that is not ours."""
    texts = record.values.get(link, ())
    return links.target(texts[0]) if texts else None


def own_values(record: Record, sheet: UsableSheet) -> dict[int, tuple[str, ...]]:
    """What a record holds besides what カオナビ calculates from it."""
    return {key: texts for key, texts in record.values.items() if not is_calculated(key, sheet)}
