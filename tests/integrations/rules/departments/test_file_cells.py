"""Cells of a 部署CSV that are not what they seem: what is told, and what stays as it is."""

import pytest

from integrations.reasons import Reason
from integrations.rules.cells import Lost, Refused
from integrations.rules.text import HAS_NUL
from tests.factories.findings import file_sentence
from tests.integrations.rules.departments.company import our_chain, ours
from tests.integrations.rules.departments.files import news, outcomes, plan, problems

A_DAY = Refused.because(Reason.FILE_CELL_IS_DATE, "1月2日")
WITH_NAMES = ("部署コード", "部署名", "親部署名")


def test_cells_that_must_not_be_stored_are_told_by_their_columns_and_their_lines_are_not_taken():
    made = plan(["10", A_DAY, "", ""], ["11", "課", "", A_DAY], ["12", "室", "", ""])
    assert problems(made) == [("FILE_CELL_IS_DATE", "2"), ("FILE_CELL_IS_DATE", "3")]
    assert [(found.field, found.value, found.subject_key, found.subject_name) for found in made.issues] == [
        ("部署名", "1月2日", "10", "1月2日"),
        ("表示順", "1月2日", "11", "課"),
    ]
    assert (outcomes(made), news(made).keys()) == (["created", "failed", "failed"], {"12"})


def test_what_is_below_a_line_that_is_not_taken_is_refused_for_its_parent():
    made = plan(["10", "部", "", A_DAY], ["11", "課", "10", ""])
    assert problems(made) == [("FILE_CELL_IS_DATE", "2"), ("DEPARTMENT_PARENT_REFUSED", "3")]


@pytest.mark.parametrize("column", ["部署コード", "部署名"])
def test_a_text_that_had_lost_its_character_before_is_ours(column):
    texts = {"部署コード": "10", "部署名": "営業部", column: "高?"}
    here = ours(1, texts["部署コード"], texts["部署名"])
    cells = [*(texts | {column: Lost.of("高?", "?", is_certain=True)}).values(), "", "1"]
    assert outcomes(plan(cells, local=[here])) == ["unchanged"]
    for local in ([ours(1, "10", "高")], []):
        (found,) = plan(cells, local=local).issues
        assert (found.reason, found.field, found.value) == ("FILE_CHARACTER_LOST", column, "高?")
        assert found.params["lost"] == "?"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["10", "営業部", "", "", "あふれ"], "値の数（5）が列名の数（4）より多いため、どの列の値か分かりません。"),
        (["10", "営業部", "\0", ""], HAS_NUL),
        (["10", "営業部", "", "x"], "表示順は0から2,147,483,647までの整数で入力してください。"),
        (["10", "営業部", "", "2147483648"], "表示順は0から2,147,483,647までの整数で入力してください。"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_why_by_its_code(cells, told):
    (found,) = plan(["20", "部", "", ""], cells, local=[ours(1, "10", "営業部")]).issues
    assert file_sentence(found) == f"3行目：この行を読み取れませんでした。{told}"
    assert found.subject_key == "10"


@pytest.mark.parametrize(("text", "order"), [("0", 0), ("2147483647", 2147483647), (" 7 ", 7), ("007", 7)])
def test_an_order_is_any_number_that_we_can_store(text, order):
    assert news(plan(["10", "営業部", "", text]))["10"]["order"] == order


def test_what_nobody_sees_in_our_texts_does_not_count():
    here = [ours(1, "A\u200b1", "営業\u200b部"), ours(2, "", "準備\u200b室"), ours(3, "B", "課", parent=1)]
    assert outcomes(plan(["A1", "営業部", "", "1"], ["B", "課", "A1", "1"], local=here)) == ["unchanged"] * 2
    assert news(plan(["A1", "総務部", "", "1"], local=here)) == {"A\u200b1": {"name": "総務部"}}
    made = plan(["B", "課", "準備室"], ["C", "新", "営業部"], local=here, header=WITH_NAMES)
    assert {code: fields["parent"] for code, fields in news(made).items()} == {
        "B": "（コードなし）準備\u200b室",
        "C": "A\u200b1",
    }


def test_a_parent_that_is_named_as_one_of_ours_is_that_whatever_the_file_brings():
    here = [ours(1, "", "準備室"), ours(2, "30", "営業部")]
    lines = (["31", "一課", "準備室"], ["32", "二課", "営業部"], ["33", "準備室", ""], ["34", "営業部", ""])
    made = plan(*lines, local=here, header=WITH_NAMES)
    assert {code: fields["parent"] for code, fields in news(made).items()} == {"31": "（コードなし）準備室", "32": "30"}
    assert problems(made) == [("DEPARTMENT_NAME_TAKEN", "4"), ("DEPARTMENT_NAME_TAKEN", "5")]


def test_without_a_column_for_parents_each_stays_where_it_is():
    here = [ours(1, "10", "営業部"), ours(2, "11", "課", parent=1)]
    lines = (["11", "室"], ["10", "総務部"], ["12", "新"])
    made = plan(*lines, local=here, header=["部署コード", "部署名"])
    assert news(made) == {
        "10": {"name": "総務部"},
        "11": {"name": "室"},
        "12": {"code": "12", "name": "新", "parent": "", "order": None},
    }


def test_a_line_without_a_code_is_told_by_its_name_and_column():
    (found,) = plan(["", "営業部", "", ""]).issues
    assert (found.line, found.subject_name, found.field) == (2, "営業部", "部署コード")


def test_a_tree_that_is_too_deep_here_already_comes_back_unchanged():
    lines = [[f"L{level}", f"部署L{level}", f"L{level - 1}" if level > 1 else "", "1"] for level in range(1, 13)]
    made = plan(*lines, local=our_chain(12))
    assert (outcomes(made), made.issues) == (["unchanged"] * 12, ())
    made = plan(*lines, ["X", "新", "L10", ""], local=our_chain(12))
    assert problems(made) == [("DEPARTMENT_TOO_DEEP", "14")]
