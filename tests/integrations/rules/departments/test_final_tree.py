"""Product rule 2.6: refused and absent departments stay, and the tree that results is checked."""

from tests.factories.findings import remedy
from tests.integrations.rules.departments.company import (
    carry_out,
    chain,
    detail,
    is_sound,
    our_chain,
    ours,
    plan,
    refusals,
    theirs,
)


def test_it_refuses_a_move_that_makes_a_loop_with_a_refused_department():
    # In カオナビ B became a root and A its child; B is refused, so here it stays below A.
    here = [ours(1, "A"), ours(2, "B", parent=1)]
    made = plan([theirs("B", ""), theirs("A", parent="B")], here)
    assert refusals(made) == {"B": "DEPARTMENT_NAME_MISSING", "A": "DEPARTMENT_PARENT_LOOP"}
    assert "ミキワメの現在の位置" in detail(made, "A")
    assert carry_out(made, here) == here


def test_it_refuses_a_move_that_makes_a_loop_with_an_absent_department():
    here = [ours(1, "A"), ours(2, "", "コードなし", parent=1, linked=False), ours(3, "C", parent=2)]
    made = plan([theirs("A", parent="C")], here)
    assert refusals(made) == {"A": "DEPARTMENT_PARENT_LOOP"}
    assert "「部署C（C）」" in remedy(*made.issues)


def test_it_refuses_all_moved_members_of_such_a_loop():
    here = [ours(1, "A"), ours(2, "B"), ours(3, "x", parent=2), ours(4, "y", parent=1)]
    made = plan([theirs("A", parent="x"), theirs("B", parent="y")], here)
    assert refusals(made) == dict.fromkeys("AB", "DEPARTMENT_PARENT_LOOP")


def test_it_judges_names_afresh_once_a_row_is_refused_for_its_place():
    here = [ours(1, "A", "一"), ours(2, "B", parent=1)]
    made = plan([theirs("B", ""), theirs("A", "二", parent="B"), theirs("N", "一"), theirs("M", "二")], here)
    assert refusals(made) == {
        "B": "DEPARTMENT_NAME_MISSING",
        "A": "DEPARTMENT_PARENT_LOOP",  # M has its name now, but a loop is told as one
        "N": "DEPARTMENT_NAME_TAKEN",
    }
    assert [change.key for change in made.changes] == ["M"]


def test_it_refuses_a_new_department_below_level_ten_of_our_tree():
    made = plan([theirs("X", parent="L10"), theirs("Y", parent="X")], our_chain(10))
    assert refusals(made) == dict.fromkeys("XY", "DEPARTMENT_TOO_DEEP")
    assert "この部署は11階層目" in detail(made, "X")
    assert "この部署は12階層目" in detail(made, "Y")


def test_it_refuses_a_move_that_takes_absent_departments_below_level_ten():
    here = [*our_chain(8), ours(20, "M"), ours(21, "", "課", parent=20, linked=False), ours(22, "x", "係", parent=21)]
    source = [*chain(8), theirs("M", parent="L8")]
    made = plan(source, here)
    assert refusals(made) == {"M": "DEPARTMENT_TOO_DEEP"}
    assert "下位の部署「係」は11階層目" in detail(made, "M")
    assert made.changes == ()


def test_it_tells_the_deepest_department_that_would_sink():
    here = [*our_chain(8), ours(20, "M"), *our_chain(4, pk=21, parent=20, prefix="x"), ours(30, "a", parent=22)]
    made = plan([*chain(8), theirs("M", parent="L8")], here)
    assert "下位の部署「部署x4」は13階層目" in detail(made, "M")


def test_it_refuses_only_the_nearest_new_or_moved_row_above_a_department_that_sinks_too_deep():
    here = [
        *our_chain(8),
        ours(20, "M"),
        ours(30, "N"),
        ours(31, "x", parent=30),
    ]
    source = [*chain(8), theirs("M", parent="L8"), theirs("N", parent="M")]  # M on 9, N on 10, our x on 11
    made = plan(source, here)
    assert refusals(made) == {"N": "DEPARTMENT_TOO_DEEP"}
    assert "下位の部署「部署x」は11階層目" in detail(made, "N")
    assert [change.key for change in made.changes] == ["M"]


def test_it_refuses_what_is_below_a_new_row_that_was_refused_for_its_place():
    here = [*our_chain(10), ours(20, "A"), ours(21, "B", parent=20)]
    made = plan([theirs("X", parent="L10"), theirs("A", "新", parent="X"), theirs("B", "新B", parent="A")], here)
    assert refusals(made) == dict.fromkeys("XAB", "DEPARTMENT_TOO_DEEP")  # levels 11, 12 and 13 of the source
    assert all(level in detail(made, code) for code, level in zip("XAB", ["は11階", "は12階", "は13階"], strict=True))
    assert made.changes == ()
    assert is_sound(carry_out(made, here))


