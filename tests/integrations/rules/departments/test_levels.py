"""Product rule 2.4: ten levels in the source."""

from integrations.rules.plan import Outcome, count
from tests.integrations.rules.departments.company import chain, detail, our_chain, ours, plan, refusals, theirs


def test_it_takes_ten_levels():
    made = plan(chain(10))
    assert made.issues == ()
    assert count(made.outcomes)["created"] == 10


def test_it_refuses_each_level_over_ten_and_tells_which_it_is():
    made = plan(chain(13))
    assert refusals(made) == dict.fromkeys(["L11", "L12", "L13"], "DEPARTMENT_TOO_DEEP")
    assert {(issue.field, issue.value) for issue in made.issues} == {
        ("1階層上位の所属", parent) for parent in ("L10", "L11", "L12")
    }
    assert [f"{level}階層目" in detail(made, f"L{level}") for level in (11, 12, 13)] == [True] * 3
    assert count(made.outcomes) == {"created": 10, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 3}


def test_it_refuses_all_departments_of_the_eleventh_level():
    made = plan([*chain(10), theirs("X", parent="L10"), theirs("Y", parent="L10")])
    assert refusals(made) == dict.fromkeys("XY", "DEPARTMENT_TOO_DEEP")


def test_it_counts_levels_in_the_source_whatever_is_refused_on_the_way():
    source = [*chain(4), theirs("L5", "", parent="L4"), *chain(6, parent="L5", prefix="M")]
    made = plan(source, [ours(1, "L5")])  # L5 stays a root here, so M6 would be on level 7
    assert refusals(made) == {"L5": "DEPARTMENT_NAME_MISSING", "M6": "DEPARTMENT_TOO_DEEP"}
    assert "11階層目" in detail(made, "M6")


def test_it_tells_that_the_parent_is_refused_rather_than_the_level():
    nameless = [theirs("P", "", parent="L4"), theirs("Q", "", parent="L4")]
    made = plan([*chain(4), *nameless, *chain(6, parent="P", prefix="M"), *chain(6, parent="Q", prefix="N")])
    assert set(refusals(made).values()) == {"DEPARTMENT_NAME_MISSING", "DEPARTMENT_PARENT_REFUSED"}


def test_it_leaves_a_department_that_sank_too_deep_where_it_is_here():
    made = plan([*chain(10), theirs("X", "新しい名前", parent="L10")], [*our_chain(10), ours(11, "X", parent=1)])
    assert refusals(made) == {"X": "DEPARTMENT_TOO_DEEP"}
    assert made.changes == ()
    assert made.outcomes.count(Outcome.UNCHANGED) == 10
