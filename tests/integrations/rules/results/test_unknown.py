"""Rules 7 and 13: records of ours about results that nobody here knows, or of people who have none here."""

import pytest

from integrations.rules.results.people import Counterpart
from integrations.rules.results.plan import plan_person, stale_records
from integrations.rules.results.sheets import ALL, LATEST
from tests.factories.findings import sentence
from tests.integrations.rules.results.making import (
    DATE,
    LINK,
    MEMO,
    TERMS,
    TYPE,
    foreign_record,
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


class TestAResultThatIsUnknownHere:
    """A restored backup, or results imported anew: the sheets show what nobody here knows, and nobody has deleted."""

    def test_its_record_stays_and_is_told(self):
        lost = our_record(2, "2026-05-01", item6="面談済み")

        made = plan(result(1), on=shown(sheet(ALL), {"E1": [our_record(3), lost]}), unknown=[2])

        assert sent_to(made) == [lost, our_record(1)]
        [issue] = made.issues
        assert (issue.reason, issue.severity, issue.subject_key) == ("RESULT_RECORD_UNKNOWN", "warning", "E1")
        assert issue.field == "受検日"
        assert (
            f"シート「{ALL.name}」に、ミキワメにない検査結果のレコードが1件あります（受検日：2026-05-01）"
            in sentence(issue)
        )
        assert made.outcome == "updated"

    def test_of_several_each_day_is_told(self):
        lost = [our_record(2, "2026-05-01"), our_record(3, "2026-06-01")]

        [issue] = plan(result(1), on=shown(sheet(ALL), {"E1": lost}), unknown=[2, 3]).issues

        assert "2件あります（受検日：2026-05-01、2026-06-01）" in sentence(issue)

    def test_it_is_told_also_where_nothing_is_sent(self):
        made = plan(result(1), on=shown(sheet(ALL), {"E1": [our_record(1), our_record(2, "2026-05-01")]}), unknown=[2])

        assert (made.outcome, made.sends, made.same) == ("unchanged", {}, {"all_sheet"})
        assert [issue.reason for issue in made.issues] == ["RESULT_RECORD_UNKNOWN"]

    def test_its_link_is_corrected_where_the_same_result_was_imported_anew(self):
        made = plan(result(1), on=shown(sheet(ALL), {"E1": [our_record(2, item6="面談済み")]}), unknown=[2])

        assert sent_to(made) == [our_record(1, item6="面談済み")]
        assert made.issues == []

    def test_so_it_is_where_one_of_the_two_has_no_type(self):
        typeless = record({DATE: "2026-04-01", LINK: link(2)})

        assert sent_to(plan(result(1), on=shown(sheet(ALL), {"E1": [typeless]}), unknown=[2])) == [our_record(1)]
        made = plan(result(1, type=None), on=shown(sheet(ALL), {"E1": [our_record(2)]}), unknown=[2])
        assert [each.values[LINK] for each in sent_to(made)] == [(link(1),)]

    def test_two_records_of_it_become_one(self):
        twice = [our_record(2), record({DATE: "2026/4/1", LINK: link(2, "http://old.example.com"), MEMO: "メモ"})]

        made = plan(result(1), on=shown(sheet(ALL), {"E1": twice}), unknown=[2])

        assert sent_to(made) == [our_record(1, item6="メモ")]

    @pytest.mark.parametrize(
        "lost",
        [
            our_record(2, "2026-04-02"),
            our_record(2, item4="シーカー (探求者)"),
            record({TYPE: "プロモーター (推進者)", LINK: link(2)}),
        ],
    )
    def test_it_is_not_taken_for_a_result_of_another_day_or_type(self, lost):
        made = plan(result(1), on=shown(sheet(ALL), {"E1": [lost]}), unknown=[2])

        assert sent_to(made) == [lost, our_record(1)]

    def test_nor_for_one_whose_record_is_there_already(self):
        made = plan(result(1), on=shown(sheet(ALL), {"E1": [our_record(2), our_record(1)]}), unknown=[2])

        assert (made.sends, [issue.reason for issue in made.issues]) == ({}, ["RESULT_RECORD_UNKNOWN"])

    def test_two_of_one_day_find_theirs_by_their_types(self):
        lost = [our_record(8, item4="シーカー (探求者)", item6="二"), our_record(9, item6="一")]

        made = plan(result(1), result(2, type=2), on=shown(sheet(ALL), {"E1": lost}), unknown=[8, 9])

        assert sent_to(made) == [
            our_record(1, item6="一"),
            our_record(2, item4="シーカー (探求者)", item6="二"),
        ]

    def test_the_latest_sheet_is_not_turned_back_in_time(self):
        newer = latest_record(2, item1="2026-04-02")

        made = plan(result(1), on=shown(sheet(), {"E1": [newer]}), unknown=[2])

        [issue] = made.issues
        assert (issue.reason, issue.severity, issue.value) == ("RESULT_OLDER_THAN_SHOWN", "error", "2026-04-02")
        assert (made.outcome, made.sends, made.same) == ("failed", {}, set())
        assert issue.field == "受検日"
        assert LATEST.name in sentence(issue)

    @pytest.mark.parametrize("day", ["2026-04-01", "2026-03-31", "いつか"])
    def test_the_latest_sheet_is_corrected_where_it_shows_nothing_newer(self, day):
        made = plan(result(1), on=shown(sheet(), {"E1": [latest_record(2, item1=day)]}), unknown=[2])

        assert sent_to(made)[0].values[LINK] == (link(1),)

    def test_so_it_is_where_it_shows_no_day(self):
        made = plan(result(1), on=shown(sheet(), {"E1": [record({LINK: link(2)})]}), unknown=[2])

        assert sent_to(made)[0].values[LINK] == (link(1),)

    def test_the_latest_sheet_goes_back_where_the_newer_result_was_deleted_here(self):
        made = plan(result(1), on=shown(sheet(), {"E1": [latest_record(2, item1="2026-04-02")]}))

        assert sent_to(made)[0].values[DATE] == ("2026-04-01",)
        assert made.issues == []

    def test_what_keeps_the_latest_sheet_does_not_keep_the_other(self):
        sheets = [shown(sheet(), {"E1": [latest_record(2, item1="2026-04-02")]}), shown(sheet(ALL))]

        made = plan_person(person(), [result(1)], sheets, TERMS._replace(unknown={uuid(2)}))

        assert (made.outcome, set(made.sends)) == ("failed", {"all_sheet"})


class TestRecordsLeftBehind:
    def test_a_member_without_a_result_here_is_warned_about(self):
        on = shown(
            sheet(ALL), {"E1": [our_record(3)], "E9": [our_record(1), foreign_record(), our_record(2, "2025-04-01")]}
        )

        [issue] = stale_records([on], sources={"E1"}, members={"E9": Counterpart("井上 遥")}, terms=TERMS)

        assert (issue.reason, issue.severity) == ("RESULT_STALE", "warning")
        assert (issue.subject_key, issue.subject_name, issue.value) == ("E9", "井上 遥", "2026-04-01、2025-04-01")
        assert issue.field == "受検日"
        assert sentence(issue).endswith("ミキワメのレコードが2件残っています。")
        assert ALL.name in sentence(issue)

    def test_so_is_one_whom_kaonavi_does_not_name(self):
        [issue] = stale_records([shown(sheet(ALL), {"E9": [our_record(1)]})], sources=set(), members={}, terms=TERMS)

        assert (issue.subject_key, issue.subject_name) == ("E9", "")

    def test_a_source_row_or_a_member_without_records_of_ours_is_not(self):
        on = shown(sheet(ALL), {"E1": [our_record(1)], "E9": [foreign_record()]})

        assert list(stale_records([on], sources={"E1"}, members={}, terms=TERMS)) == []

    def test_it_says_of_how_many_nobody_knows_that_they_were_deleted(self):
        on = shown(sheet(ALL), {"E9": [our_record(1), our_record(2)]})
        terms = TERMS._replace(unknown={uuid(2)})

        [issue] = stale_records([on], sources=set(), members={}, terms=terms)

        assert "2件残っています。このうち1件には、ミキワメで削除した記録がありません。" in sentence(issue)
