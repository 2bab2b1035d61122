import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.kaonavi import decode, wire
from integrations.kaonavi.types import Record, SheetMember

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)
RECORDS = st.builds(
    Record, st.dictionaries(st.integers(0, 2**40), st.lists(TEXTS, min_size=1, max_size=2).map(tuple), max_size=2)
)
MEMBERS = st.lists(st.builds(SheetMember, TEXTS, st.lists(RECORDS, max_size=2).map(tuple)), max_size=3)


def test_it_writes_japanese_as_it_is():
    body = wire.body_of([SheetMember("K1", (Record({5: ("外向型",)}),))])
    assert "外向型".encode() in body


def test_it_clears_an_item_that_has_no_values():
    body = json.loads(wire.body_of([SheetMember("K1", (Record({5: ()}),))]))
    assert body["member_data"][0]["records"][0]["custom_fields"] == [{"id": 5, "values": [""]}]


@given(MEMBERS)
def test_it_writes_what_it_would_read(members: list[SheetMember]):
    assert decode.sheet(wire.body_of(members), 71).members == tuple(members)


@given(MEMBERS, MEMBERS)
def test_bodies_can_be_measured_one_by_one(first: list[SheetMember], second: list[SheetMember]):
    empty = len(wire.body_of([]))
    parts = [len(wire.body_of([member])) - empty for member in first + second]
    commas = max(0, len(parts) - 1)
    assert len(wire.body_of(first + second)) == empty + sum(parts) + commas


def test_only_updates_of_sheets_count_as_updates():
    reads = [wire.TOKEN, wire.DEPARTMENTS, wire.MEMBERS, wire.MEMBER_LAYOUT]
    reads += [wire.sheet(1), wire.sheet_layouts(calculated=True), wire.task(1)]
    assert not any(call.is_update for call in reads)
    assert wire.sheet_update(1, [], dry_run=False).is_update
    assert wire.sheet_update(1, [], dry_run=True).is_update


def test_each_thing_is_asked_for_at_its_own_address():
    update = wire.sheet_update(71, [], dry_run=False)
    calls = [wire.TOKEN, wire.DEPARTMENTS, wire.MEMBERS, wire.MEMBER_LAYOUT, wire.sheet(71), wire.task(7), update]
    assert [(call.method, call.path) for call in calls] == [
        ("POST", "/token"),
        ("GET", "/departments"),
        ("GET", "/members"),
        ("GET", "/member_layouts"),
        ("GET", "/sheets/71"),
        ("GET", "/tasks/7"),
        ("PATCH", "/sheets/71"),
    ]


def test_layouts_come_with_calculated_items_only_where_they_are_wanted():
    with_them, without = wire.sheet_layouts(calculated=True), wire.sheet_layouts(calculated=False)
    assert {(call.method, call.path) for call in (with_them, without)} == {("GET", "/sheet_layouts")}
    assert (with_them.query, without.query) == ({"get_calc_type": "true"}, {})


def test_an_update_says_that_it_is_json_and_whether_it_is_only_a_trial():
    member = SheetMember("K1", (Record({5: ("外向型",)}),))
    real, trial = (wire.sheet_update(71, [member], dry_run=dry_run) for dry_run in (False, True))
    assert real.headers == {"Content-Type": "application/json"}
    assert trial.headers == {"Content-Type": "application/json", "Dry-Run": "1"}
    assert real.body == trial.body == wire.body_of([member])


def test_each_call_says_what_kaonavis_screen_calls_it_and_which_ticks_open_it():
    calls = [
        wire.sheet(71),
        wire.sheet_update(71, [], dry_run=False),
        wire.task(7),
        wire.sheet_layouts(calculated=True),
    ]
    assert [(call.resource, call.ticks) for call in calls] == [
        ("シート（71）", "「シート（71）」の「取得」"),
        ("シート（71）", "「シート（71）」の「更新」"),
        ("処理（7）", "「登録先のシート」の「取得」"),
        ("レイアウト", "「登録先のシート」の「取得」（「レイアウト」の行がある場合は、それも）"),
    ]


def test_the_keys_are_proven_as_rfc_7617_says():
    assert wire.basic("Aladdin", "open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    assert wire.basic("test", "123£") == "Basic dGVzdDoxMjPCow=="


def test_representations_hold_nobody_and_no_token():
    member = SheetMember("K-private", ())
    shown = [wire.sheet_update(1, [member], dry_run=False), wire.Answer(200, {}, b'{"access_token": "K-private"}')]
    shown.append(decode.token(b'{"access_token": "K-private"}'))
    assert not [each for each in shown if "K-private" in repr(each)]


@pytest.mark.parametrize("name", ["x-amzn-trace-id", "x-request-id", "request-id"])
def test_it_finds_the_request_id_and_keeps_it_to_one_line(name: str):
    assert wire.request_id({"date": "today", name: "Root=1-2\r\n forged: 3"}) == "Root=1-2forged:3"


def test_a_request_id_takes_no_more_than_its_place_in_a_line():
    assert wire.request_id({"x-request-id": "a" * 300}) == "a" * 200


def test_it_finds_no_request_id_where_there_is_none():
    assert wire.request_id({"date": "today"}) == ""


def test_it_builds_no_call_that_could_erase():
    calls = [value for value in vars(wire).values() if isinstance(value, wire.Call)]
    assert {call.method for call in calls} <= {"GET", "POST"}
    assert [call.path for call in calls if call.method == "POST"] == ["/token"]
