"""Items that カオナビ wants filled: one record that leaves such an item blank makes it refuse the whole update.

Columns that are not ours go back as they were read, so a required one is no hindrance where it has a value already.
"""

from collections.abc import Iterator, Sequence

from integrations.kaonavi.types import Item, Record
from integrations.reasons import Reason
from integrations.rules.plan import Finding, finding
from integrations.rules.results.plan import Send, ShownSheet
from integrations.rules.results.sheets import UsableSheet
from integrations.rules.text import some_of

PEOPLE_NAMED = 5


def required_items(sheet: UsableSheet) -> tuple[Item, ...]:
    """All but calculated ones, which nobody fills."""
    return tuple(item for item in sheet.layout.values() if item.required and item.type != "calc")


def left_blank(send: Send, shown: ShownSheet, required: Sequence[Item]) -> Iterator[Item]:
    """Those of the required items that a record would hold no value of after the update."""
    records = records_after(send, shown) if required else ()
    for item in required:
        if not all(any(record.values.get(item.id, ())) for record in records):
            yield item


def records_after(send: Send, shown: ShownSheet) -> Sequence[Record]:
    """On the single-record sheet what is not sent stays; on the other one all of a record is sent."""
    before = shown.records.get(send.code, ())
    if shown.sheet.is_multiple or not before:
        return send.records
    return [Record({**before[0].values, **record.values}) for record in send.records]


def required_item(sheet: UsableSheet, item: Item, codes: Sequence[str]) -> Finding:
    """The issue of a sheet to which nothing can be sent: these members would have the item blank."""
    named = some_of(codes, PEOPLE_NAMED, "名")
    return finding(
        Reason.SHEET_ITEM_REQUIRED,
        key=sheet.name,
        field=item.name,
        value=f"社員番号：{named}",
        people=f"{len(codes):,}",
    )
