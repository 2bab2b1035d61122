"""The long form: one scale a line, put together to results."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.assessments.headings import find_columns
from integrations.rules.plan import Outcome
from tests.factories.findings import file_remedy, file_sentence
from tests.integrations.rules.assessments.makers import (
    LONG_HEADER,
    SCALES,
    apply,
    gather,
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
        assert "見つかった列名：社員番号、受検日、" in file_sentence(problem)


def test_both_forms_in_one_file_are_refused():
    [problem] = find_columns([*LONG_HEADER, "傾聴傾向", "社交性"], SCALES)[1]
    assert (problem.reason, problem.field) == ("FILE_COLUMN_AMBIGUOUS", "尺度")
    assert problem.value == "尺度、傾聴傾向、社交性"


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


BASES = ("判定（チーム基準）", "総合スコア（チーム基準）")


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("16タイプ", "シーカー", "ブレイン"),
        ("16タイプ", "謎", "闇"),
        ("判定", "A", "B"),
        ("総合スコア", "0", "0.1"),
        ("コメント", "良", "優"),
        (BASES[0], "A", "B"),
        (BASES[1], "0", "0.1"),
    ],
)
def test_lines_may_say_it_once_or_the_same_but_not_two_things(column, one, other):
    header = (*LONG_HEADER, *BASES)
    empty, said, against = (
        [cell if name != column else text for name, cell in zip(header, [*long_line(), "", ""], strict=True)]
        for text in ("", one, other)
    )
    for lines in ([empty, said, empty], [said, said, empty]):
        planned = plan_long(*lines, header=header)
        assert (planned.outcomes, len(planned.changes)) == ([CREATED] * 3, 1)
        assert {"personality_type", "unknown_type", "grade", "overall_score", "comment", "judgements"} & (
            planned.changes[0].fields.keys()
        )
    planned = plan_long(empty, said, against, said, header=header)
    assert planned.outcomes == [FAILED] * 4
    [told] = [found for found in planned.issues if found.reason == "ASSESSMENT_LINES_CONTRADICT"]
    assert (told.line, told.field, told.value, told.params["other"]) == (4, column, other, 3)


def test_what_no_line_says_is_taken_away():
    values = {"grade": "S", "overall_score": 0.0, "comment": "良"}
    local = ours(kind="seeker", scores={"listening": 1.0}, judged={BASES[0]: "A", BASES[1]: 0.0}, **values)
    [change] = plan_long([*long_line(), "", ""], header=(*LONG_HEADER, *BASES), local=[local]).changes
    assert change.fields == {
        "personality_type": ("seeker", ""),
        "grade": ("S", ""),
        "overall_score": (0.0, None),
        "comment": ("良", ""),
        "judgements": ({BASES[0]: "A", BASES[1]: 0.0}, {BASES[0]: None, BASES[1]: None}),
    }
    [change] = plan_long(long_line(), local=[ours(unknown="謎")]).changes
    assert change.fields == {"unknown_type": ("謎", "")}


def test_a_known_and_an_unknown_type_contradict_each_other():
    planned = plan_long(long_line("傾聴傾向", "50", _16タイプ="シーカー"), long_line(_16タイプ="謎"))
    assert (planned.outcomes, reasons(planned)[1]) == ([FAILED] * 2, "ASSESSMENT_LINES_CONTRADICT")


def test_a_scale_twice_is_refused_by_whatever_name():
    planned = plan_long(long_line("社交性", "50"), long_line("社交欲求", "50"), long_line("傾聴傾向", "50"))
    assert planned.outcomes == [FAILED] * 3
    assert reasons(planned) == ["ASSESSMENT_LINES_REFUSED", "ASSESSMENT_SCALE_TWICE", "ASSESSMENT_LINES_REFUSED"]
    assert (planned.issues[1].field, planned.issues[1].value, planned.issues[1].line) == ("尺度", "社交欲求", 3)


@pytest.mark.parametrize(("bad", "named"), [(5, "、6行目"), (6, "、6行目、ほか1行"), (7, "、6行目、ほか2行")])
def test_of_many_lines_at_fault_five_are_named_to_the_others(bad, named):
    planned = plan_long(*[long_line("傾聴傾向", "x")] * bad, long_line())
    told = planned.issues[-1]
    assert file_sentence(told) == (
        f"{bad + 2}行目：同じ検査結果のほかの行（2行目、3行目、4行目、5行目{named}）に誤りがあるため、"
        "この行も取り込みませんでした。"
    )
    assert (told.subject_key, told.subject_name) == ("1001", "青山 直樹")


def test_whatever_is_wrong_with_a_line_is_told_of_it():
    planned = plan_long(long_line("傾聴傾向", "x", 判定="A"), long_line("傾聴傾向", "y", 判定="B"), long_line("", "z"))
    assert [(found.line, found.reason, found.field, found.value) for found in planned.issues] == [
        (2, "ASSESSMENT_VALUE_INVALID", "傾聴傾向", "x"),
        (3, "ASSESSMENT_VALUE_INVALID", "傾聴傾向", "y"),
        (3, "ASSESSMENT_LINES_CONTRADICT", "判定", "B"),
        (3, "ASSESSMENT_SCALE_TWICE", "尺度", "傾聴傾向"),
        (4, "ASSESSMENT_VALUE_INVALID", "偏差値", "z"),
        (4, "ASSESSMENT_VALUE_INVALID", "尺度", ""),
    ]
    remedies = [file_remedy(found) for found in planned.issues]
    assert remedies[0] == "ファイルのこの行の傾聴傾向を、0から100までの数（小数点以下は1桁まで）で入力してください。"
    assert remedies[-1] == "ファイルのこの行の尺度を、尺度名で入力してください。"


def test_what_is_wrong_with_a_line_of_nobody_is_told_besides():
    planned = plan_long(long_line("第六感", "x", 社員番号="9999"))
    assert [(found.reason, found.field) for found in planned.issues] == [
        ("ASSESSMENT_PERSON_UNKNOWN", "社員番号"),
        ("ASSESSMENT_VALUE_INVALID", "第六感"),
    ]


def test_results_and_lines_of_none_come_in_the_order_of_the_file():
    lines = (
        [*long_line(), "あふれ"],
        long_line("傾聴傾向", "x", 社員番号="1002"),
        long_line("傾聴傾向", "50"),
        long_line("傾聴傾向", "50", 社員番号="9999"),
        long_line("社交性", "y", 社員番号="1002"),
        [*long_line(), "あふれ"],
    )
    assert [(row.line, row.lines) for row in gather(*lines).rows()] == [(2, 1), (3, 2), (4, 1), (5, 1), (7, 1)]


@pytest.mark.parametrize("name", ["社交性", "社交 欲求"])
def test_a_scale_that_is_not_stored_is_not_read_whatever_stands_there(name):
    for score in ("50", "x", "4月5日"):
        lines = (long_line(name, score, 判定="A"), long_line("社交欲求", score), long_line("傾聴傾向", "40"))
        planned = plan_long(*lines, not_kept=["sociability"])
        assert (planned.outcomes, planned.issues) == ([CREATED] * 3, [])
        assert planned.changes[0].fields["scores"] == (None, {"listening": 40.0})
        assert planned.changes[0].fields["grade"] == (None, "A")
        assert gather(*lines, not_kept=["sociability"]).not_kept == {"sociability": name}


def test_nothing_is_left_out_where_a_line_has_no_score_of_it():
    lines = (long_line("社交性"), long_line("傾聴傾向", "40"), long_line("第六感", "50"))
    assert gather(*lines, not_kept=["sociability"]).not_kept == {}
    assert reasons(plan_long(*lines, not_kept=["sociability"])) == ["ASSESSMENT_SCALE_UNKNOWN"]


def test_the_cells_behind_a_score_that_is_not_read_are():
    header = ("社員番号", "尺度", "偏差値", "受検日", "判定")
    [change] = plan_long(["1001", "社交性", "50", "2025/06/02", "A"], header=header, not_kept=["sociability"]).changes
    assert (change.fields["grade"], change.fields["title"]) == ((None, "A"), (None, ""))


def test_a_bad_score_refuses_the_result_and_no_other():
    planned = plan_long(long_line("傾聴傾向", "101"), long_line("社交性", "50"), long_line("社交性", "50", 検査名="春"))
    assert sorted(planned.outcomes) == [CREATED, FAILED, FAILED]
    assert (planned.issues[0].field, planned.issues[0].value) == ("傾聴傾向", "101")


def test_a_score_of_no_scale_is_refused():
    [problem] = plan_long(long_line("", "50")).issues
    assert (problem.reason, problem.field) == ("ASSESSMENT_VALUE_INVALID", "尺度")


def test_a_line_without_a_scale_says_the_rest():
    planned = plan_long(long_line(判定="A"))
    assert "scores" not in planned.changes[0].fields
    assert planned.issues == []


def test_an_unknown_scale_is_left_out_with_a_warning():
    planned = plan_long(long_line("第六感", "50"), long_line("傾聴傾向", "50"))
    assert (planned.outcomes, reasons(planned)) == ([CREATED] * 2, ["ASSESSMENT_SCALE_UNKNOWN"])
    assert file_sentence(*planned.issues) == (
        "2行目：尺度「第六感」が設定にないため、この行の偏差値は取り込みませんでした。"
    )
    assert planned.issues[0].field == "尺度"
    assert planned.changes[0].fields["scores"] == (None, {"listening": 50.0})


def test_an_unknown_scale_that_only_looks_like_one_of_ours_has_its_near_miss():
    [remark] = plan_long(long_line("社交欲\u2060求", "50")).issues
    assert "見た目がよく似た「社交欲求」があります" in file_sentence(remark)


def test_the_same_warning_of_many_lines_is_told_once():
    planned = plan_long(*(long_line(name, "50", _16タイプ="謎") for name in ("傾聴傾向", "社交性", "感情記憶志向")))
    assert reasons(planned) == ["ASSESSMENT_TYPE_UNKNOWN"]


def test_warnings_of_a_result_that_say_different_things_are_told_each():
    planned = plan_long(*(long_line(name, "50", _16タイプ="謎") for name in ("第六感", "謎", "第六感")))
    assert [(found.line, found.reason, found.value) for found in planned.issues] == [
        (2, "ASSESSMENT_TYPE_UNKNOWN", "謎"),
        (2, "ASSESSMENT_SCALE_UNKNOWN", "第六感"),
        (3, "ASSESSMENT_SCALE_UNKNOWN", "謎"),
    ]


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
