"""An upload on any state of both sheets is taken back, and that again; whom others touched meanwhile is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from integrations.kaonavi.types import Record
from integrations.rules.results.plan import Send
from integrations.rules.results.sheets import ALL, LATEST
from integrations.rules.results.undo import IN_KAONAVI, UndoContext, blanked, is_blank, kept_of_two, plan_undo
from integrations.rules.results.values import Seen, tally
from tests.integrations.rules.results.making import (
    AGE,
    DATE,
    FILE,
    LINKS,
    LISTENING,
    MEMO,
    TYPE,
    foreign_record,
    item,
    our_record,
    person,
    plan,
    record,
    result,
    sheet,
    shown,
)
from tests.integrations.rules.results.test_convergence import (
    CODES,
    SHEETS,
    companies,
    patch,
    read,
    run,
    states,
)

TERMS = UndoContext(LINKS, {}, frozenset())


def picture(state, code):
    """One member's records on both sheets, as multisets."""
    return [tally(state[key].get(code, ()), SHEETS[key]) for key in (LATEST.key, ALL.key)]


def images_of(sent):
    images = {}
    for key, send in sent:
        images.setdefault(send.code, {})[key] = send
    return images


def take_back(images, state):
    """Everybody's undo: what カオナビ shows afterwards, what was sent, and the outcomes by 社員番号."""
    after = {key: dict(rows) for key, rows in state.items()}
    sent, outcomes = [], {}
    for code, mine in images.items():
        made = plan_undo(person(code, next(iter(mine.values())).employee), mine, read(state), TERMS)
        outcomes[code] = made.outcome
        for key, send in made.sends.items():
            patch(after, key, send)
            sent.append((key, send))
    return after, sent, outcomes


@given(companies(), states)
def test_it_is_as_before_and_the_undo_of_the_undo_as_after(people, before):
    after, sent = run(people, before)

    undone, back, outcomes = take_back(images_of(sent), after)

    assert set(outcomes.values()) <= {"updated"}
    assert [picture(undone, code) for code in CODES] == [picture(before, code) for code in CODES]
    assert take_back(images_of(sent), undone)[1] == []
    again, *_ = take_back(images_of(back), undone)
    assert [picture(again, code) for code in CODES] == [picture(after, code) for code in CODES]
    assert {send.seen for _, send in take_back(images_of(back), undone)[1]} == {send.seen for _, send in sent}


@given(companies(), states, st.sets(st.sampled_from(CODES)))
def test_whose_list_others_changed_is_left_as_it_is_on_both_sheets(people, before, touched):
    after, sent = run(people, before)
    images = images_of(sent)
    touched &= {code for code, mine in images.items() if ALL.key in mine}
    for code in touched:
        after[ALL.key][code] = [*after[ALL.key][code], foreign_record("あとから")]

    undone, _, outcomes = take_back(images, after)

    assert {code for code, outcome in outcomes.items() if outcome == "skipped"} == touched
    for code in CODES:
        assert picture(undone, code) == picture(after if code in touched else before, code)


def upload(usable, *before, number=1):
    """What person E1 is sent on the sheet, whose latest there was result 7."""
    [send] = plan(result(number), on=shown(usable, {"E1": before})).sends.values()
    return replace(send, replaced=(7, "seven"))


def undo(send, usable, *now, unreadable=(), **terms):
    on = shown(usable, {"E1": now} if now else {}, unreadable)
    made = plan_undo(person(), {usable.kind.key: send}, [on], TERMS._replace(**terms))
    assert made.person == person()
    assert bool(made.sends) is (made.outcome == "updated")
    return made


def told(made):
    assert {(each.subject_key, each.subject_name, each.email) for each in made.issues} == {
        ("E1", "田中 1", "1@example.co.jp")
    }
    return made.outcome, [(each.reason, each.field, each.params) for each in made.issues]


def test_it_sends_what_was_there_before_and_can_be_undone_itself():
    before = [record({DATE: "2025-04-01", LISTENING: "40", MEMO: "メモ"})]
    sent = upload(sheet(), *before)
    now = Record(before[0].values | sent.records[0].values)

    made = undo(sent, sheet(), now)

    former = dict.fromkeys(sheet().ours, ()) | {DATE: ("2025-04-01",), LISTENING: ("40",)}
    assert made.sends["latest_sheet"] == Send(
        employee=1,
        assessment=7,
        code="E1",
        name="田中 1",
        email="1@example.co.jp",
        is_new=False,
        shown=sent.records,
        records=(Record(former),),
        fingerprint="seven",
        replaced=(1, result(1).fingerprint),
    )
    assert (made.latest, made.same, made.issues) == (Seen(1, 7, "seven"), set(), [])


