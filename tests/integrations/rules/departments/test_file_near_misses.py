"""What lines of a 部署CSV may have meant: codes without their zeros, and codes and names that only look like ours."""

import pytest

from tests.factories.findings import file_sentence
from tests.integrations.rules.departments.company import ours
from tests.integrations.rules.departments.files import news, outcomes, plan, problems

HERE = [ours(1, "010", "営業〜東"), ours(2, "Ａ-1", "品質課"), ours(3, "", "準備・室")]
WITH_NAMES = ("部署コード", "部署名", "親部署コード", "親部署名")


@pytest.mark.parametrize("code", ["10", "0010"])
def test_a_code_that_is_ours_but_for_its_zeros_is_refused_and_told_once(code):
    made = plan([code, "新", "", ""], ["20", "別", "", ""], local=HERE)
    (found,) = made.issues
    assert file_sentence(found) == f"2行目：部署コード「{code}」は、ミキワメにある「010」と先頭の0だけが違います。"
    assert (found.subject_key, found.subject_name) == (code, "新")
    assert (outcomes(made), news(made).keys()) == (["created", "failed"], {"20"})


def test_so_is_that_of_a_parent_unless_the_file_has_it_itself():
    made = plan(["11", "課", "10", ""], local=HERE)
    (found,) = made.issues
    assert file_sentence(found) == "2行目：親部署コード「10」は、ミキワメにある「010」と先頭の0だけが違います。"
    assert found.subject_key == "11"
    assert problems(plan(["10", "部", "", ""], ["11", "課", "10", ""], local=HERE)) == [
        ("FILE_LEADING_ZEROS", "2"),
        ("DEPARTMENT_PARENT_REFUSED", "3"),
    ]


def test_a_company_that_has_both_codes_may():
    lines = (["10", "北", "", ""], ["010", "営業〜東", "", "1"], ["11", "南", "10", ""], ["12", "西", "010", ""])
    assert outcomes(plan(*lines, local=HERE)) == ["created", "created", "created", "unchanged"]
    assert plan(*lines, local=HERE).issues == ()


@pytest.mark.parametrize(
    ("code", "name", "told"),
    [
        ("2", "営業～東", "部署名「営業～東」は、ミキワメにある「営業〜東」と見た目がよく似ています（「～」（U+FF5E）"),
        ("2", "準備･室", "部署名「準備･室」は、ミキワメにある「準備・室」と見た目がよく似ています（全角・半角または"),
        ("A-1", "新", "部署コード「A-1」は、ミキワメにある「Ａ-1」と見た目がよく似ています（全角・半角または大文字"),
    ],
)
def test_a_new_department_that_only_looks_like_another_is_taken_with_a_warning(code, name, told):
    made = plan([code, name, "", ""], local=HERE)
    (found,) = made.issues
    assert file_sentence(found).startswith(f"2行目：{told}")
    assert (found.severity, found.subject_key, found.subject_name) == ("warning", code, name)
    assert outcomes(made) == ["created"]


def test_two_new_names_of_a_file_that_look_alike_are_told_each_and_codes_of_a_file_are_nobodys_near_miss():
    made = plan(["B-1", "開発・運用", "", ""], ["Ｂ-1", "開発･運用", "", ""])
    assert problems(made) == [("FILE_LOOKS_ALIKE", "2"), ("FILE_LOOKS_ALIKE", "3")]
    assert [(found.field, found.params["other"]) for found in made.issues] == [
        ("部署名", "開発･運用"),
        ("部署名", "開発・運用"),
    ]


def test_codes_and_names_that_are_ours_are_nobodys_near_miss():
    here = [*HERE, ours(4, "A-1", "営業～東")]
    made = plan(["A-1", "品質課", "", "1"], ["Ａ-1", "営業～東", "", "1"], local=here)
    assert (outcomes(made), made.issues) == (["updated", "updated"], ())


def test_what_a_line_looks_like_is_not_told_where_it_is_refused():
    made = plan(["2", "営業～東", "99", ""], ["3", "準備･室", "", ""], local=HERE)
    assert problems(made) == [("DEPARTMENT_PARENT_UNKNOWN", "2"), ("FILE_LOOKS_ALIKE", "3")]


@pytest.mark.parametrize(
    ("code", "name", "meant"),
    [("A-1", "", "Ａ-1"), ("", "営業～東", "営業〜東"), ("", "開発･課", "開発・課"), ("ｃ2", "", "c2")],
)
def test_an_unknown_parent_is_told_with_what_it_may_have_meant(code, name, meant):
    made = plan(["2", "新", code, name], ["c2", "開発・課", "", ""], local=HERE, header=WITH_NAMES)
    assert problems(made) == [("DEPARTMENT_PARENT_UNKNOWN", "2")]
    assert f"がファイルにもミキワメにもありません。見た目がよく似た「{meant}」があります" in file_sentence(
        made.issues[0]
    )


def test_nothing_is_meant_by_a_parent_that_looks_like_nothing():
    (found,) = plan(["2", "新", "99", ""], local=HERE).issues
    assert file_sentence(found) == "2行目：親部署「99」がファイルにもミキワメにもありません。"
