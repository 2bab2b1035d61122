"""Rules 5, 7 and 13: what is sent so that the sheets show our results."""

from datetime import date

import pytest

from integrations.kaonavi.types import Record, Sheet, SheetMember, Unreadable
from integrations.rules.results.plan import ShownSheet, plan_person, targets_on
from integrations.rules.results.sheets import ALL, LATEST
from tests.factories.findings import sentence
from tests.integrations.rules.results.making import (
    AGE,
    DATE,
    FEELING,
    FILE,
    LINK,
    LINKS,
    LISTENING,
    MEMO,
    TERMS,
    TYPE,
    foreign_record,
    item,
    latest_record,
    link,
    our_record,
    person,
    plan,
    record,
    result,
    sent_to,
    sheet,
    shown,
    uuid,
)


class TestTheLatestSheet:
    def test_it_gets_the_newest_result(self):
        made = plan(result(1, date(2026, 4, 2)), result(2, date(2026, 4, 1)), on=shown(sheet()))

        assert [each.values[LINK] for each in sent_to(made)] == [(link(1),)]
        assert made.latest.assessment == 1

    def test_what_is_sent_says_whose_it_is_and_what_the_sheet_showed_of_ours(self):
        made = plan(
            result(7, listening=61.0), on=shown(sheet(), {"E1": [latest_record(7, item6="メモ"), latest_record(8)]})
        )

        [send] = made.sends.values()
        assert (send.employee, send.code, send.name, send.email) == (1, "E1", "田中 1", "1@example.co.jp")
        assert (send.is_new, send.shown) == (False, (latest_record(7),))
        assert made.person == person()
        assert send.seen == made.latest == (1, 7, result(7, listening=61.0).fingerprint)

    def test_an_equal_record_is_not_sent(self):
        made = plan(result(1), on=shown(sheet(), {"E1": [latest_record(1)]}))

        assert (made.outcome, made.sends, made.same) == ("unchanged", {}, {"latest_sheet"})

    def test_nor_is_one_that_says_the_same_otherwise_or_leaves_out_what_is_blank(self):
        said = {DATE: "2026/4/1", LISTENING: "50", FEELING: "50.0", LINK: link(1)}

        assert plan(result(1, type=None), on=shown(sheet(), {"E1": [record(said)]})).same == {"latest_sheet"}

    def test_nothing_is_sent_of_a_result_that_it_has_no_word_for(self):
        made = plan(result(1, type=None, unknown_type="旅人"), on=shown(sheet()))

        assert (made.outcome, made.sends, made.same) == ("failed", {}, set())
        assert [issue.reason for issue in made.issues] == ["RESULT_TYPE_NOT_AN_OPTION"]

    def test_a_different_record_is_sent_whole_and_nothing_of_others(self):
        made = plan(result(1, listening=61.0), on=shown(sheet(), {"E1": [latest_record(1, item6="メモ")]}))

        [sent] = sent_to(made)
        assert sent.values[LISTENING] == ("61.0",)
        assert MEMO not in sent.values
        assert set(sent.values) == set(sheet().ours)

    def test_it_shows_our_latest_whatever_it_shows_now(self):
        foreign = record({DATE: "2030-01-01", LINK: "https://other.example.com/"})

        made = plan(result(1), on=shown(sheet(), {"E1": [foreign]}))

        assert sent_to(made)[0].values[LINK] == (link(1),)

    def test_a_value_that_we_no_longer_have_is_emptied(self):
        made = plan(result(1, type=None), on=shown(sheet(), {"E1": [latest_record(1)]}))

        assert sent_to(made)[0].values[TYPE] == ()

    def test_another_s_attachment_does_not_matter(self):
        made = plan(result(1, listening=61.0), on=shown(sheet(), {"E1": [latest_record(1, item7="file.pdf")]}))

        assert made.issues == []


