"""Product rule 2.5: names are unique in the company, in the tree that the run leaves."""

import pytest

from integrations.rules.plan import Outcome
from tests.factories.findings import sentence
from tests.integrations.rules.departments.company import carry_out, chain, detail, ours, plan, refusals, theirs


def renames(made):
    return {change.key: change.fields["name"] for change in made.changes if "name" in change.fields}


def test_it_lets_two_departments_swap_their_names():
    made = plan([theirs("A", "二"), theirs("B", "一")], [ours(1, "A", "一"), ours(2, "B", "二")])
    assert renames(made) == {"A": ("一", "二"), "B": ("二", "一")}
    assert made.issues == ()


def test_it_lets_names_go_round_in_a_ring():
    made = plan(
        [theirs("A", "二"), theirs("B", "三"), theirs("C", "一")],
        [ours(1, "A", "一"), ours(2, "B", "二"), ours(3, "C", "三")],
    )
    assert len(renames(made)) == 3


def test_it_lets_a_chain_of_renames_end_in_a_free_name():
    made = plan(
        [theirs("A", "二"), theirs("B", "三"), theirs("C", "四"), theirs("N", "一")],
        [ours(1, "A", "一"), ours(2, "B", "二"), ours(3, "C", "三")],
    )
    assert renames(made) == {"N": (None, "一"), "A": ("一", "二"), "B": ("二", "三"), "C": ("三", "四")}


def test_it_refuses_a_whole_chain_whose_last_name_is_taken():
    made = plan(
        [theirs("A", "二"), theirs("B", "三"), theirs("N", "一")],
        [ours(1, "A", "一"), ours(2, "B", "二"), ours(3, "Z", "三")],
    )
    assert refusals(made) == dict.fromkeys("ABN", "DEPARTMENT_NAME_TAKEN")
    assert "（部署コード Z）" in detail(made, "B")
    assert "（部署コード B）" in detail(made, "A")
    assert "（部署コード A）" in detail(made, "N")


def test_it_refuses_a_new_department_whose_name_is_taken_and_names_the_holder():
    made = plan([theirs("20", "営業部")], [ours(1, "10", "営業部")])
    assert refusals(made) == {"20": "DEPARTMENT_NAME_TAKEN"}
    (issue,) = made.issues
    assert sentence(issue) == "部署名重複エラー：部署名「営業部」は、部署「営業部」（部署コード 10）が使用しています。"
    assert (issue.field, issue.value) == ("所属名", "営業部")


def test_it_counts_names_of_departments_without_a_code():
    made = plan([theirs("A", "営業部")], [ours(1, "", "営業部", linked=False)])
    assert "部署「営業部」（コードなし）が使用しています" in detail(made, "A")


def test_it_counts_names_of_refused_departments_as_they_are_here():
    made = plan([theirs("A", "新", parent="nowhere"), theirs("B", "旧")], [ours(1, "A", "旧")])
    assert refusals(made) == {"A": "DEPARTMENT_PARENT_UNKNOWN", "B": "DEPARTMENT_NAME_TAKEN"}


def test_it_lets_a_name_go_that_its_holder_gives_up_in_the_same_run():
    made = plan([theirs("A", "新"), theirs("B", "旧")], [ours(1, "A", "旧")])
    assert renames(made) == {"B": (None, "旧"), "A": ("旧", "新")}


def test_it_lets_the_local_holder_win_over_any_newcomer():
    made = plan(
        [theirs("A", "営業部", order=1), theirs("Z", "営業部", parent="A2"), theirs("A2")], [ours(1, "Z", "営業部")]
    )
    assert refusals(made) == {"A": "DEPARTMENT_NAME_TAKEN"}
    assert "（部署コード Z）" in detail(made, "A")


@pytest.mark.parametrize(
    ("winner", "loser"),
    [
        (theirs("Z", "X", order=9), theirs("A", "X", parent="R", order=1)),
        (theirs("Z", "X", order=1), theirs("A", "X", order=2)),
        (theirs("Z", "X", order=9), theirs("A", "X", order=None)),
        (theirs("A", "X", order=1), theirs("B", "X", order=1)),
        (theirs("10", "X", order=1), theirs("9", "X", order=1)),
        (theirs("Z", "X", parent="R"), theirs("A", "X", parent="ours")),
    ],
    ids=["level", "order", "no order is last", "code", "code as a text", "level below one that only we have"],
)
def test_it_gives_the_name_to_the_first_newcomer_in_tree_order(winner, loser):
    here = [ours(1, "top"), ours(2, "ours", parent=1)]
    for source in ([theirs("R"), winner, loser], [loser, winner, theirs("R")]):
        made = plan([*source, theirs("top")], here)
        assert refusals(made) == {loser.code: "DEPARTMENT_NAME_TAKEN"}
        assert f"（部署コード {winner.code}）" in detail(made, loser.code)


