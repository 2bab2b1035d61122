"""Which column of a results file holds what."""

import pytest

from integrations.rules.assessments.headings import AssessmentColumn, find_columns
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
