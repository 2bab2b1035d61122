"""Product rules 2.7 and 2.8: departments that カオナビ no longer has."""

import pytest

from integrations.kaonavi.types import Departments, Unreadable
from integrations.rules.departments.plan import plan_departments
from integrations.rules.draft import Plan
from integrations.rules.guards import MISSING, Alarm, Guard
from integrations.rules.plan import Change, Outcome
from tests.integrations.rules.departments.company import ours, plan, theirs


def test_it_marks_a_linked_department_that_the_source_no_longer_has():
    made = plan([theirs("A")], [ours(1, "A"), ours(2, "B"), ours(3, "C")])
    assert made.vanished == (2, 3)
    assert made.changes == ()
    assert made.outcomes == (Outcome.UNCHANGED,)


def test_it_does_not_mark_a_department_that_was_never_linked():
    assert plan([theirs("A")], [ours(1, "B", linked=False)]).vanished == ()


def test_it_does_not_mark_a_department_twice():
    assert plan([theirs("A")], [ours(1, "B", missing=True)]).vanished == ()


def test_it_marks_a_linked_department_that_has_lost_its_code_here():
    assert plan([theirs("A")], [ours(1, "", "営業部")]).vanished == (1,)


def test_it_takes_the_mark_away_when_a_department_returns_and_counts_it_as_updated():
    made = plan([theirs("A")], [ours(1, "A", missing=True)])
    assert made.changes == (Change("A", "部署A", {"missing": (True, False)}, pk=1),)
    assert made.outcomes == (Outcome.UPDATED,)


@pytest.mark.parametrize("row", [theirs("A", ""), theirs("", "部A"), theirs("A", parent="nowhere")])
def test_it_takes_the_mark_away_from_a_department_that_is_there_but_refused_or_left_out(row):
    made = plan([row], [ours(1, "A", "部A", missing=True)])
    assert made.changes == (Change("A", "部A", {"missing": (True, False)}, pk=1),)
    assert Outcome.UPDATED not in made.outcomes


@pytest.mark.parametrize(
    "rows",
    [
        [theirs("A", "")],
        [theirs("A"), theirs("A", "別")],
        [theirs("A", "名" * 201)],
        [theirs("A", parent="nowhere")],
        [theirs("A", parent="A")],
        [theirs(" A　", "本社", parent="Z")],
    ],
    ids=["no name", "twice", "too long", "no parent", "loop", "name taken"],
)
def test_it_counts_a_refused_row_as_present(rows):
    made = plan([*rows, theirs("Z", "本社")], [ours(1, "A"), ours(2, "Z", "本社")])
    assert made.issues
    assert made.vanished == ()


def test_it_counts_a_row_that_lost_its_code_as_present_by_its_name():
    made = plan([theirs("", "営業部　"), theirs("Z")], [ours(1, "A", "営業部"), ours(2, "B", "開発部")])
    assert made.vanished == (2,)


def test_it_marks_nobody_when_an_element_is_unreadable():
    made = plan([theirs("A")], [ours(1, "B")], [Unreadable(position=2, key="", problem="")])
    assert (made.vanished, made.unseen, made.is_unsure) == ((), (1,), True)


def test_it_links_what_is_equal_already():
    made = plan([theirs("A"), theirs("B", "")], [ours(1, "A", linked=False), ours(2, "B", linked=False)])
    assert (made.changes, dict(made.linked)) == ((), {1: "A"})


def test_it_marks_nobody_when_a_row_cannot_be_stored():
    assert plan([theirs("A\x00")], [ours(1, "B")]).vanished == ()


def test_it_plans_nothing_from_an_empty_list_while_linked_departments_exist():
    assert plan([], [ours(1, "A"), ours(2, "B", linked=False)]) == Plan(is_empty_source=True)


def test_it_takes_an_empty_list_where_no_department_was_ever_linked():
    assert plan([], [ours(1, "A", linked=False)]) == Plan()
    assert plan([], []) == Plan()


def test_it_does_not_take_a_list_of_bad_elements_for_an_empty_one():
    assert not plan([], [ours(1, "A")], [Unreadable(position=1, key="", problem="")]).is_empty_source
    assert not plan([theirs("")], [ours(1, "A")]).is_empty_source


def test_so_many_that_would_be_marked_raise_an_alarm_of_those_that_were_there():
    here = [
        *(ours(number, f"D{number}") for number in range(1, 21)),
        ours(21, "X", missing=True),
        ours(22, "Y", linked=False),
    ]
    source = Departments(items=tuple(theirs(f"D{number}") for number in range(1, 17)))
    made = plan_departments(source, here, guard_percent=20)
    assert (made.vanished, made.unseen) == ((17, 18, 19, 20), ())
    assert made.alarms == (Alarm(Guard.SHRINKING, MISSING, 4, 20, "件"),)
    for percent in (0, 21):
        assert plan_departments(source, here, guard_percent=percent).alarms == ()
    assert plan_departments(source, here).alarms == ()
    kept = plan_departments(source, here, guard_percent=20, kept=frozenset({MISSING}))
    assert (kept.vanished, kept.unseen, kept.alarms, kept.is_unsure) == ((), (17, 18, 19, 20), (), False)


def test_nobody_is_asked_about_departments_where_an_element_is_unreadable():
    source = Departments(items=(theirs("D1"),), unreadable=(Unreadable(position=2, key="", problem=""),))
    here = [ours(number, f"D{number}") for number in range(1, 21)]
    assert plan_departments(source, here, guard_percent=20).alarms == ()
