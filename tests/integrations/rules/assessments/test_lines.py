"""The long form: one scale a line, put together to results."""

from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.assessments.headings import find_columns
from integrations.rules.plan import Outcome
from tests.factories.findings import file_sentence
from tests.integrations.rules.assessments.makers import (
    LONG_HEADER,
    SCALES,
    apply,
    line,
    long_line,
    ours,
    plan,
    plan_long,
    reasons,
)

CREATED, UNCHANGED, FAILED = Outcome.CREATED, Outcome.UNCHANGED, Outcome.FAILED


def test_it_is_recognised_by_its_columns():
    columns, problems = find_columns(["偏差値", "受検日", "尺度", "社員番号"], SCALES)
    assert (columns.is_long, problems) == (True, [])
    assert not find_columns(["社員番号", "受検日", "傾聴傾向"], SCALES)[0].is_long


def test_half_of_it_is_refused():
    for header, lacking in ((["社員番号", "受検日", "尺度"], "偏差値"), (["社員番号", "受検日", "偏差値"], "尺度")):
        [problem] = find_columns(header, SCALES)[1]
        assert (problem.reason, problem.field) == ("FILE_COLUMN_MISSING", lacking)


def test_both_forms_in_one_file_are_refused():
    [problem] = find_columns([*LONG_HEADER, "傾聴傾向", "社交性"], SCALES)[1]
    assert (problem.reason, problem.value) == ("FILE_COLUMN_AMBIGUOUS", "尺度、傾聴傾向、社交性")


def test_the_lines_of_a_result_may_stand_anywhere():
    planned = plan_long(
        long_line("傾聴傾向", "50.5", 判定="A"),
        long_line("傾聴傾向", "40", 社員番号="1002"),
        long_line("社交性", "61", 社員番号="", メールアドレス="aoyama@example.co.jp"),
    )
    assert planned.outcomes == [CREATED] * 3
    first, second = planned.changes
    assert (first.key, first.fields["scores"]) == ("1001", (None, {"listening": 50.5, "sociability": 61.0}))
    assert first.fields["grade"] == (None, "A")
    assert second.fields["scores"] == (None, {"listening": 40.0})


def test_what_it_does_not_name_stays():
    [change] = plan_long(
        long_line("傾聴傾向", "", 判定="A"),
        local=[ours(grade="A", scores=dict.fromkeys(["listening", "sociability"], 50.0))],
    ).changes
    assert change.fields == {"scores": ({"listening": 50.0}, {"listening": None})}


def test_lines_that_contradict_each_other_are_refused_with_the_others_of_their_result():
    planned = plan_long(
        long_line("傾聴傾向", "50", 判定="A", _16タイプ="シーカー"),
        long_line("社交欲求", "50", 判定="B", _16タイプ="シーカー（探求者）"),
        long_line("傾聴傾向", "50", 社員番号="1002"),
    )
    assert planned.outcomes.count(FAILED) == 2
    assert reasons(planned) == ["ASSESSMENT_LINES_REFUSED", "ASSESSMENT_LINES_CONTRADICT"]
    refused, contradiction = (file_sentence(problem) for problem in planned.issues)
    assert refused == "2行目：同じ検査結果のほかの行（3行目）に誤りがあるため、この行も取り込みませんでした。"
    assert contradiction == "3行目：判定「B」が、同じ検査結果の2行目と食い違っています。"
    assert [change.key for change in planned.changes] == ["1002"]


def test_a_known_and_an_unknown_type_contradict_each_other():
    planned = plan_long(long_line("傾聴傾向", "50", _16タイプ="シーカー"), long_line(_16タイプ="謎"))
    assert (planned.outcomes, reasons(planned)[1]) == ([FAILED] * 2, "ASSESSMENT_LINES_CONTRADICT")


def test_a_scale_twice_is_refused_by_whatever_name():
    planned = plan_long(long_line("社交性", "50"), long_line("社交欲求", "50"), long_line("傾聴傾向", "50"))
    assert planned.outcomes == [FAILED] * 3
    assert reasons(planned) == ["ASSESSMENT_LINES_REFUSED", "ASSESSMENT_SCALE_TWICE", "ASSESSMENT_LINES_REFUSED"]


