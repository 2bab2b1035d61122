"""Does カオナビ show what was sent? Only the sheet itself can say so: an update counts as done before it is seen."""

from collections.abc import Sequence
from enum import Enum

from integrations.kaonavi.types import Record
from integrations.rules.plan import Change
from integrations.rules.results.claims import target_of
from integrations.rules.results.plan import Send, first_values, relevant
from integrations.rules.results.sheets import LINK, TAKEN_ON, TYPE, UsableSheet
from integrations.rules.results.values import Links, canonical, same_records, same_values, tally
from integrations.rules.text import storable


class Sight(Enum):
    """What the sheet shows of one member's update."""

    CONFIRMED = "what was sent"
    NOT_YET = "still what was there before"
    DIFFERENT = "something else"


def compare(send: Send, now: Sequence[Record], sheet: UsableSheet, links: Links) -> Sight:
    """What of an update is seen in the records that the sheet shows now.

    A record that somebody else has added meanwhile is no difference; one that has vanished is.
    """
    seen = relevant(now, sheet, first_values(send.records))
    if same_records(send.records, seen, sheet) or shows_all(send.records, seen, sheet, links):
        return Sight.CONFIRMED
    if same_records(send.shown, seen, sheet):
        return Sight.NOT_YET
    return Sight.DIFFERENT


def shows_all(sent: Sequence[Record], seen: Sequence[Record], sheet: UsableSheet, links: Links) -> bool:
    """Whether a list of records holds all that was sent, and no record of ours besides."""
    added = tally(seen, sheet)
    added.subtract(tally(sent, sheet))
    link = sheet.fields[LINK].id
    ours = {canonical(record, sheet) for record in seen if target_of(record, link, links)}
    return sheet.is_multiple and all(
        number == 0 or (number > 0 and record not in ours) for record, number in added.items()
    )


def differing_items(sent: Sequence[Record], now: Sequence[Record], sheet: UsableSheet) -> list[int]:
    """The items of a single record whose value is not the one sent."""
    before = first_values(now)
    return [
        item_id
        for item_id, wanted in first_values(sent).items()
        if not same_values(before.get(item_id, ()), wanted, item_id, sheet)
    ]


def change_of(send: Send, sheet: UsableSheet) -> Change:
    """Old → new of an update, for the page of the run: items of the single record, or the list of records as lines.

    A member who had no record at all on the sheet is a new one there.
    """
    if sheet.is_multiple:
        lines = (record_lines(send.shown, sheet), record_lines(send.records, sheet))
        return Change(send.code, send.name, {"レコード": lines}, send.employee if send.shown else None)
    before, after = first_values(send.shown), first_values(send.records)
    fields = {
        sheet.label(item_id): (text_of(before.get(item_id, ())) if send.shown else None, text_of(after[item_id]))
        for item_id in differing_items(send.records, send.shown, sheet)
    }
    return Change(send.code, send.name, fields, send.employee if send.shown else None)


def record_lines(records: Sequence[Record], sheet: UsableSheet) -> list[str]:
    """One line a record: 受検日, 16タイプ, link, then whatever else it holds."""
    first = [sheet.fields[key].id for key in (TAKEN_ON, TYPE, LINK)]
    lines = []
    for record in records:
        rest = sorted((key, texts) for key, texts in record.values.items() if key not in first and texts)
        told = [text_of(record.values.get(key, ())) for key in first]
        told += [f"{sheet.label(key)}：{text_of(texts)}" for key, texts in rest]
        lines.append(" ".join(filter(None, told)))
    return lines


def text_of(texts: Sequence[str]) -> str:
    """Several values as one text."""
    return storable("、".join(texts))
