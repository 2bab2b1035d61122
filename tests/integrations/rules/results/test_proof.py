"""Rule 11: what is seen of an update, and how it is told."""

from msgspec.structs import replace

from integrations.kaonavi.types import Record
from integrations.rules.results.proof import Sight, change_of, compare
from integrations.rules.results.sheets import ALL, LATEST
from tests.integrations.rules.results.making import (
    AGE,
    FEELING,
    LINKS,
    LISTENING,
    MEMO,
    foreign_record,
    link,
    our_record,
    plan,
    result,
    sheet,
    shown,
)


def send(kind, before=()):
    [made] = plan(result(1), on=shown(sheet(kind), {"E1": before})).sends.values()
    return made


def with_values(record, **more):
    return Record(record.values | {int(key.removeprefix("item")): (text,) for key, text in more.items()})


def test_what_was_sent_is_confirmed_whatever_others_add():
    latest, all_results = send(LATEST), send(ALL, [foreign_record()])

    now = with_values(latest.records[0], item6="メモ", item8="38")
    assert compare(latest, [now], sheet(LATEST), LINKS) is Sight.CONFIRMED
    assert compare(all_results, all_results.records[::-1], sheet(ALL), LINKS) is Sight.CONFIRMED


def test_only_what_was_sent_is_looked_for_on_the_sheet_of_the_latest():
    whole = send(LATEST)
    part = replace(whole, records=(Record({MEMO: ("済",)}),))

    now = [with_values(whole.records[0], item6="済", item2="99")]
    assert compare(part, now, sheet(LATEST), LINKS) is Sight.CONFIRMED


def test_a_record_that_somebody_added_meanwhile_is_no_difference_of_ours():
    sent = send(ALL, [foreign_record()])

    assert compare(sent, [*sent.records, foreign_record("二")], sheet(ALL), LINKS) is Sight.CONFIRMED
    assert compare(sent, sent.records[1:], sheet(ALL), LINKS) is Sight.DIFFERENT
    assert compare(sent, [*sent.records, our_record(9)], sheet(ALL), LINKS) is Sight.DIFFERENT


def test_what_was_there_before_is_not_yet_changed():
    before = [Record({LISTENING: ("40",), MEMO: ("メモ",), AGE: ("38",)})]
    sent = send(LATEST, before)

    assert compare(sent, before, sheet(LATEST), LINKS) is Sight.NOT_YET
    assert compare(send(LATEST), [], sheet(LATEST), LINKS) is Sight.NOT_YET
    assert compare(send(ALL, [foreign_record()]), [foreign_record()], sheet(ALL), LINKS) is Sight.NOT_YET


def test_anything_else_is_different():
    sent = send(LATEST)

    assert compare(sent, [with_values(sent.records[0], item2="99")], sheet(LATEST), LINKS) is Sight.DIFFERENT
    assert compare(send(ALL), [our_record(1), our_record(1)], sheet(ALL), LINKS) is Sight.DIFFERENT


def test_a_change_tells_old_and_new_of_each_item_that_differs():
    change = change_of(send(LATEST, [Record({LISTENING: ("40",), FEELING: ("50",)})]), sheet(LATEST))

    assert change.fields["傾聴傾向"] == ("40", "50.0")
    assert change.fields["受検日"] == ("", "2026-04-01")
    assert "感情記憶志向" not in change.fields
    assert (change.key, change.name, change.pk) == ("E1", "田中 1", 1)


def test_a_first_record_has_no_old_values():
    change = change_of(send(LATEST), sheet(LATEST))

    assert change.fields["傾聴傾向"] == (None, "50.0")
    assert (change.key, change.name, change.is_new) == ("E1", "田中 1", True)


def test_a_change_of_a_list_tells_its_records_line_by_line():
    twice = Record(foreign_record().values | {MEMO: ("他社の検査", "済")})
    change = change_of(send(ALL, [twice]), sheet(ALL))

    old, new = change.fields["レコード"]
    assert old == ["2019-05-05 https://other.example.com/r/1 メモ：他社の検査、済"]
    assert new == [*old, f"2026-04-01 プロモーター (推進者) {link(1)}"]
    assert (change.key, change.name, change.pk) == ("E1", "田中 1", 1)
    assert change_of(send(ALL), sheet(ALL)).is_new
