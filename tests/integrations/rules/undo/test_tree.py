"""What an undo may do to the tree of departments: it stays a tree of ten levels, and no name or code is there twice."""

import pytest

from integrations.rules.undo.departments import (
    CODE_TAKEN,
    HAS_CHILDREN,
    MISPLACED,
    NAME_TAKEN,
    NO_PARENT,
    misplaced,
    settle_tree,
)
from integrations.rules.undo.steps import WHOLE
from tests.integrations.rules.undo.records import CREATE, DELETE, UPDATE, created, deleted, fate, updated

NUMBERS = {f"D{pk}": pk for pk in range(1, 21)}


def moved(pk, old, new="D1"):
    """A department that comes back below another (its code), or to the top."""
    return updated(pk, parent=(old, new), order=(1, 2))


def chain(length):
    """Departments 1, 2, … each below the one before."""
    return {pk: pk - 1 or None for pk in range(1, length + 1)}


def settle(steps, parents, names=None, codes=None, numbers=NUMBERS):
    settle_tree(steps, parents, numbers, names or {}, codes or {})
    return [fate(step) for step in steps]


def test_a_name_and_a_code_come_back_where_nobody_else_has_them():
    steps = [
        updated(1, name=("総務部", "管理部"), code=("A", "B")),
        updated(2, name=("人事部", "人財部"), code=("C", "D")),
    ]
    told = settle(steps, {1: None, 2: None}, names={"総務部": [3]}, codes={"C": [4], "B": [1], "D": [2]})
    assert told == [
        (UPDATE, {"code": "A"}, ["name"], NAME_TAKEN),
        (UPDATE, {"name": "人事部"}, ["code"], CODE_TAKEN),
    ]


def test_a_name_that_is_taken_is_told_before_the_places_in_the_tree():
    step = updated(1, name=("総務部", "管理部"), parent=("X", ""))
    assert settle([step], {1: None}, names={"総務部": [2]}) == [(UPDATE, {}, ["name", "parent"], NAME_TAKEN)]


def test_a_department_comes_back_below_its_parent_or_to_the_top():
    steps = [updated(1, order=(1, 2)), moved(2, "D3"), moved(3, "")]
    assert settle(steps, {1: None, 2: 1, 3: 1, 4: 3}) == [
        (UPDATE, {"order": 1}, [], ""),
        (UPDATE, {"parent": "D3", "order": 1}, [], ""),
        (UPDATE, {"parent": "", "order": 1}, [], ""),
    ]


@pytest.mark.parametrize("others", [[], [created(3, code="D3")]])
def test_it_does_not_where_the_parent_is_not_there(others):
    numbers = NUMBERS if others else {}
    first, *_ = settle([moved(2, "D3"), *others], {1: None, 2: 1, 3: None}, numbers=numbers)
    assert first == (UPDATE, {"order": 1}, ["parent"], NO_PARENT)


def test_a_parent_that_is_made_anew_is_there():
    steps = [moved(2, "NEW"), deleted(9, code="NEW", parent="D1")]
    assert settle(steps, {1: None, 2: 1}) == [
        (UPDATE, {"parent": "NEW", "order": 1}, [], ""),
        (CREATE, {"code": "NEW", "parent": "D1"}, [], ""),
    ]


def test_below_one_that_is_not_made_anew_nothing_is():
    """What was refused for its name takes what stood below it along."""
    steps = [deleted(9, code="NEW", name="営業部"), deleted(8, code="SUB", name="一課", parent="NEW")]
    assert settle(steps, {}, names={"営業部": [1]}) == [
        (None, {}, ["name"], NAME_TAKEN),
        (None, {}, ["parent"], NO_PARENT),
    ]


def test_one_that_was_deleted_so_long_ago_that_its_number_is_unknown_is_nobodys_parent():
    steps = [deleted(None, code="NEW", parent="X"), moved(2, "NEW")]
    assert settle(steps, {1: None, 2: 1})[1] == (UPDATE, {"order": 1}, ["parent"], NO_PARENT)


def test_ten_levels_may_come_back_and_eleven_may_not():
    assert settle([moved(10, "D9")], chain(9) | {10: None}) == [(UPDATE, {"parent": "D9", "order": 1}, [], "")]
    assert settle([moved(11, "D10")], chain(10) | {11: None}) == [(UPDATE, {"order": 1}, ["parent"], MISPLACED)]


def test_the_nearest_that_moves_is_to_blame_for_what_is_too_deep_below_it():
    parents = chain(10) | {5: None, 11: None, 12: 11}
    assert settle([moved(5, "D4"), moved(11, "D10")], parents) == [
        (UPDATE, {"parent": "D4", "order": 1}, [], ""),
        (UPDATE, {"order": 1}, ["parent"], MISPLACED),
    ]


def test_a_loop_does_not_come_back():
    assert settle([moved(1, "D2", "")], {1: None, 2: 1}) == [(UPDATE, {"order": 1}, ["parent"], MISPLACED)]
    both = [moved(2, "D1", ""), moved(1, "D2", "")]
    assert [step.record.pk for step, *_ in misplaced(both, {1: None, 2: None}, NUMBERS)] == [1, 2]
    assert all(kept == ["parent"] for _, _, kept, _ in settle(both, {1: None, 2: None}))


def test_a_tree_that_is_too_deep_already_forbids_nothing_elsewhere():
    parents = chain(12) | {20: 1}
    assert settle([moved(20, "")], parents) == [(UPDATE, {"parent": "", "order": 1}, [], "")]


def test_one_with_departments_below_it_is_not_deleted():
    assert settle([created(1, code="D1")], {1: None, 2: 1}) == [(None, {}, [WHOLE], HAS_CHILDREN)]
    assert settle([created(1, code="D1")], {1: None, 2: None}) == [(DELETE, {}, [], "")]


def test_one_is_deleted_with_all_that_was_made_below_it_or_goes_away_from_it():
    steps = [created(1, code="D1"), created(2, code="D2"), moved(3, "", "D1")]
    assert [action for action, *_ in settle(steps, {1: None, 2: 1, 3: 1})] == [DELETE, DELETE, UPDATE]


def test_where_what_moved_below_it_must_stay_it_is_not_deleted_either():
    steps = [created(1, code="D1"), moved(3, "X", "D1")]
    assert [(action, why) for action, *_, why in settle(steps, {1: None, 3: 1})] == [
        (None, HAS_CHILDREN),
        (UPDATE, NO_PARENT),
    ]


def test_each_with_departments_below_it_is_told_and_misplaced_ones_after_that():
    steps = [created(1, code="D1"), created(2, code="D2"), moved(5, "D6", ""), moved(6, "D5", "")]
    parents = {1: None, 2: None, 3: 1, 4: 2, 5: None, 6: None}
    assert [(step.record.pk, name) for step, name, _ in misplaced(steps, parents, NUMBERS)] == [(1, WHOLE), (2, WHOLE)]
    assert [why for *_, why in settle(steps, parents)] == [HAS_CHILDREN, HAS_CHILDREN, MISPLACED, MISPLACED]