class TestTheSheetOfAllResults:
    def test_it_gets_all_results_oldest_first_behind_the_records_of_others(self):
        made = plan(
            result(1, date(2026, 4, 2)),
            result(2, date(2025, 4, 1)),
            on=shown(sheet(ALL), {"E1": [foreign_record("一"), foreign_record("二")]}),
        )

        first, second, *ours = sent_to(made)
        assert [first, second] == [foreign_record("一"), foreign_record("二")]
        assert [each.values[LINK] for each in ours] == [(link(2),), (link(1),)]

    @pytest.mark.parametrize("in_order", [True, False])
    def test_nothing_is_sent_when_it_shows_them_in_whatever_order(self, in_order):
        records = [our_record(1), foreign_record(), our_record(2)]

        made = plan(
            result(1), result(2), on=shown(sheet(ALL), {"E1": records if in_order else list(reversed(records))})
        )

        assert made.sends == {}

    def test_a_doubled_record_of_ours_is_put_right(self):
        made = plan(result(1), on=shown(sheet(ALL), {"E1": [our_record(1), our_record(1)]}))

        assert sent_to(made) == [our_record(1)]

    def test_two_equal_records_of_others_stay_two(self):
        made = plan(result(1), on=shown(sheet(ALL), {"E1": [foreign_record(), foreign_record()]}))

        assert sent_to(made) == [foreign_record(), foreign_record(), our_record(1)]

    def test_a_record_of_a_result_that_was_deleted_here_is_taken_away(self):
        made = plan(result(1), on=shown(sheet(ALL), {"E1": [our_record(1), our_record(2)]}))

        assert sent_to(made) == [our_record(1)]

    def test_a_record_that_cannot_be_sent_stays_as_it_is_shown_and_the_others_go_on(self):
        strange, before = result(1, date(2025, 4, 1), type=None, unknown_type="旅人"), our_record(1, "2025-04-01")
        before = Record({**before.values, MEMO: ("本人の希望",)})

        made = plan(strange, result(2), on=shown(sheet(ALL), {"E1": [foreign_record(), before]}))

        assert sent_to(made) == [foreign_record(), before, our_record(2)]
        assert [(issue.reason, issue.value) for issue in made.issues] == [("RESULT_TYPE_NOT_AN_OPTION", "旅人")]
        assert made.outcome == "failed"

    def test_a_record_that_cannot_be_sent_and_is_not_shown_is_only_left_out(self):
        made = plan(result(1, type=None, unknown_type="旅人"), result(2), on=shown(sheet(ALL)))

        assert sent_to(made) == [our_record(2)]

    def test_it_needs_nothing_when_it_shows_all_that_can_be_sent(self):
        strange = result(1, type=None, unknown_type="旅人")

        made = plan(strange, result(2), on=shown(sheet(ALL), {"E1": [our_record(2)]}))

        assert (made.sends, made.same, made.outcome) == ({}, {"all_sheet"}, "failed")

    def test_a_record_is_never_taken_away_while_nothing_can_stand_in_its_place(self):
        made = plan(result(1, type=None, unknown_type="旅人"), on=shown(sheet(ALL), {"E1": [our_record(2)]}))

        assert (made.sends, made.same) == ({}, set())

    def test_a_text_that_is_too_long_keeps_back_its_own_record_alone(self):
        usable = sheet(ALL, item(TYPE, "16タイプ", max_length=30))

        made = plan(result(1, type=None, unknown_type="長い名前のタイプ" * 4), result(2), on=shown(usable))

        assert [issue.reason for issue in made.issues] == ["RESULT_VALUE_TOO_LONG"]
        assert [each.values[LINK] for each in sent_to(made)] == [(link(2),)]

    def test_columns_of_others_on_our_records_stay(self):
        made = plan(result(1), result(2), on=shown(sheet(ALL), {"E1": [our_record(1, item6="本人の希望")]}))

        assert sent_to(made) == [our_record(1, item6="本人の希望"), our_record(2)]

    def test_a_record_of_ours_is_known_by_its_link_on_an_old_host_too(self):
        old = record({DATE: "2026-04-01", LINK: link(1, "http://old.example.com"), MEMO: "メモ"})

        made = plan(result(1), on=shown(sheet(ALL), {"E1": [old]}))

        assert sent_to(made) == [our_record(1, item6="メモ")]

    def test_calculated_values_are_not_sent_back(self):
        calculated = Record({**foreign_record().values, AGE: ("38",)})

        made = plan(result(1), on=shown(sheet(ALL), {"E1": [calculated]}))

        assert sent_to(made) == [foreign_record(), our_record(1)]

    def test_a_calculated_value_is_no_difference(self):
        made = plan(result(1), on=shown(sheet(ALL), {"E1": [our_record(1, item8="38")]}))

        assert made.sends == {}

    @pytest.mark.parametrize(
        ("locked", "name"),
        [
            ({FILE: ("file.pdf",)}, "添付"),
            ({99: ("?",)}, "項目99"),
            ({99: ("?",), FILE: ("file.pdf",), 98: ("",)}, "添付、項目99"),
        ],
    )
    def test_a_value_that_cannot_be_sent_back_locks_the_member(self, locked, name):
        held = Record({**foreign_record().values, **locked})

        made = plan(result(1), on=shown(sheet(ALL), {"E1": [held]}))

        [issue] = made.issues
        assert (issue.reason, issue.field, issue.subject_key) == ("RESULT_RECORD_LOCKED", name, "E1")
        assert ALL.name in sentence(issue)
        assert (made.outcome, made.sends) == ("failed", {})

    def test_a_read_only_value_on_our_own_record_locks_it_too(self):
        usable = sheet(ALL, item(9, "他システム連携", read_only=True))

        made = plan(result(1), result(2), on=shown(usable, {"E1": [our_record(1, item9="x")]}))

        assert [issue.reason for issue in made.issues] == ["RESULT_RECORD_LOCKED"]

    def test_a_locked_member_who_needs_nothing_is_no_error(self):
        made = plan(result(1), on=shown(sheet(ALL), {"E1": [our_record(1, item7="file.pdf")]}))

        assert (made.outcome, made.issues) == ("unchanged", [])

    def test_a_member_whose_records_are_unreadable_is_not_overwritten(self):
        made = plan(result(1), on=shown(sheet(ALL), unreadable=["E1"]))

        [issue] = made.issues
        assert (issue.reason, made.sends) == ("RESULT_RECORD_UNREADABLE", {})
        assert ALL.name in sentence(issue)

    def test_nor_is_anybody_who_could_be_the_unreadable_one(self):
        on = shown(sheet(ALL), {"E2": [foreign_record()]}, unreadable=[""])

        assert plan(result(1), on=on).outcome == "failed"
        assert plan(result(1), on=on, who=person("E2")).outcome == "created"

    def test_a_record_of_others_that_holds_nothing_is_not_sent_back(self):
        made = plan(result(1), on=shown(sheet(ALL), {"E1": [Record({MEMO: ()}), foreign_record()]}))

        assert sent_to(made) == [foreign_record(), our_record(1)]

    def test_the_results_that_it_shows_are_known_by_their_links(self):
        on = shown(sheet(ALL), {"E1": [our_record(1), foreign_record()], "E2": [our_record(2)]})

        assert list(targets_on([on], LINKS)) == [uuid(1), uuid(2)]


