"""Product rule 2.5 with 「同じ名前の部署には親部署名を付ける」: カオナビ allows several 総務課."""

from collections.abc import Sequence

import pytest

from integrations.kaonavi.types import Department, Departments
from integrations.reasons import Severity
from integrations.rules.departments.plan import LocalDepartment, plan_departments
from integrations.rules.draft import Plan
from integrations.rules.plan import Outcome, count
from tests.factories.findings import sentence
from tests.integrations.rules.departments.company import carry_out, detail, ours, refusals, theirs

BRANCHES = [theirs("E", "東京支社", order=1), theirs("W", "大阪支社", order=2)]
EAST, WEST = theirs("E1", "総務課", parent="E"), theirs("W1", "総務課", parent="W")


def plan(source: Sequence[Department], local: Sequence[LocalDepartment] = ()) -> Plan:
    """The plan of a run with the setting on; a second one after it writes nothing and says the same."""
    made = plan_departments(Departments(items=tuple(source)), local, qualify=True)
    again = plan_departments(Departments(items=tuple(source)), carry_out(made, local), qualify=True)
    assert again.changes == ()
    assert refusals(again) == refusals(made)
    return made


def names(made: Plan, local: Sequence[LocalDepartment] = ()) -> dict[str, str]:
    return {department.code: department.name for department in carry_out(made, local)}


def test_it_is_refused_without_the_setting():
    made = plan_departments(Departments(items=(*BRANCHES, EAST, WEST)), [])
    assert refusals(made) == {"W1": "DEPARTMENT_NAME_TAKEN"}


def test_the_first_in_tree_order_has_the_name_and_the_others_their_parents_before_it():
    made = plan([*BRANCHES, EAST, WEST])
    assert names(made) == {"E": "東京支社", "W": "大阪支社", "E1": "総務課", "W1": "大阪支社 総務課"}
    assert refusals(made) == {"W1": "DEPARTMENT_NAME_QUALIFIED"}
    assert count(made.outcomes)["created"] == 4
    (issue,) = made.issues
    assert (issue.severity, issue.value) == (Severity.WARNING, "総務課")
    assert sentence(issue) == (
        "部署名「総務課」は、部署「総務課」（部署コード E1）が使用しているため、「大阪支社 総務課」として登録しました。"
    )


def test_whoever_has_the_name_here_keeps_it():
    here = [ours(1, "W", "大阪支社", order=2), ours(2, "W1", "総務課", parent=1)]
    made = plan([*BRANCHES, EAST, WEST], here)
    assert names(made, here) == {"E": "東京支社", "W": "大阪支社", "E1": "東京支社 総務課", "W1": "総務課"}


def test_a_name_of_a_department_without_a_code_counts():
    here = [ours(1, "", "総務課", linked=False)]
    assert names(plan([*BRANCHES, EAST], here), here)["E1"] == "東京支社 総務課"


def test_an_existing_department_that_would_be_refused_is_renamed_as_well():
    here = [ours(1, "W", "大阪支社", order=2), ours(2, "W1", "庶務課", parent=1)]
    made = plan([*BRANCHES, theirs("T", "総務課"), WEST], [*here, ours(3, "T", "総務課")])
    assert names(made, [*here, ours(3, "T", "総務課")])["W1"] == "大阪支社 総務課"


def test_it_goes_up_as_far_as_it_takes():
    source = [
        *BRANCHES,
        EAST,
        theirs("E2", "第一部", parent="E", order=1),
        theirs("W2", "第一部", parent="W", order=2),
        theirs("E3", "総務課", parent="E2"),
        theirs("W3", "総務課", parent="W2"),
    ]
    made = plan(source)
    assert names(made)["W2"] == "大阪支社 第一部"
    assert names(made)["E3"] == "第一部 総務課"
    assert (
        names(made)["W3"] == "大阪支社 第一部 総務課"
    )  # the parent is called as in カオナビ, so nothing is said twice


def test_a_department_whose_name_in_kaonavi_is_the_longer_one_has_it():
    made = plan([*BRANCHES, EAST, WEST, theirs("X", "大阪支社 総務課", parent="E1")])
    assert names(made)["X"] == "大阪支社 総務課"
    assert refusals(made) == {"W1": "DEPARTMENT_NAME_TAKEN"}  # and above 大阪支社 there is nothing


def test_one_below_it_does_not_take_its_longer_name_from_it():
    made = plan([*BRANCHES, EAST, WEST, theirs("X", "大阪支社 総務課", parent="W1")])
    assert names(made)["W1"] == "大阪支社 総務課"
    assert names(made)["X"] == "総務課 大阪支社 総務課"


