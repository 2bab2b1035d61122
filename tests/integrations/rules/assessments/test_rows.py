"""What one line of a results file says."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from integrations.reasons import Reason
from integrations.rules.cells import Lost, Refused
from integrations.rules.text import shown
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


@pytest.mark.parametrize("number", range(4, len(HEADER)))
def test_cells_that_are_missing_at_the_end_are_blank(number):
    assert read(line()[:number]) == read(line())


def test_a_line_with_more_cells_than_columns_is_refused_as_a_whole():
    row = read([*line(受検日="きのう"), "あふれた値"])
    assert reasons(row) == [("ASSESSMENT_ROW_BROKEN", "")]
    assert f"値の数（{len(HEADER) + 1}）が列名の数（{len(HEADER)}）より多い" in file_sentence(row.problems[0])
    assert (row.key, row.person, row.problems[0].subject_key) == (None, AOYAMA, "1001")
    assert row.values.scores == ()


def test_of_such_a_line_nobody_knows_what_stood_in_its_cells():
    [problem] = read([*line(社員番号="秘密", メールアドレス="秘密@example.co.jp"), "あふれた値"]).problems
    assert (problem.subject_key, problem.subject_name, problem.email) == ("", "", "")


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


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("受検日", "きのう", "YYYY/MM/DD または YYYY-MM-DD の形の正しい日付"),
        ("完了日時", "朝", "YYYY/MM/DD HH:MM または YYYY-MM-DD HH:MM:SS の形の正しい日時"),
        ("総合スコア", "11", "0.0から10.0までの数（小数点以下は1桁まで）"),
        ("傾聴傾向", " 61,5 ", "0から100までの数（小数点以下は1桁まで）"),
        ("検査名", "字" * 201, "200文字以内の文字"),
        ("コメント", "字" * 10_001, "10,000文字以内の文字"),
    ],
)
def test_a_value_that_is_wrong_is_quoted_and_its_remedy_says_what_may_stand_there(column, value, what):
    [problem] = read(line(**{column: value})).problems
    assert (problem.field, problem.value) == (column, shown(value))
    assert file_remedy(problem) == f"ファイルのこの行の{column}を、{what}で入力してください。"


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"受検日": "2026/07/01"}, "受検日"),
        ({"完了日時": "2026/07/01 00:00"}, "完了日時"),
        ({"完了日時": " 2026-06-30T15:00Z"}, "完了日時"),
    ],
)
def test_nobody_has_been_tested_on_a_day_to_come(days, field):
    row = read(line(**days), today=date(2026, 6, 30))
    assert reasons(row) == [("ASSESSMENT_DATE_INVALID", field)]
    assert (row.key, row.problems[0].value) == (None, days[field].strip())


def test_today_is_no_day_to_come():
    row = read(line(受検日="2026/06/30", 完了日時="2026-06-30T14:59Z"), today=date(2026, 6, 30))
    assert (reasons(row), row.key.taken_on) == ([], date(2026, 6, 30))


def test_which_day_it_is_the_company_s_zone_says():
    row = read(line(完了日時="2026-07-01T03:00Z"), today=date(2026, 6, 30), zone=ZoneInfo("America/New_York"))
    assert reasons(row) == []


def test_cells_that_must_not_be_stored_are_told_and_nothing_else_of_their_line():
    day = Refused.because(Reason.FILE_CELL_IS_DATE, "1月2日")
    row = read([*line(社員番号="9999", 検査名=day, 総合スコア="高い")[:-1], Lost.of("?0", "?", is_certain=True)])
    assert reasons(row) == [("FILE_CELL_IS_DATE", "検査名"), ("FILE_CHARACTER_LOST", "社交欲求")]
    assert [file_sentence(problem) for problem in row.problems] == [
        "2行目：検査名が日付「1月2日」になっています。「1-2」のような値を、表計算ソフトが日付に変えた可能性があります。",
        "2行目：社交欲求「?0」は、ファイルの保存のときに文字が失われています（「?」）。",
    ]
    assert (row.key, row.values.scores) == (None, ())


def test_a_line_of_nobody_is_told_with_what_it_names():
    [problem] = read(line(社員番号="9999", メールアドレス="Aoyama@example.co.jp")).problems
    assert file_sentence(problem) == "2行目：社員番号「9999」の社員がいません。"
    assert (problem.subject_key, problem.subject_name, problem.email) == ("9999", "", "Aoyama@example.co.jp")


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


def test_a_type_that_only_looks_like_one_of_ours_has_its_near_miss():
    [remark] = read(line(_16タイプ="シ一カー")).remarks
    assert (remark.field, remark.value) == ("16タイプ", "シ一カー")
    assert "見た目がよく似た「シーカー」があります" in file_sentence(remark)


def test_a_score_is_that_of_its_column():
    row = read(["50", "2025/06/02", "40", "1001"], header=["社交性", "受検日", "傾聴傾向", "社員番号"])
    assert dict(zip(row.scales, row.values.scores, strict=True)) == {"sociability": 50.0, "listening": 40.0}
    [problem] = read(["x", "2025/06/02", "", "1001"], header=["社交性", "受検日", "傾聴傾向", "社員番号"]).problems
    assert (problem.field, problem.value) == ("社交性", "x")


def test_a_formula_is_a_text_like_any_other():
    row = read(line(検査名="=1+1", コメント="@SUM(A1)"))
    assert row.problems == ()
    assert (row.key.title, row.values.comment) == ("=1+1", "@SUM(A1)")


def test_absurd_values_are_cut_in_the_problem():
    [problem] = read(line(総合スコア="9" * 10_000_000)).problems
    assert len(problem.value) == 254
