"""What a department may be called and where it may stand."""

import pytest

from departments.placement import Place, judge

TREE = {
    1: Place("営業本部", "100", None),
    2: Place("営業第一部", "110", 1),
    3: Place("第一課", "", 2),
    4: Place(" 開発本部 ", "200", None),
}


@pytest.mark.parametrize(
    ("name", "code"), [("総務部", "300"), ("総務部", ""), ("営業本部 ", "1000"), ("営業第一部a", "011")]
)
def test_it_takes_what_nobody_else_has(name: str, code: str):
    assert judge(Place(name, code, 2), TREE, None) == {}


def test_a_name_is_unique_in_the_whole_company_after_trimming():
    assert judge(Place("開発本部", "", 2), TREE, None) == {
        "name": "部署名「開発本部」は、別の部署（部署コード 200）が使用しています。"
    }
    assert "（コードなし）" in judge(Place("第一課", "", 1), TREE, None)["name"]


def test_a_code_is_unique_unless_blank():
    assert judge(Place("総務部", "110", None), TREE, 4) == {
        "code": "部署コード「110」は、部署「営業第一部」が使用しています。"
    }
    assert judge(Place("総務部", "", None), TREE, 4) == {}


@pytest.mark.parametrize("parent", [1, 2, 3])
def test_it_does_not_stand_below_itself(parent: int):
    assert set(judge(Place("営業本部", "100", parent), TREE, 1)) == {"parent"}


def chain(length: int, start: int = 10) -> dict[int, Place]:
    return {start + n: Place(f"{start + n}", "", start + n - 1 if n else None) for n in range(length)}


def test_it_has_ten_levels_at_most():
    assert judge(Place("新", "", 18), chain(10), None) == {}
    assert judge(Place("新", "", 19), chain(10), None) == {
        "parent": "部署の階層は10階層までです（この部署が11階層目になります）。"
    }


def test_everything_below_a_moved_department_counts_too():
    tree = chain(8) | chain(3, start=50)
    assert judge(Place("50", "", 16), tree, 50) == {}
    assert judge(Place("50", "", 17), tree, 50) == {
        "parent": "部署の階層は10階層までです（最も下位の部署が11階層目になります）。"
    }


def test_what_stays_as_it_was_is_not_judged_again():
    tree = chain(12) | {90: Place("同名", "", None), 91: Place("同名 ", "", None)}
    assert judge(Place("新しい名", "9", 20), tree, 21) == {}
    assert judge(Place("同名", "9", None), tree, 90) == {}