def test_it_tells_a_loop_as_a_loop_where_the_name_is_taken_as_well():
    # A would come below our B, which stays below A; and B has the name that A is to have.
    made = plan([theirs("A", "二", parent="B")], [ours(1, "A", "一"), ours(2, "B", "二", parent=1)])
    assert refusals(made) == {"A": "DEPARTMENT_PARENT_LOOP"}
    assert "ミキワメの現在の位置" in detail(made, "A")
    assert "「二（B）」" in remedy(*made.issues)


def test_it_tells_a_loop_as_a_loop_also_where_only_the_final_tree_makes_one():
    # C would come below A. A itself goes below C as soon as C has lost its name to N, whom nobody can push out.
    here = [ours(1, "A", "一"), ours(2, "C", "二"), ours(3, "N", "三"), ours(4, "b", "四", parent=2)]
    made = plan([theirs("A", "一", parent="b"), theirs("C", "三", parent="A"), theirs("N", "三")], here)
    assert refusals(made) == {"C": "DEPARTMENT_PARENT_LOOP"}
    assert [change.key for change in made.changes] == ["A"]


def test_it_refuses_more_when_a_refused_name_keeps_a_department_where_it_is():
    # A cannot become 営業部, so it stays on level 9; what was to come below it would be on level 11.
    here = [*our_chain(8), ours(20, "A", parent=8), ours(30, "H", "営業部"), ours(40, "B"), ours(41, "b", parent=40)]
    made = plan([theirs("A", "営業部"), theirs("B", parent="A")], here)
    assert refusals(made) == {"A": "DEPARTMENT_NAME_TAKEN", "B": "DEPARTMENT_TOO_DEEP"}
    assert "下位の部署「部署b」は11階層目" in detail(made, "B")


def test_it_tells_the_level_that_a_new_department_would_have_here():
    # L10 is a root in カオナビ, but refused, so here it stays on level ten.
    made = plan([theirs("L10", ""), theirs("X", parent="L10")], our_chain(10))
    assert refusals(made) == {"L10": "DEPARTMENT_NAME_MISSING", "X": "DEPARTMENT_TOO_DEEP"}
    assert "この部署は11階層目" in detail(made, "X")


def test_it_settles_all_names_before_it_looks_at_the_tree():
    # Z gets 営業部 only because A falls with P. So Z does move to level 9, X to level 10, and our x would be on level 11.
    here = [ours(1, "Z", "旧営業部"), ours(2, "X"), ours(3, "x", parent=2)]
    source = [
        theirs("S", "総務部", order=1),
        theirs("P", "総務部", order=2),
        theirs("A", "営業部", parent="P"),
        *chain(8),
        theirs("Z", "営業部", parent="L8"),
        theirs("X", parent="Z"),
    ]
    made = plan(source, here)
    assert refusals(made) == {
        "P": "DEPARTMENT_NAME_TAKEN",
        "A": "DEPARTMENT_PARENT_REFUSED",
        "X": "DEPARTMENT_TOO_DEEP",
    }


def test_it_does_not_blame_rows_for_a_tree_that_was_too_deep_before():
    here = our_chain(11)
    made = plan([theirs("L1", "新しい名前")], here)
    assert made.issues == ()
    assert [change.key for change in made.changes] == ["L1"]


def test_it_ends_also_where_our_own_tree_has_a_loop():
    here = [ours(1, "A", parent=2), ours(2, "B", parent=1), ours(3, "C", parent=1)]
    made = plan([theirs("N", parent="C"), theirs("A")], here)
    assert [change.key for change in made.changes] == ["N", "A"]


def test_what_was_taken_is_taken_although_the_department_above_its_parent_sinks():
    # P is to hang below Q, which goes down with M to level nine; but P is refused and stays a root, with X below it.
    here = [*our_chain(7), ours(20, "M"), ours(21, "Q", parent=20), ours(22, "P", "旧"), ours(23, "S", "総務部")]
    rows = [theirs("M", parent="L7"), theirs("P", "総務部", parent="Q"), theirs("X", parent="P")]
    made = plan([*chain(7), theirs("S", "総務部"), *rows], here)
    assert refusals(made) == {"P": "DEPARTMENT_NAME_TAKEN"}
    assert [change.key for change in made.changes] == ["X", "M"]


def test_it_takes_a_row_that_fits_once_the_others_are_settled():
    # C asks for 営業部 first, so B seems to stay below A, and A below B seems to make a loop. But C comes to lie on level
    # eleven, so B gets the name and moves, and A can follow it.
    here = [ours(1, "A"), ours(2, "B", parent=1), ours(3, "Q"), ours(4, "P", parent=3)]
    source = [
        *chain(8),
        theirs("Q", parent="L8"),
        theirs("C", "営業部", parent="P"),
        theirs("B", "営業部", parent="L3"),
        theirs("A", parent="B"),
    ]
    made = plan(source, here)
    assert refusals(made).keys() == {"C"}
    assert [change.key for change in made.changes if not change.is_new] == ["B", "A", "Q"]
    assert plan(source, carry_out(made, here)).changes == ()