def test_a_bad_score_refuses_the_result_and_no_other():
    planned = plan_long(long_line("傾聴傾向", "101"), long_line("社交性", "50"), long_line("社交性", "50", 検査名="春"))
    assert sorted(planned.outcomes) == [CREATED, FAILED, FAILED]
    assert (planned.issues[0].field, planned.issues[0].value) == ("傾聴傾向", "101")


def test_a_score_of_no_scale_is_refused():
    [problem] = plan_long(long_line("", "50")).issues
    assert (problem.reason, problem.field) == ("ASSESSMENT_VALUE_INVALID", "尺度")


def test_a_line_without_a_scale_says_the_rest():
    [change] = plan_long(long_line(判定="A")).changes
    assert "scores" not in change.fields


def test_an_unknown_scale_is_left_out_with_a_warning():
    planned = plan_long(long_line("第六感", "50"), long_line("傾聴傾向", "50"))
    assert (planned.outcomes, reasons(planned)) == ([CREATED] * 2, ["ASSESSMENT_SCALE_UNKNOWN"])
    assert planned.changes[0].fields["scores"] == (None, {"listening": 50.0})


def test_the_same_warning_of_many_lines_is_told_once():
    planned = plan_long(*(long_line(name, "50", _16タイプ="謎") for name in ("傾聴傾向", "社交性", "感情記憶志向")))
    assert reasons(planned) == ["ASSESSMENT_TYPE_UNKNOWN"]


def test_a_line_that_belongs_to_nobody_stops_no_other():
    planned = plan_long(
        long_line("傾聴傾向", "50", 社員番号="9999"), [*long_line(), "あふれ"], long_line("社交性", "50")
    )
    assert sorted(planned.outcomes) == [CREATED, FAILED, FAILED]
    assert reasons(planned) == ["ASSESSMENT_PERSON_UNKNOWN", "ASSESSMENT_ROW_BROKEN"]


lines = st.lists(
    st.builds(
        long_line,
        st.sampled_from(["傾聴傾向", "社交欲求", "社交性", "感情配慮志向", "第六感", ""]),
        st.sampled_from(["", "50", "50.5", "x"]),
        社員番号=st.sampled_from(["1001", "1001", "1002", "9999"]),
        検査名=st.sampled_from(["", "春"]),
        受検日=st.sampled_from(["2025/06/02", "2025-06-02", "いつか"]),
        _16タイプ=st.sampled_from(["", "", "シーカー", "謎"]),
        判定=st.sampled_from(["", "", "A", "B"]),
    ),
    max_size=12,
)


@given(lines, lines, st.permutations(LONG_HEADER))
def test_whatever_the_file_each_line_has_one_outcome_and_the_second_time_changes_nothing(before, now, header):
    had = apply(plan_long(*before), [])
    cells = [[dict(zip(LONG_HEADER, each, strict=True))[name] for name in header] for each in now]
    planned = plan_long(*cells, local=had, header=header)
    assert len(planned.outcomes) == len(now)
    told = {
        int(file_sentence(problem).partition("行目")[0]) for problem in planned.issues if problem.severity == "error"
    }
    assert len(told) == planned.outcomes.count(FAILED)
    have = apply(planned, had)
    assert len({each.key for each in have}) == len(have)
    again = plan_long(*cells, local=have, header=header)
    assert (again.changes, again.issues) == ([], planned.issues)
    assert again.outcomes.count(UNCHANGED) == len(now) - len(told)


wide = st.lists(
    st.builds(
        line,
        社員番号=st.sampled_from(["1001", "1002"]),
        検査名=st.sampled_from(["春", "夏", "秋", "冬"]),
        判定=st.sampled_from(["", "A"]),
        傾聴傾向=st.sampled_from(["", "50", "50.5"]),
        社交欲求=st.sampled_from(["", "40"]),
    ),
    max_size=6,
    unique_by=lambda cells: (cells[0], cells[2]),
)


@given(wide, st.randoms())
def test_both_forms_of_the_same_results_mean_the_same(rows, shuffled):
    long = [
        [*row[:9], name, score] for row in rows for name, score in zip(("傾聴傾向", "社交欲求"), row[9:], strict=True)
    ]
    shuffled.shuffle(long)
    had = apply(plan(*rows), [])
    assert plan_long(*long, local=had).changes == []
    assert {(each.key, each.grade) for each in apply(plan_long(*long), [])} == {(each.key, each.grade) for each in had}