def test_a_department_below_one_that_is_here_alone_counts_its_level_from_there():
    # F hangs below E, and E below D, of which nobody knows where it is: it counts as a root.
    rows = [theirs("D", parent="nowhere"), theirs("E", parent="D"), theirs("F", "営業課", parent="E", order=1)]
    made = plan([*rows, *chain(2, prefix="R"), theirs("G", "営業課", parent="R2", order=2)], [ours(1, "E")])
    assert refusals(made)["G"] == "DEPARTMENT_NAME_TAKEN"
    # A stays where it is, on level two.
    here = [ours(1, "T"), ours(2, "A", parent=1)]
    rows = [theirs("A", parent="nowhere"), theirs("B", "営業課", parent="A"), theirs("C", "営業課", parent="R1")]
    made = plan([theirs("T"), *rows, *chain(1, prefix="R")], here)
    assert refusals(made) == {"A": "DEPARTMENT_PARENT_UNKNOWN", "B": "DEPARTMENT_NAME_TAKEN"}


def test_it_gives_the_name_to_an_existing_department_that_renames_before_a_new_one():
    made = plan([theirs("B", "X", order=2), theirs("A", "X", order=1)], [ours(1, "B", "Y")])
    assert refusals(made) == {"A": "DEPARTMENT_NAME_TAKEN"}
    assert "（部署コード B）" in detail(made, "A")


def test_it_gives_the_name_to_the_first_in_tree_order_of_two_that_rename():
    made = plan([theirs("B", "X", order=2), theirs("A", "X", order=1)], [ours(1, "B", "Y"), ours(2, "A", "Z")])
    assert refusals(made) == {"B": "DEPARTMENT_NAME_TAKEN"}


@pytest.mark.parametrize("wanted", ["一", "二"])
@pytest.mark.parametrize("here", [[], [ours(9, "0", "古")], [ours(8, "0", "古"), ours(9, "N", "零")]])
def test_it_lets_two_departments_swap_their_names_whoever_else_wants_one_of_them(wanted, here):
    source = [theirs("A", "二", order=2), theirs("B", "一", order=2), theirs("0", wanted, order=1)]
    here = [ours(1, "A", "一"), ours(2, "B", "二"), *here]
    made = plan([*source, theirs("N", "古")], here)
    assert refusals(made)["0"] == "DEPARTMENT_NAME_TAKEN"
    assert f"（部署コード {'A' if wanted == '二' else 'B'}）" in detail(made, "0")
    assert {"A", "B"} <= renames(made).keys()
    assert plan([*source, theirs("N", "古")], carry_out(made, here)).changes == ()


def test_it_lets_a_ring_of_three_go_round_although_others_stand_first_for_each_of_its_names():
    here = [ours(1, "A", "一"), ours(2, "B", "二"), ours(3, "C", "三"), ours(4, "0", "四"), ours(5, "00", "五")]
    source = [
        theirs("A", "二"),
        theirs("B", "三"),
        theirs("C", "一"),
        theirs("0", "一", order=0),
        theirs("00", "四", order=0),
    ]
    made = plan(source, here)
    assert refusals(made) == dict.fromkeys(["0", "00"], "DEPARTMENT_NAME_TAKEN")
    assert "（部署コード C）" in detail(made, "0")
    assert "（部署コード 0）" in detail(made, "00")


def test_it_lets_a_chain_of_renames_pass_although_a_new_department_stands_first_for_its_last_name():
    made = plan(
        [theirs("A", "二"), theirs("B", "三"), theirs("0", "三", order=0)], [ours(1, "A", "一"), ours(2, "B", "二")]
    )
    assert refusals(made) == {"0": "DEPARTMENT_NAME_TAKEN"}


def test_it_compares_names_exactly_after_trimming():
    made = plan([theirs("A", "営業部"), theirs("B", "営業 部"), theirs("C", "ｴｲｷﾞｮｳ"), theirs("D", "エイギョウ")])
    assert made.issues == ()
    assert refusals(plan([theirs("A", " 営業部"), theirs("B", "営業部　")])) == {"B": "DEPARTMENT_NAME_TAKEN"}


def test_it_gives_the_name_to_the_second_when_the_first_is_refused_for_its_parent():
    source = [
        theirs("P", "総務部", order=1),  # its name is taken
        theirs("A", "営業部", parent="P"),
        *chain(3, prefix="R"),
        theirs("Z", "営業部", parent="R3"),
    ]
    made = plan(source, [ours(1, "S", "総務部")])
    assert refusals(made) == {"P": "DEPARTMENT_NAME_TAKEN", "A": "DEPARTMENT_PARENT_REFUSED"}
    assert "Z" in renames(made)