def test_a_longer_name_that_is_here_already_stays_where_it_is():
    here = [
        ours(1, "E", "東京支社", order=1),
        ours(2, "W", "大阪支社", order=2),
        ours(3, "E1", "総務課", parent=1),
        ours(4, "W1", "大阪支社 総務課", parent=2),
    ]
    made = plan([*BRANCHES, EAST, WEST, theirs("X", "大阪支社 総務課", parent="E1")], here)
    assert names(made, here)["W1"] == "大阪支社 総務課"
    assert names(made, here)["X"] == "総務課 大阪支社 総務課"


def test_it_gets_its_own_name_once_that_is_free():
    here = [
        ours(1, "E", "東京支社", order=1),
        ours(2, "W", "大阪支社", order=2),
        ours(3, "E1", "総務課", parent=1),
        ours(4, "W1", "大阪支社 総務課", parent=2),
    ]
    made = plan([*BRANCHES, theirs("E1", "庶務課", parent="E"), WEST], here)
    assert names(made, here)["E1"] == "庶務課"
    assert names(made, here)["W1"] == "総務課"
    assert made.issues == ()


def test_it_follows_when_its_parent_is_renamed():
    here = [
        ours(1, "E", "東京支社", order=1),
        ours(2, "W", "大阪支社", order=2),
        ours(3, "E1", "総務課", parent=1),
        ours(4, "W1", "大阪支社 総務課", parent=2),
    ]
    made = plan([BRANCHES[0], theirs("W", "関西支社", order=2), EAST, WEST], here)
    assert names(made, here)["W1"] == "関西支社 総務課"


def test_a_chain_that_waits_for_the_name_goes_on():
    # W1 cannot become 総務課; since it goes away to the longer name, 庶務課 is free for N after all.
    here = [ours(1, "W", "大阪支社", order=2), ours(2, "W1", "庶務課", parent=1), ours(3, "T", "総務課")]
    made = plan([BRANCHES[1], theirs("T", "総務課"), WEST, theirs("N", "庶務課", parent="W")], here)
    assert names(made, here)["N"] == "庶務課"
    assert refusals(made) == {"W1": "DEPARTMENT_NAME_QUALIFIED"}


def test_a_root_has_nothing_to_put_before_its_name():
    made = plan([theirs("A", "総務部"), theirs("B", "総務部")])
    assert refusals(made) == {"B": "DEPARTMENT_NAME_TAKEN"}


@pytest.mark.parametrize(("length", "taken"), [(200 - 3 - 1, True), (200 - 3, False)])
def test_a_name_that_would_be_too_long_for_our_column_is_refused(length, taken):
    parent = "親" * length
    made = plan([theirs("T", "総務課"), theirs("P", parent), theirs("A", "総務課", parent="P")])
    assert ("A" in names(made)) is taken
    assert refusals(made) == {"A": "DEPARTMENT_NAME_QUALIFIED" if taken else "DEPARTMENT_NAME_TAKEN"}


def test_a_parent_that_is_refused_is_called_as_it_is_called_here():
    here = [ours(1, "P", "旧支社"), ours(2, "T", "総務課")]
    made = plan([theirs("P", "名" * 201), theirs("T", "総務課"), theirs("A", "総務課", parent="P")], here)
    assert names(made, here)["A"] == "旧支社 総務課"


def test_above_a_department_whose_own_parent_would_hang_below_it_nothing_is_said_twice():
    # P would hang below our C, which stays below P.
    here = [ours(1, "P", "支社"), ours(2, "C", "支店", parent=1), ours(3, "T", "総務課")]
    made = plan([theirs("P", "支社", parent="C"), theirs("T", "総務課"), theirs("A", "総務課", parent="P")], here)
    assert names(made, here)["A"] == "支社 総務課"
    assert refusals(made) == {"P": "DEPARTMENT_PARENT_LOOP", "A": "DEPARTMENT_NAME_QUALIFIED"}


def test_two_below_the_same_parent_cannot_both_have_it():
    source = [BRANCHES[0], theirs("T", "総務課"), EAST, theirs("E2", "総務課", parent="E", order=2)]
    made = plan(source)
    assert names(made)["E1"] == "東京支社 総務課"
    assert refusals(made) == {"E1": "DEPARTMENT_NAME_QUALIFIED", "E2": "DEPARTMENT_NAME_TAKEN"}
    assert made.outcomes.count(Outcome.FAILED) == 1


def test_the_names_of_a_swap_are_not_touched():
    here = [ours(1, "W", "大阪支社", order=2), ours(2, "A", "一課"), ours(3, "B", "二課")]
    made = plan([BRANCHES[1], theirs("A", "二課"), theirs("B", "一課"), theirs("N", "一課", parent="W")], here)
    assert names(made, here) == {"W": "大阪支社", "A": "二課", "B": "一課", "N": "大阪支社 一課"}


def test_the_warning_names_the_one_that_has_the_name():
    assert "（部署コード T）" in detail(plan([BRANCHES[0], theirs("T", "総務課"), EAST]), "E1")
