"""検査結果CSV: 判定 and 総合スコア on further bases than 会社基準."""

import pytest

from integrations.rules.assessments.headings import AssessmentColumn, find_columns, heading_on, parts_of
from tests.integrations.rules.assessments.makers import (
    HEADER,
    KEY,
    SCALES,
    line,
    long_line,
    ours,
    plan,
    plan_long,
    read,
)

GRADE, SCORE = "判定（チーム基準）", "総合スコア（チーム基準）"
WIDE = (*HEADER, GRADE, SCORE)
LONG = (*HEADER[:9], "尺度", "偏差値", GRADE, SCORE)


def bases(*header, known=()):
    columns, problems = find_columns(["受検日", "社員番号", *header], SCALES, known_bases=known)
    return columns, [(problem.reason, problem.field) for problem in problems]


@pytest.mark.parametrize("heading", [GRADE, "判定(チーム基準)", " 判定 （ ﾁｰﾑ基準 ） ", "判定\n（チーム 基準）"])
def test_a_column_of_a_known_basis_is_found_in_any_spelling(heading):
    columns, problems = bases(heading, known=["チーム基準"])
    assert problems == []
    assert columns.bases == {GRADE: (AssessmentColumn.GRADE, "チーム基準")}
    assert (columns.places[GRADE], columns.unknown) == (2, [])


def test_a_new_basis_is_called_as_the_file_calls_it():
    columns, _ = bases("総合スコア( Team  A基準)", "判定（TeamＡ基準）")
    assert {basis for _, basis in columns.bases.values()} == {"Team A基準"}


def test_the_columns_without_a_basis_are_those_of_the_company_basis():
    columns, problems = bases("判定（会社基準）", "総合スコア")
    assert (columns.bases, problems) == ({}, [])
    assert columns.places == {"受検日": 0, "社員番号": 1, "判定": 2, "総合スコア": 3}


@pytest.mark.parametrize(("one", "other"), [("判定", "判定（会社基準）"), (GRADE, "判定(ﾁｰﾑ基準)")])
def test_two_columns_for_one_basis_are_refused(one, other):
    assert [reason for reason, _ in bases(one, other)[1]] == ["FILE_COLUMN_AMBIGUOUS"]


def test_a_basis_may_be_one_letter_and_stand_behind_what_is_none():
    columns, _ = bases("備考", "備考（A）", "判定（A）", "総合スコア（A）")
    assert columns.bases == {
        "判定（A）": (AssessmentColumn.GRADE, "A"),
        "総合スコア（A）": (AssessmentColumn.OVERALL_SCORE, "A"),
    }
    assert columns.unknown == [2, 3]


@pytest.mark.parametrize(
    "heading", ["判定（）", "判定（ 　）", f"判定（{'字' * 51}）", "受検日（チーム基準）", "適性（チーム基準）"]
)
def test_what_is_no_basis_is_no_column_of_ours(heading):
    columns, _ = bases(heading)
    assert (columns.bases, columns.unknown) == ({}, [2])


def test_a_heading_says_column_and_basis():
    assert heading_on(AssessmentColumn.GRADE, "チーム（A）基準") == "判定（チーム（A）基準）"
    assert parts_of("判定（チーム（A）基準）") == ("判定", "チーム（A）基準")
    assert parts_of("判定（チーム（A））") == ("判定", "チーム（A）")


def test_the_longest_basis_is_one_too():
    columns, _ = bases(f"判定（{'字' * 50}）")
    assert columns.bases == {f"判定（{'字' * 50}）": (AssessmentColumn.GRADE, "字" * 50)}


def test_a_new_result_is_judged_on_each_basis_that_the_file_names():
    [change] = plan([*line(判定="S"), "A+", "7.2"], header=WIDE).changes
    assert change.fields["grade"] == (None, "S")
    assert change.fields["judgements"] == (None, {GRADE: "A+", SCORE: 7.2})
    [change] = plan([*line(), "", ""], header=WIDE).changes
    assert "judgements" not in change.fields


def test_only_what_differs_is_written_and_a_blank_takes_away():
    local = [ours(pk=7, key=KEY, judged={GRADE: "A+", SCORE: 7.2, "判定（適性）": "B"})]
    assert plan([*line(), "A+", "7.2"], header=WIDE, local=local).changes == []
    [change] = plan([*line(), "A+", ""], header=WIDE, local=local).changes
    assert change.fields == {"judgements": ({SCORE: 7.2}, {SCORE: None})}


@pytest.mark.parametrize(
    ("grade", "score", "field"), [("字" * 11, "", GRADE), ("", "10.1", SCORE), ("", "高い", SCORE)]
)
def test_a_value_that_does_not_fit_refuses_the_row(grade, score, field):
    [problem] = read([*line(), grade, score], header=WIDE).problems
    assert (problem.reason, problem.field) == ("ASSESSMENT_VALUE_INVALID", field)


def test_the_lines_of_a_result_in_the_long_form_say_it_together():
    local = [ours(judged={GRADE: "A+", SCORE: 7.2}, scores={"listening": 50.0, "sociability": 40.0})]
    lines = [[*long_line("傾聴傾向", "50"), "A+", ""], [*long_line("社交欲求", "40"), "", "7.2"]]
    assert plan_long(*lines, header=LONG, local=local).changes == []
    lines[1][-2] = "B"
    planned = plan_long(*lines, header=LONG, local=local)
    assert [(each.reason, each.field) for each in planned.issues if each.field] == [
        ("ASSESSMENT_LINES_CONTRADICT", GRADE)
    ]