@pytest.mark.parametrize("kind", [LATEST, ALL])
def test_where_there_was_no_record_a_blank_one_stays(kind):
    sent = upload(sheet(kind))
    [back] = undo(sent, sheet(kind), *sent.records).sends.values()
    assert back.records == (Record(dict.fromkeys(sheet(kind).ours, ())),)
    assert (is_blank(back), is_blank(sent)) == (True, False)


def test_a_list_comes_back_as_it_was():
    sent = upload(sheet(ALL), foreign_record(), our_record(1, "2020-01-01"))
    [back] = undo(sent, sheet(ALL), *sent.records).sends.values()
    assert back.records == (foreign_record(), our_record(1, "2020-01-01"))
    assert not is_blank(back)


def test_nothing_is_sent_where_it_is_as_before_already():
    made = undo(upload(sheet(ALL), foreign_record()), sheet(ALL), foreign_record())
    assert (made.outcome, made.same) == ("unchanged", {"all_sheet"})


@pytest.mark.parametrize(
    ("changed_by", "why"), [({1: "8番の処理です"}, "8番の処理です"), ({2: "8番の処理です"}, IN_KAONAVI)]
)
def test_what_was_changed_since_stays_and_says_by_whom(changed_by, why):
    sent = upload(sheet())
    made = undo(sent, sheet(), Record(sent.records[0].values | {LISTENING: ("99",)}), changed_by=changed_by)
    assert told(made) == ("skipped", [("UNDO_CHANGED_SINCE", LATEST.name, {"why": why})])
    assert [each.object_id for each in made.issues] == [1]


def test_what_was_not_sent_may_have_changed_since():
    sent = upload(sheet())
    part = replace(sent, records=(Record({DATE: ("2026-04-01",)}),))
    [back] = undo(part, sheet(), *sent.records).sends.values()
    assert (back.records, back.shown) == ((Record({DATE: ()}),), part.records)


def test_what_was_blanked_comes_back_where_there_is_no_record_any_more():
    sent = upload(sheet())
    blanked = replace(sent, shown=sent.records, records=(Record(dict.fromkeys(sheet().ours, ())),))
    [back] = undo(blanked, sheet()).sends.values()
    assert (back.records, back.shown) == (sent.records, ())


def test_records_that_cannot_be_read_stay():
    sent = upload(sheet(ALL))
    unreadable = ("failed", [("RESULT_RECORD_UNREADABLE", "", {"sheet": ALL.name})])
    assert told(undo(sent, sheet(ALL), *sent.records, unreadable=["E1"])) == unreadable
    assert told(undo(sent, sheet(ALL), unreadable=[""])) == unreadable  # whoever seems to have none may have some
    assert undo(sent, sheet(ALL), *sent.records, unreadable=["", "E2"]).outcome == "updated"


def test_a_list_with_a_value_that_cannot_be_sent_back_stays():
    sent = upload(sheet(ALL, item(9, "備考")), Record({**foreign_record().values, 9: ("済",)}))
    locked = sheet(ALL, item(MEMO, "メモ", read_only=True), item(9, "備考", read_only=True))
    made = undo(sent, locked, *sent.records)
    assert told(made) == ("failed", [("RESULT_RECORD_LOCKED", "メモ、備考", {"sheet": ALL.name})])


def test_on_the_sheet_of_the_latest_that_value_is_no_hindrance():
    locked = sheet(LATEST, item(MEMO, "メモ", read_only=True))
    sent = upload(locked, record({MEMO: "面談済み"}))
    assert undo(sent, locked, Record(sent.records[0].values | {MEMO: ("面談済み",)})).outcome == "updated"


def test_of_somebody_of_whom_nothing_is_sent_no_result_comes_back():
    sent = upload(sheet(ALL), our_record(2))
    assert told(undo(sent, sheet(ALL), *sent.records, withheld={1})) == ("skipped", [("RESULT_NOT_TO_BE_SENT", "", {})])
    assert undo(sent, sheet(ALL), *sent.records, withheld={2}).outcome == "updated"


def test_what_goes_away_or_is_shown_already_may_be_undone_all_the_same():
    for before in ((), (foreign_record(),), (our_record(1, "2020-01-01"),)):
        sent = upload(sheet(ALL), *before)
        assert undo(sent, sheet(ALL), *sent.records, withheld={1}).outcome == "updated"


