"""What must not be told of one or two people, nor can be worked out from what is told."""

import random
from itertools import combinations

import pytest

from assessments.analysis.small_groups import FEWEST, hidden_departments, hidden_parts
from departments.models import Department
from departments.outline import outline


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [([5, 4], set()), ([5, 2, 9], {0, 1}), ([5, 0], set()), ([1, 2, 7], {0, 1}), ([2], {0}), ([1, 1, 4], {0, 1, 2})],
)
def test_small_parts_are_hidden_with_as_many_others_as_it_takes(sizes: list[int], hidden: set[int]):
    assert hidden_parts(sizes) == hidden


def test_no_difference_of_parts_that_are_told_is_one_or_two_people():
    chance = random.Random(7)  # noqa: S311 - the same sizes each time
    for _ in range(300):
        sizes = [chance.randint(0, 6) for _ in range(chance.randint(1, 6))]
        shown = [size for place, size in enumerate(sizes) if place not in hidden_parts(sizes)]
        if sum(sizes) >= FEWEST:
            rest = sum(sizes) - sum(shown)
            assert rest == 0 or rest >= FEWEST
        assert all(size == 0 or size >= FEWEST for size in shown)


def test_what_lies_below_a_hidden_department_is_hidden():
    rows = [Department(pk=1, name="a"), Department(pk=2, name="b"), Department(pk=3, name="c", parent_id=2)]
    assert hidden_departments(outline(rows), {1: 1, 2: 0, 3: 4}) == {1, 2, 3}
    assert hidden_departments(outline(rows), {1: 5, 2: 1, 3: 4}) == {3}
    assert hidden_departments(outline(rows), {1: 5, 2: 3, 3: 4, None: 2}) == {1, None}


def test_in_a_whole_tree_nothing_told_differs_from_what_is_above_by_one_or_two():
    chance = random.Random(3)  # noqa: S311 - the same sizes each time
    for _ in range(100):
        rows = [Department(pk=n, name=str(n), parent_id=chance.randint(0, n - 1) or None) for n in range(1, 12)]
        branches = outline(rows)
        direct = {n: chance.randint(0, 4) for n in range(1, 12)}
        hidden = hidden_departments(branches, direct)
        sizes: dict[int, int] = {}
        for branch in reversed(branches):
            below = sum(sizes[each.department.pk] for each in branch.below)
            sizes[branch.department.pk] = direct[branch.department.pk] + below
        for branch in branches:
            told = [sizes[each.department.pk] for each in branch.below if each.department.pk not in hidden]
            if branch.department.pk not in hidden:
                rests = {
                    sizes[branch.department.pk] - sum(some)
                    for n in range(len(told) + 1)
                    for some in combinations(told, n)
                }
                assert not rests & {1, 2}