def test_it_gives_the_name_to_the_second_when_the_parent_of_the_first_loses_its_own_name():
    source = [
        theirs("S", "総務部", order=1),
        theirs("P", "総務部", order=2),
        theirs("A", "営業部", parent="P"),
        *chain(3, prefix="R"),
        theirs("Z", "営業部", parent="R3"),
    ]
    made = plan(source)
    assert refusals(made) == {"P": "DEPARTMENT_NAME_TAKEN", "A": "DEPARTMENT_PARENT_REFUSED"}
    assert "Z" in renames(made)


def test_it_gives_the_name_to_the_second_when_the_first_is_refused_for_its_place():
    # A would hang below our C, which stays below A.
    here = [ours(1, "A", "旧"), ours(2, "C", parent=1)]
    made = plan([theirs("A", "営業部", parent="C"), *chain(4), theirs("Z", "営業部", parent="L4")], here)
    assert refusals(made).keys() == {"A"}
    assert renames(made)["Z"] == (None, "営業部")


def test_it_takes_as_many_as_can_be_of_those_that_depend_on_each_other_in_a_ring():
    # If C got its name, B would keep 営業部, so A and C below it would be refused; so B gets it, and A after it.
    source = [theirs("A", "営業部"), theirs("C", "営業課", parent="A"), *chain(3), theirs("B", "営業課", parent="L3")]
    here = [ours(1, "B", "営業部")]
    made = plan(source, here)
    assert refusals(made) == {"C": "DEPARTMENT_NAME_TAKEN"}
    assert "（部署コード B）" in detail(made, "C")
    assert plan(source, carry_out(made, here)).changes == ()


def test_it_lets_no_department_take_the_name_of_the_new_one_below_which_it_is_to_come():
    # M is an existing department and stands first for 営業部; but without N there is no place for it.
    source, here = [theirs("N", "営業部"), theirs("M", "営業部", parent="N")], [ours(1, "M", "旧")]
    made = plan(source, here)
    assert refusals(made) == {"M": "DEPARTMENT_NAME_TAKEN"}
    assert "（部署コード N）" in detail(made, "M")
    assert plan(source, carry_out(made, here)).changes == ()


def test_it_keeps_a_department_whose_name_only_differs_by_blanks_here_from_taking_a_name():
    for first, second in ("AB", "BA"):
        here = sorted([ours(1, first, "営業部 "), ours(2, second, "営業部")], key=lambda one: one.code)
        made = plan([theirs(first, "営業部")], here)
        assert refusals(made) == {first: "DEPARTMENT_NAME_TAKEN"}
        assert f"（部署コード {second}）" in detail(made, first)
        assert [issue.object_id for issue in made.issues] == [one.pk for one in here if one.code == second]


def test_it_compares_with_the_trimmed_names_of_departments_that_stay():
    assert refusals(plan([theirs("A", "営業部")], [ours(1, "B", "　営業部")])) == {"A": "DEPARTMENT_NAME_TAKEN"}


def test_it_trims_a_name_that_is_not_trimmed_here():
    made = plan([theirs("A", "営業部")], [ours(1, "A", "営業部 ")])
    assert renames(made) == {"A": ("営業部 ", "営業部")}
    assert made.outcomes == (Outcome.UPDATED,)


@pytest.mark.parametrize("code", ["A", ""])
def test_the_refusal_knows_which_department_of_ours_holds_the_name(code: str):
    made = plan([theirs("N", "一")], [ours(7, code, "一"), ours(8, "B", "二")])
    assert [issue.object_id for issue in made.issues] == [7]


def test_no_other_refusal_knows_who_is_called_like_its_value():
    made = plan([theirs("N", parent="一")], [ours(7, "A", "一")])
    assert [(issue.value, issue.object_id) for issue in made.issues] == [("一", None)]


def test_the_refusal_knows_who_holds_the_name_after_the_run_not_before():
    made = plan(
        [theirs("B", "一"), theirs("N", "二"), theirs("A", "三")],
        [ours(1, "A", "一"), ours(2, "B", "四"), ours(3, "C", "二")],
    )
    assert [issue.object_id for issue in made.issues] == [3]


def test_the_refusal_knows_no_department_of_ours_where_a_new_one_gets_the_name():
    made = plan([theirs("M", "一"), theirs("N", "一")], [])
    assert [(issue.subject_key, issue.object_id) for issue in made.issues] == [("N", None)]
