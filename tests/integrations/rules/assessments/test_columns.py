"""Which column of a results file holds what."""

import pytest

from assessments.name_lookup import Named
from integrations.rules.assessments.headings import AssessmentColumn, find_columns, headings, ignored
from integrations.rules.cells import Sort
from tests.factories.findings import file_sentence
from tests.integrations.rules.assessments.makers import SCALES


def refused(*header):
    _, problems = find_columns(header, SCALES)
    return [(problem.reason, problem.field) for problem in problems]


def test_it_finds_each_column_wherever_it_stands():
    columns, problems = find_columns(["傾聴傾向", "受検日", "社員番号", "16タイプ"], SCALES)
    assert problems == []
    assert columns.places == {AssessmentColumn.TAKEN_ON: 1, AssessmentColumn.NUMBER: 2, AssessmentColumn.TYPE: 3}
    assert columns.scales == {"listening": 0}


@pytest.mark.parametrize("name", ["１６タイプ", "16 タイプ", " 16ﾀｲﾌﾟ"])
def test_width_and_blanks_of_a_name_do_not_count(name):
    columns, _ = find_columns(["受検日", "社員番号", name], SCALES)
    assert columns.places[AssessmentColumn.TYPE] == 2


def test_a_scale_is_found_by_its_alias():
    columns, _ = find_columns(["受検日", "社員番号", "感情記憶志向", "社交性"], SCALES)
    assert columns.scales == {"emotional_consideration": 2, "sociability": 3}


def test_the_mail_alone_or_the_number_alone_is_enough():
    assert refused("受検日", "社員番号") == []
    assert refused("受検日", "メールアドレス") == []


def test_a_file_without_any_column_for_the_person_is_refused():
    assert refused("受検日", "氏名") == [("FILE_COLUMN_MISSING", "社員番号またはメールアドレス")]


def test_a_file_without_the_day_is_refused():
    assert refused("社員番号", "検査名") == [("FILE_COLUMN_MISSING", "受検日")]


def test_a_refusal_says_which_columns_of_ours_it_found():
    _, problems = find_columns(["名前", "点"], SCALES)
    nothing = "（ファイルの1行目に、取り込む列名がありません）"
    assert [file_sentence(problem) for problem in problems] == [
        f"列「社員番号またはメールアドレス」がありません。{nothing}",
        f"列「受検日」がありません。{nothing}",
    ]
    _, [problem] = find_columns(["名前", "社員番号", "判定"], SCALES)
    assert file_sentence(problem) == "列「受検日」がありません。（ファイルの1行目で見つかった列名：社員番号、判定）"


def test_two_columns_for_one_thing_are_refused():
    assert refused("受検日", "社員番号", "受検日") == [("FILE_COLUMN_AMBIGUOUS", "受検日")]
    _, [problem] = find_columns(["受検日", "社員番号", "社交欲求", "社交性"], SCALES)
    assert file_sentence(problem) == "「社交欲求」にあたる列が2つあります（社交欲求、社交性）。"


def test_it_remembers_the_columns_that_mean_nothing():
    columns, problems = find_columns(["受検日", "社員番号", "氏名", ""], SCALES)
    assert problems == []
    assert [columns.name(place) for place in columns.unknown] == ["氏名", "4列目"]


def test_what_each_column_holds_is_known_by_its_place():
    header = ["社員番号", "受検日", "完了日時", "総合スコア", "コメント", "備考", "社交性"]
    columns, _ = find_columns([*header, "判定（チーム基準）", "総合スコア（チーム基準）"], SCALES)
    sorts = [Sort.TEXT, Sort.DAY, Sort.MOMENT, Sort.NUMBER, Sort.FREE_TEXT, None, Sort.NUMBER, Sort.TEXT, Sort.NUMBER]
    assert columns.sorts() == {place: sort for place, sort in enumerate(sorts) if sort}
    assert find_columns(["社員番号", "受検日", "尺度", "偏差値"], SCALES)[0].sorts() == dict(
        enumerate([Sort.TEXT, Sort.DAY, Sort.TEXT, Sort.NUMBER])
    )


def test_sentences_call_a_column_as_we_do_and_a_scale_as_the_file_does():
    columns, _ = find_columns([" 受検日", "社員 番号", "社交性", "備考"], SCALES)
    assert columns.names() == {"受検日": 0, "社員番号": 1, "社交性": 2}


def test_columns_that_were_not_read_are_told_where_they_have_values():
    header = ["受検日", "社員番号", "備考", "メ一ルアドレス", "社交欲\u200b求", "謎", "氏名", " 所 属\u200b"]
    columns, _ = find_columns(header, SCALES)
    told = [file_sentence(found) for found in ignored(columns, [6, 7, 3, 2])]
    assert [sentence[: sentence.index("」")] for sentence in told] == ["列「備考", "列「メ一ルアドレス"]
    assert "見た目がよく似た「メールアドレス」があります" in told[1]


@pytest.mark.parametrize("name", ["杜交欲求", "社交性カ"])
def test_nothing_is_meant_by_a_name_that_looks_like_none_of_ours(name):
    columns, _ = find_columns(["受検日", "社員番号", name], SCALES)
    assert "見た目" not in file_sentence(*ignored(columns, [2]))


def test_an_alias_of_a_scale_may_be_meant_too():
    columns, _ = find_columns(["受検日", "社員番号", "Ｔеam"], [*SCALES, Named("team", "協調", aliases=("Team",))])
    assert "見た目がよく似た「Team」があります" in file_sentence(*ignored(columns, [2]))


def test_a_scale_that_is_not_stored_is_not_read_and_told_by_what_the_file_calls_it():
    header = ["社交性", "受検日", "社員番号", "備考", "社交欲求", "傾聴傾向"]
    columns, problems = find_columns(header, SCALES, not_kept=["sociability", "emotional_consideration"])
    assert (columns.scales, list(columns.not_kept), problems) == ({"listening": 5}, [0, 4], [])
    assert sorted(columns.sorts()) == [1, 2, 5]
    assert [(found.reason, found.field) for found in ignored(columns, [4, 3, 0])] == [
        ("FILE_COLUMN_UNKNOWN", "備考"),
        ("ASSESSMENT_SCALE_NOT_KEPT", "社交性"),
        ("ASSESSMENT_SCALE_NOT_KEPT", "社交欲求"),
    ]
    assert [found.field for found in ignored(columns, [0])] == ["社交性"]


def test_a_header_is_known_by_any_spelling_of_what_a_file_needs():
    known = headings(SCALES)
    assert known.count(["受 検日", "社交性", "傾聴傾向", "偏差値", "尺度", "判定", "備考", "氏名"]) == 6
    assert known.are_in(["受検日", "メールアドレス"])
    assert known.are_in(["受検日", "社員番号"])
    assert not known.are_in(["受検日", "氏名"])
    assert not known.are_in(["社員番号", "メールアドレス"])


def test_a_column_called_like_one_of_ours_is_that_and_no_scale():
    columns, _ = find_columns(["受検日", "社員番号", "判定"], [Named("grade", "判定")])
    assert (columns.places["判定"], columns.scales) == (2, {})