class TestThePerson:
    def test_is_new_when_neither_sheet_shows_a_result_of_ours(self):
        sheets = [shown(sheet(LATEST)), shown(sheet(ALL), {"E1": [foreign_record()]})]

        made = plan_person(person(), [result(1)], sheets, TERMS)

        assert made.outcome == "created"
        assert all(send.is_new for send in made.sends.values())

    def test_is_updated_when_one_of_them_does(self):
        sheets = [shown(sheet(LATEST)), shown(sheet(ALL), {"E1": [our_record(1)]})]

        made = plan_person(person(), [result(1)], sheets, TERMS)

        assert (made.outcome, set(made.sends), made.same) == ("updated", {"latest_sheet"}, {"all_sheet"})

    def test_fails_when_one_record_cannot_be_sent_but_the_other_goes(self):
        sheets = [shown(sheet(LATEST)), shown(sheet(ALL, item(TYPE, "16タイプ", "enum", options=("ほか",))))]

        made = plan_person(person(), [result(1)], sheets, TERMS)

        assert (made.outcome, set(made.sends)) == ("failed", {"latest_sheet"})
        assert [(each.reason, each.subject_name, each.email) for each in made.issues] == [
            ("RESULT_TYPE_NOT_AN_OPTION", "田中 1", "1@example.co.jp")
        ]

    def test_has_one_issue_for_the_same_problem_of_several_results(self):
        usable = sheet(ALL, item(TYPE, "16タイプ", "enum", options=("ほか",)))

        assert len(plan(result(1), result(2), on=shown(usable)).issues) == 1


def test_a_member_who_comes_twice_in_an_answer_has_all_the_records():
    answer = Sheet(
        59,
        "",
        1,
        (SheetMember("E1", (our_record(1),)), SheetMember("E1", (foreign_record(),))),
        (Unreadable(3, "E3", ""), Unreadable(4, "", "")),
    )

    read = ShownSheet.read(sheet(ALL), answer)

    assert (read.sheet, read.key) == (sheet(ALL), "all_sheet")
    assert read.records == {"E1": (our_record(1), foreign_record())}
    assert (read.unreadable, read.has_strangers) == ({"E3"}, True)
