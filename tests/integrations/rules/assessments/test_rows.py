"""What one line of a results file says."""

from datetime import date, datetime

import pytest

from tests.factories.findings import file_remedy, file_sentence
from tests.integrations.rules.assessments.makers import AOYAMA, HEADER, TOKYO, line, read


def reasons(row):
    return [(problem.reason, problem.field) for problem in row.problems]


def test_it_reads_a_whole_line():
    row = read(
        line(
            メールアドレス="aoyama@example.co.jp",
            検査名="ミキワメ 性格検査",
            完了日時="2025/06/02 09:30",
            _16タイプ="シーカー（探求者）",
            判定="A+",
            総合スコア="8.6",
            コメント="落ち着いて話を聞く。",
            傾聴傾向="61.5",
            社交欲求="40",
        )
    )
    assert row.problems == row.remarks == ()
    assert row.person == AOYAMA
    assert row.key == (1, "ミキワメ 性格検査", date(2025, 6, 2), datetime(2025, 6, 2, 9, 30, tzinfo=TOKYO))
    assert row.values == ("seeker", "", "A+", 8.6, "落ち着いて話を聞く。", (61.5, 40.0), ())


def test_blank_cells_are_no_values():
    row = read(line())
    assert row.problems == ()
    assert row.key == (1, "", date(2025, 6, 2), None)
    assert row.values == ("", "", "", None, "", (None, None), ())


def test_cells_that_are_missing_at_the_end_are_blank():
    assert read(line()[:4]) == read(line())


def test_a_line_with_more_cells_than_columns_is_refused_as_a_whole():
    row = read([*line(受検日="きのう"), "あふれた値"])
    assert reasons(row) == [("ASSESSMENT_ROW_BROKEN", "")]
    assert f"値の数（{len(HEADER) + 1}）が列名の数（{len(HEADER)}）より多い" in file_sentence(row.problems[0])
    assert row.key is None


def test_blank_cells_beyond_the_columns_do_not_matter():
    assert read([*line(), "", "　"]) == read(line())


def test_every_problem_of_a_line_is_told():
    row = read(line(社員番号="", 受検日="2025/13/01", 完了日時="朝", 総合スコア="11", 傾聴傾向="101", 社交欲求="x"))
    assert reasons(row) == [
        ("ASSESSMENT_PERSON_MISSING", "社員番号・メールアドレス"),
        ("ASSESSMENT_VALUE_INVALID", "受検日"),
        ("ASSESSMENT_VALUE_INVALID", "完了日時"),
        ("ASSESSMENT_VALUE_INVALID", "総合スコア"),
        ("ASSESSMENT_VALUE_INVALID", "傾聴傾向"),
        ("ASSESSMENT_VALUE_INVALID", "社交欲求"),
    ]


def test_a_problem_names_line_person_column_and_value_and_says_what_to_do():
    [problem] = read(line(メールアドレス="aoyama@example.co.jp", 傾聴傾向="61,5"), number=3).problems
    assert file_sentence(problem) == "3行目：傾聴傾向の値が正しくありません。"
    assert (problem.subject_key, problem.subject_name, problem.email) == ("1001", "青山 直樹", "aoyama@example.co.jp")
    assert (problem.field, problem.value) == ("傾聴傾向", "61,5")
    assert (
        file_remedy(problem)
        == "ファイルのこの行の傾聴傾向を、0から100までの数（小数点以下は1桁まで）で入力してください。"
    )


@pytest.mark.parametrize(("column", "limit"), [("検査名", 200), ("16タイプ", 100), ("判定", 10), ("コメント", 10_000)])
def test_a_text_that_is_too_long_is_refused(column, limit):
    assert reasons(read(line(**{f"_{column}": "字" * limit}))) == []
    assert reasons(read(line(**{f"_{column}": "字" * (limit + 1)}))) == [("ASSESSMENT_VALUE_INVALID", column)]


def test_an_unknown_type_is_kept_as_text_with_a_warning():
    row = read(line(_16タイプ="オールラウンダー"))
    assert row.problems == ()
    assert (row.values.personality_type, row.values.unknown_type) == ("", "オールラウンダー")
    [remark] = row.remarks
    assert (remark.reason, remark.severity, remark.value) == ("ASSESSMENT_TYPE_UNKNOWN", "warning", "オールラウンダー")
    assert (
        file_sentence(remark) == "2行目：16タイプ「オールラウンダー」が設定にないため、この名前のまま取り込みました。"
    )


def test_a_formula_is_a_text_like_any_other():
    row = read(line(検査名="=1+1", コメント="@SUM(A1)"))
    assert row.problems == ()
    assert (row.key.title, row.values.comment) == ("=1+1", "@SUM(A1)")


def test_absurd_values_are_cut_in_the_problem():
    [problem] = read(line(総合スコア="9" * 10_000_000)).problems
    assert len(problem.value) == 254
