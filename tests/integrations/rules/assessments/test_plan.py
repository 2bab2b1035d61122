"""What the rows of a results file make of the results that we have."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.assessments.people import Person
from integrations.rules.assessments.row import Key
from integrations.rules.plan import Outcome
from tests.factories.findings import file_sentence
from tests.integrations.rules.assessments.makers import HEADER, TOKYO, apply, line, ours, plan, reasons


def test_a_row_that_we_do_not_have_becomes_a_new_result():
    planned = plan(line(検査名="春の検査", 総合スコア="7.5", _16タイプ="ブレイン", 傾聴傾向="50.5"))
    assert planned.outcomes == [Outcome.CREATED]
    assert planned.keys == [Key(1, "春の検査", date(2025, 6, 2), None)]
    [change] = planned.changes
    assert (change.pk, change.key, change.name) == (None, "1001", "青山 直樹　春の検査（2025/06/02）")
    assert change.fields == {
        "employee": (None, "aoyama@example.co.jp"),
        "title": (None, "春の検査"),
        "taken_on": (None, date(2025, 6, 2)),
        "completed_at": (None, None),
        "personality_type": (None, "brain"),
        "overall_score": (None, 7.5),
        "scores": (None, {"listening": 50.5}),
    }


def test_a_result_is_told_by_its_person_and_is_a_test_where_it_has_no_name():
    planned = plan(line(社員番号="", メールアドレス="ueda@example.co.jp", 完了日時="2025/06/02 09:00"))
    [change] = planned.changes
    assert (change.key, change.name) == ("ueda@example.co.jp", "上田 純　検査（2025/06/02）")
    assert change.fields == {
        "employee": (None, "ueda@example.co.jp"),
        "title": (None, ""),
        "taken_on": (None, date(2025, 6, 2)),
        "completed_at": (None, datetime(2025, 6, 2, 9, 0, tzinfo=TOKYO)),
    }


def test_a_row_that_says_what_we_have_changes_nothing():
    local = ours(kind="seeker", grade="S", overall_score=9.5, comment="良", scores={"listening": 50.5})
    planned = plan(
        line(_16タイプ="シーカー", 判定="S", 総合スコア="9.5", コメント="良", 傾聴傾向="50.5"), local=[local]
    )
    assert planned.outcomes == [Outcome.UNCHANGED]
    assert planned.changes == []


def test_only_what_differs_is_changed():
    local = ours(grade="S", comment="良", scores={"listening": 50.5, "sociability": 30.0})
    planned = plan(line(判定="A", コメント="良", 傾聴傾向="50.5", 社交欲求=""), local=[local])
    assert planned.outcomes == [Outcome.UPDATED]
    [change] = planned.changes
    assert (change.pk, planned.keys) == (10, [local.key])
    assert change.fields == {"grade": ("S", "A"), "scores": ({"sociability": 30.0}, {"sociability": None})}


def test_what_the_file_has_no_column_for_stays():
    local = ours(kind="seeker", grade="S", overall_score=9.5, comment="良", scores={"listening": 50.5})
    planned = plan(["1001", "2025-06-02", "33"], header=["社員番号", "受検日", "社交性"], local=[local])
    [change] = planned.changes
    assert change.fields == {"scores": ({"sociability": None}, {"sociability": 33.0})}


def test_person_title_day_and_time_make_a_result_the_same():
    at_nine = Key(1, "春", date(2025, 6, 2), datetime(2025, 6, 2, 0, 0, tzinfo=UTC))
    rows = [
        line(検査名="春", 完了日時="2025/06/02 09:00"),
        line(検査名="春", 完了日時="2025/06/02 09:01"),
        line(検査名="春"),
        line(検査名="夏", 完了日時="2025/06/02 09:00"),
        line(検査名="春", 完了日時="2025/06/02 09:00", 受検日="2025/06/03"),
        line(検査名="春", 完了日時="2025/06/02 09:00", 社員番号="1002"),
    ]
    planned = plan(*rows, local=[ours(key=at_nine)])
    assert planned.outcomes == [Outcome.UNCHANGED, *[Outcome.CREATED] * 5]


def test_rows_of_the_same_result_are_all_refused():
    planned = plan(line(判定="A"), line(判定="B", メールアドレス="aoyama@example.co.jp"), line(社員番号="1002"))
    assert planned.outcomes == [Outcome.FAILED, Outcome.FAILED, Outcome.CREATED]
    assert [file_sentence(problem) for problem in planned.issues] == [
        f"{number}行目：社員・検査名・受検日・完了日時が同じ行がファイルに2行あるため、どれも取り込みませんでした。"
        for number in (2, 3)
    ]
    assert {problem.value for problem in planned.issues} == {""}


def test_a_refused_row_still_makes_its_twin_doubtful():
    planned = plan(line(判定="A"), line(総合スコア="99"))
    assert planned.outcomes == [Outcome.FAILED, Outcome.FAILED]
    assert reasons(planned) == ["ASSESSMENT_DUPLICATE", "ASSESSMENT_VALUE_INVALID", "ASSESSMENT_DUPLICATE"]


def test_a_bad_row_stops_no_other():
    planned = plan(line(受検日=""), line(社員番号="9999"), line())
    assert planned.outcomes == [Outcome.FAILED, Outcome.FAILED, Outcome.CREATED]
    assert reasons(planned) == ["ASSESSMENT_VALUE_INVALID", "ASSESSMENT_PERSON_UNKNOWN"]


def test_a_warning_is_given_for_rows_that_are_taken_only():
    planned = plan(line(_16タイプ="謎"), line(_16タイプ="謎", 社員番号="9999"))
    assert planned.outcomes == [Outcome.CREATED, Outcome.FAILED]
    assert reasons(planned) == ["ASSESSMENT_TYPE_UNKNOWN", "ASSESSMENT_PERSON_UNKNOWN"]


def test_an_unknown_type_takes_the_place_of_a_known_one():
    [change] = plan(line(_16タイプ="謎"), local=[ours(kind="seeker")]).changes
    assert change.fields == {"personality_type": ("seeker", ""), "unknown_type": ("", "謎")}


def test_an_unknown_type_that_we_have_as_text_changes_nothing():
    planned = plan(line(_16タイプ="謎"), local=[ours(unknown="謎")])
    assert (planned.outcomes, reasons(planned)) == ([Outcome.UNCHANGED], ["ASSESSMENT_TYPE_UNKNOWN"])


def test_a_known_type_takes_the_place_of_a_text():
    [change] = plan(line(_16タイプ="シーカー"), local=[ours(unknown="謎")]).changes
    assert change.fields == {"personality_type": ("", "seeker"), "unknown_type": ("謎", "")}


def test_all_that_a_row_says_is_compared_and_a_blank_takes_away():
    local = ours(kind="seeker", grade="S", overall_score=0.0, comment="良", scores={"listening": 0.0})
    [change] = plan(line(), local=[local]).changes
    assert change.fields == {
        "personality_type": ("seeker", ""),
        "grade": ("S", ""),
        "overall_score": (0.0, None),
        "comment": ("良", ""),
        "scores": ({"listening": 0.0}, {"listening": None}),
    }


@pytest.mark.parametrize(
    ("title", "why"), [("第１回", "全角・半角または大文字・小文字が違います"), ("第 1回", "空白が")]
)
def test_a_title_that_only_looks_like_one_that_the_person_has_is_refused(title, why):
    local = [ours(key=Key(1, "第1回", date(2025, 6, day), None)) for day in (1, 2)]
    planned = plan(line(検査名=title), local=local)
    [problem] = planned.issues
    assert (planned.outcomes, problem.reason, problem.line) == ([Outcome.FAILED], "ASSESSMENT_TITLE_ALIKE", 2)
    assert (problem.field, problem.value, problem.params["other"]) == ("検査名", title, "第1回")
    assert f"の「第1回」と見た目だけが違います（{why}" in file_sentence(problem)
    assert (problem.subject_key, problem.subject_name) == ("1001", "青山 直樹")


def test_a_title_that_the_person_has_too_or_that_is_anothers_makes_a_new_result():
    local = [ours(key=Key(1, title, date(2025, 6, 1), None)) for title in ("第1回", "第１回")]
    planned = plan(
        line(検査名="第1回"),
        line(検査名="第１回"),
        line(検査名="第１回", 社員番号="1002"),
        line(検査名="夏"),
        local=local,
    )
    assert (planned.outcomes, reasons(planned)) == ([Outcome.CREATED] * 4, [])


def test_of_several_titles_that_look_the_same_the_first_is_told():
    local = [ours(key=Key(1, title, date(2025, 6, 1), None)) for title in ("Ｂ 1", "B1", "b1")]
    [problem] = plan(line(検査名="ｂ１"), local=local).issues
    assert problem.params["other"] == "B1"


def test_however_many_rows_a_file_has_each_is_compared():
    people = [Person(pk, str(pk), f"{pk}@example.co.jp", "") for pk in range(1, 1003)]
    local = [ours(pk=pk, key=Key(pk, "", date(2025, 6, 2), None)) for pk in range(1, 1003)]
    planned = plan(line(社員番号="x"), *(line(社員番号=str(pk)) for pk in range(1, 1003)), people=people, local=local)
    assert planned.outcomes == [Outcome.FAILED, *[Outcome.UNCHANGED] * 1002]


def test_of_a_result_that_we_have_twice_the_older_one_is_compared():
    planned = plan(line(判定="A"), local=[ours(pk=11, grade="B"), ours(pk=10)])
    assert [change.pk for change in planned.changes] == [10]


cells = st.fixed_dictionaries(
    {
        "社員番号": st.sampled_from(["1001", "1002", "9999", ""]),
        "メールアドレス": st.sampled_from(["", "inoue@example.co.jp", "UEDA@example.co.jp"]),
        "検査名": st.sampled_from(["", "春"]),
        "受検日": st.sampled_from(["2025/06/02", "2025-06-03", "いつか"]),
        "完了日時": st.sampled_from(["", "2025/06/02 09:00"]),
        "_16タイプ": st.sampled_from(["", "シーカー", "謎"]),
        "判定": st.sampled_from(["", "A"]),
        "総合スコア": st.sampled_from(["", "7.5", "99"]),
        "傾聴傾向": st.sampled_from(["", "50", "50.5", "x"]),
    }
)
files = st.lists(cells, max_size=12)
headers = st.permutations(HEADER)


@given(files, files, headers)
def test_whatever_the_file_each_row_has_one_outcome_and_the_second_time_changes_nothing(before, now, header):
    had = apply(plan(*(line(**each) for each in before)), [])
    rows = [[dict(zip(HEADER, line(**each), strict=True))[name] for name in header] for each in now]
    planned = plan(*rows, local=had, header=header)
    assert len(planned.outcomes) == len(now)
    taken = [outcome for outcome in planned.outcomes if outcome is not Outcome.FAILED]
    assert len(planned.changes) == sum(outcome is not Outcome.UNCHANGED for outcome in taken)
    have = apply(planned, had)
    assert len({each.key for each in have}) == len(have)
    again = plan(*rows, local=have, header=header)
    assert again.changes == []
    assert again.issues == planned.issues
    assert again.outcomes.count(Outcome.UNCHANGED) == len(taken)
