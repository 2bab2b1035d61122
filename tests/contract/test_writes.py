"""What the product relies on when it updates sheets, asked of any カオナビ that lets one member's records be changed."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from integrations.kaonavi.errors import RequestRefused
from integrations.kaonavi.types import Item, SheetLayout
from tests.contract.side import Side, wait_until

NOBODY = "contract-nobody"
NO_DATE = "昨日"


@pytest.fixture(scope="module")
def latest(writable: Side) -> Iterator[SheetLayout]:
    """The single-record sheet. Afterwards it shows of our member what it showed before."""
    sheet = writable.layout("最新性格検査結果")
    before = writable.records(sheet)
    yield sheet
    blank = {item.id: "" for item in sheet.items if not item.read_only}
    kept = {key: values[0] for record in before for key, values in record.items()}
    writable.write(sheet, blank | kept)


@pytest.fixture(scope="module")
def history(writable: Side) -> Iterator[SheetLayout]:
    """The sheet of many records. Our member must have had one, or the last one written here stays."""
    sheet = writable.layout("全性格検査結果")
    before = writable.records(sheet)
    yield sheet
    if before:
        writable.write(sheet, *({key: values[0] for key, values in record.items()} for record in before))


def item(sheet: SheetLayout, kind: str) -> Item:
    return next(each for each in sheet.items if each.type == kind)


def wait_until_shown(side: Side, sheet: SheetLayout, *expected: dict[int, str]) -> None:
    """Until the sheet shows exactly these records, as far as their items are named; `""` means no value."""

    def is_so(records: list[dict[int, tuple[str, ...]]]) -> bool:
        pairs = zip(records, expected, strict=False)
        shown = [{key: "、".join(record.get(key, ())) for key in wanted} for record, wanted in pairs]
        return len(records) == len(expected) and shown == list(expected)

    wait_until(lambda: side.records(sheet), is_so)


def test_an_update_stores_dates_options_and_links_as_they_were_sent(writable: Side, latest: SheetLayout):
    record = {
        item(latest, "date").id: "2026-03-30",
        item(latest, "enum").id: item(latest, "enum").options[0],
        item(latest, "string").id: "https://example.jp/results/1",
    }
    assert writable.write(latest, record).is_ok
    wait_until_shown(writable, latest, record)


def test_an_update_of_a_single_record_leaves_the_items_that_were_not_sent(writable: Side, latest: SheetLayout):
    day, link = item(latest, "date").id, item(latest, "string").id
    writable.write(latest, {day: "2026-03-29", link: "https://example.jp/results/2"})
    assert writable.write(latest, {day: "2026-03-31"}).is_ok
    wait_until_shown(writable, latest, {day: "2026-03-31", link: "https://example.jp/results/2"})


def test_a_number_with_one_decimal_keeps_its_value(writable: Side, latest: SheetLayout):
    number = item(latest, "number").id
    assert writable.write(latest, {number: "50.0"}).is_ok
    (record,) = wait_until(lambda: writable.records(latest), lambda records: bool(records and records[0].get(number)))
    assert float(record[number][0]) == 50


def test_a_blank_text_clears_an_item(writable: Side, latest: SheetLayout):
    day, link = item(latest, "date").id, item(latest, "string").id
    writable.write(latest, {day: "2026-03-29", link: "https://example.jp/results/3"})
    assert writable.write(latest, {link: ""}).is_ok
    wait_until_shown(writable, latest, {day: "2026-03-29", link: ""})


def test_a_trial_changes_nothing(writable: Side, latest: SheetLayout):
    day = item(latest, "date").id
    before = writable.records(latest)
    writable.try_out(latest, {day: "2020-01-01"})
    assert writable.records(latest) == before


def test_a_wrong_value_is_refused_with_a_message_before_there_is_a_task(writable: Side, latest: SheetLayout):
    before = writable.records(latest)
    with pytest.raises(RequestRefused) as refused:
        writable.try_out(latest, {item(latest, "date").id: NO_DATE})
    assert refused.value.messages
    assert writable.records(latest) == before


def test_an_unknown_member_is_refused_at_once_or_by_the_task(writable: Side, latest: SheetLayout):
    with suppress(RequestRefused):
        assert writable.write(latest, {item(latest, "date").id: "2026-03-30"}, code=NOBODY).has_failed
    assert writable.records(latest, NOBODY) == []


def test_an_update_of_many_records_replaces_them_in_the_order_sent(writable: Side, history: SheetLayout):
    day, link = item(history, "date").id, item(history, "string").id
    first, second = ({day: date, link: f"https://example.jp/results/{date}"} for date in ("2026-03-30", "2024-06-01"))
    assert writable.write(history, first, second).is_ok
    wait_until_shown(writable, history, first, second)
    assert writable.write(history, second).is_ok
    wait_until_shown(writable, history, second)


def test_an_update_of_many_records_may_be_repeated(writable: Side, history: SheetLayout):
    day, link = item(history, "date").id, item(history, "string").id
    record = {day: "2026-03-30", link: "https://example.jp/results/4"}
    for _ in range(2):
        assert writable.write(history, record, record).is_ok
        wait_until_shown(writable, history, record, record)
