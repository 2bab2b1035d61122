"""How a type or a scale is found by what somebody calls it."""

import pytest

from assessments.name_lookup import Named, by_spelling, clash, fold_name

SEEKER = Named("seeker", "シーカー", "探求者")
SOCIABILITY = Named("sociability", "社交欲求", aliases=("社交性", "ソーシャル Type"))


@pytest.mark.parametrize(
    "spelling",
    ["シーカー", "シーカー（探求者）", "シーカー (探求者)", " シーカー　（ 探求者 ） ", "ｼｰｶｰ", "ｼｰｶｰ(探求者)"],
)
def test_it_finds_a_type_by_katakana_with_or_without_wamei(spelling):
    assert by_spelling([SEEKER])[fold_name(spelling)] == "seeker"


def test_wamei_alone_names_no_type():
    assert fold_name("探求者") not in by_spelling([SEEKER])


@pytest.mark.parametrize("spelling", ["社交欲求", "社交 性", "ｿｰｼｬﾙtype", "ソーシャルＴＹＰＥ"])
def test_it_finds_a_scale_by_name_or_alias(spelling):
    assert by_spelling([SOCIABILITY])[fold_name(spelling)] == "sociability"


def test_a_decomposed_name_is_the_same_name():
    assert fold_name("フ\u309aランナー") == fold_name("プランナー")


def test_a_name_goes_before_the_alias_of_another():
    rows = [Named("a", "甲", aliases=("乙",)), Named("b", "乙")]
    assert by_spelling(rows)["乙"] == "b"


def test_nothing_is_found_by_a_blank():
    assert by_spelling([Named("a", "甲", aliases=("", "　"))]) == {"甲": "a"}


def test_aliases_that_are_no_texts_do_not_count():
    class Row:
        code, name, aliases = "a", "甲", [1, None, "乙"]

    class Broken:
        code, name, aliases = "b", "丙", "丁"

    assert Named.of(Row()).aliases == ("乙",)
    assert Named.of(Broken()).aliases == ()


def test_a_name_that_means_another_row_clashes_however_it_is_written():
    assert clash(Named("", "新しい", aliases=("ｼｰｶｰ (探求者)",)), [SOCIABILITY, SEEKER]) == ("ｼｰｶｰ (探求者)", SEEKER)
    assert clash(Named("", "シーカー", "求道者"), [SEEKER]) == ("シーカー", SEEKER)


def test_a_name_of_ones_own_clashes_with_nothing():
    assert clash(Named("", "新しい", "探求者", ("新しい", "")), [SEEKER, SOCIABILITY]) is None