def test_an_item_that_must_not_be_blank_is_not_blanked():
    required = sheet(LATEST, item(TYPE, "16タイプ", required=True), item(MEMO, "メモ", required=True))
    sent = upload(sheet(LATEST, item(TYPE, "16タイプ")))
    made = undo(sent, required, *sent.records)
    assert told(made) == ("skipped", [("RESULT_ITEM_REQUIRED", "16タイプ、メモ", {"sheet": LATEST.name})])


def test_an_item_that_the_sheet_has_no_more_is_no_difference():
    with_more = sheet(LATEST, item(9, "競争心", "number"))
    [sent] = plan(result(1, competitiveness=40.0), on=shown(with_more)).sends.values()
    now = Record({key: texts for key, texts in sent.records[0].values.items() if key != 9})
    [back] = undo(sent, sheet(), now).sends.values()
    assert set(back.records[0].values) == set(sheet().ours)


def test_only_what_the_api_takes_is_blanked():
    assert blanked({DATE: ("2025-04-01",)}, sheet(), {TYPE, DATE, FILE, AGE}) == Record(
        {DATE: ("2025-04-01",), TYPE: ()}
    )


def test_a_sheet_to_which_nothing_was_sent_is_not_looked_at():
    sent = upload(sheet())
    sheets = [shown(sheet(ALL), unreadable=["E1"]), shown(sheet(), {"E1": sent.records})]
    made = plan_undo(person(), {LATEST.key: sent}, sheets, TERMS)
    assert (made.outcome, set(made.sends), made.issues) == ("updated", {LATEST.key}, [])
    nowhere = plan_undo(person(), {LATEST.key: sent}, sheets[:1], TERMS)
    assert (nowhere.outcome, nowhere.sends, nowhere.issues, nowhere.latest) == ("failed", {}, [], Seen(1, 0, ""))


def test_what_keeps_one_sheet_keeps_the_other():
    latest, every = upload(sheet()), upload(sheet(ALL))
    sheets = [shown(sheet(), {"E1": latest.records}), shown(sheet(ALL), {"E1": [foreign_record()]})]
    made = plan_undo(person(), {LATEST.key: latest, ALL.key: every}, sheets, TERMS)
    assert (made.outcome, made.sends) == ("skipped", {})


def test_of_whom_a_run_sends_twice_the_undo_brings_back_what_was_there_before_the_run():
    usable, before = sheet(ALL), foreign_record("前から")
    first = upload(usable, before)
    again = upload(usable, *first.records, number=2)

    made = undo(kept_of_two(first, again, usable), usable, *again.records)

    assert (made.outcome, made.sends[ALL.key].records) == ("updated", (before,))


def test_whom_a_run_sends_twice_and_others_changed_in_between_is_left_alone():
    usable = sheet(ALL)
    first = upload(usable, foreign_record("前から"))
    others = [foreign_record("書き換えた") if each == foreign_record("前から") else each for each in first.records]
    again = upload(usable, *others, number=2)

    made = undo(kept_of_two(first, again, usable), usable, *again.records)

    assert [issue.reason for issue in made.issues] == ["UNDO_CHANGED_SINCE"]


def sent_twice(before, between):
    """On the single-record sheet, by one run: its first update leaves 傾聴傾向 out."""
    first = upload(sheet(), before)
    first = replace(first, records=(without(first.records[0], LISTENING),))
    shown_then = Record(before.values | first.records[0].values | between)
    return first, replace(upload(sheet(), shown_then, number=2), replaced=(1, "one"))


def without(record, item):
    return Record({key: texts for key, texts in record.values.items() if key != item})


def test_who_was_sent_twice_was_changed_by_others_where_an_item_differs_that_was_sent_first():
    first, again = sent_twice(record({DATE: "2025-04-01"}), {TYPE: ("ブレイン",)})
    assert kept_of_two(first, again, sheet()) is first


@pytest.mark.parametrize("item", [MEMO, LISTENING])
def test_and_was_not_where_they_changed_an_item_that_was_not_sent_first(item):
    first, again = sent_twice(record({DATE: "2025-04-01", LISTENING: "40"}), {item: ("50",)})
    assert kept_of_two(first, again, sheet()) == replace(again, shown=first.shown, replaced=(7, "seven"))


def test_nor_where_the_first_update_had_not_arrived():
    before = record({DATE: "2025-04-01", LISTENING: "40"})
    first, again = sent_twice(before, {**dict.fromkeys(sheet().ours, ()), **before.values, LISTENING: ("50",)})
    assert kept_of_two(first, again, sheet()) == replace(again, shown=first.shown, replaced=(7, "seven"))
