"""似ている社員: who is nearest, on examples counted by hand."""

from math import sqrt

from assessments.similar import FEWEST_SCALES, Near, nearest, shared

WIDTH = 16
OWN = dict.fromkeys(range(WIDTH), 50.0)


def packed(*scores: float | None) -> str:
    return "".join("ffff" if score is None else f"{round(score * 10):04x}" for score in scores)


def test_it_is_the_root_mean_square_of_the_differences():
    others = [(1, packed(*[52.0] * 8, *[46.0] * 8)), (2, packed(*[51.5] * 16)), (3, packed(*[50.0] * 15, 90.0))]
    assert [(near.person, round(near.distance, 3)) for near in nearest(OWN, others, WIDTH)] == [
        (2, 1.5),
        (1, round(sqrt((8 * 4 + 8 * 16) / 16), 3)),
        (3, 10.0),  # √(40² / 16)
    ]


def test_only_scales_that_both_have_count_and_they_are_fifteen_at_least():
    one_lacks = packed(None, *[53.0] * 15)
    two_lack = packed(None, None, *[50.0] * 14)
    assert nearest(OWN, [(1, one_lacks), (2, two_lack)], WIDTH) == [Near(3.0, 1, 15)]
    own = {place: score for place, score in OWN.items() if place}
    assert nearest(own, [(1, one_lacks)], WIDTH) == [Near(3.0, 1, 15)]
    assert nearest(dict.fromkeys(range(FEWEST_SCALES - 1), 50.0), [(1, packed(*[50.0] * 16))], WIDTH) == []


def test_scales_that_are_not_compared_have_no_influence():
    own = dict.fromkeys(range(15), 50.0)
    same = [(1, packed(*[51.0] * 15, hidden)) for hidden in (0.0, 100.0, None)]
    assert {tuple(nearest(own, [other], WIDTH)) for other in same} == {(Near(1.0, 1, 15),)}


def test_a_row_from_before_a_scale_was_added_is_shorter_and_lacks_it():
    assert nearest(OWN, [(1, packed(*[50.0] * 15))], WIDTH) == [Near(0.0, 1, 15)]


def test_ten_are_shown_and_of_two_as_near_the_older_one_is_first():
    others = [(number, packed(*[50.0 + number % 6] * 16)) for number in range(12, 0, -1)]
    assert [near.person for near in nearest(OWN, others, WIDTH)] == [6, 12, 1, 7, 2, 8, 3, 9, 4, 10]


def test_what_two_share_is_what_is_marked_in_both():
    own = {"a": 70.0, "b": 60.0, "c": 56.0, "d": 57.0, "e": 30.0, "f": 45.0, "g": 80.0, "h": 50.0}
    other = {"a": 60.0, "b": 65.0, "c": 57.0, "d": 55.0, "e": 44.0, "f": 20.0, "g": 54.9, "h": 50.0}
    assert shared(own, other) == (["a", "b", "c"], ["e", "f"])
    assert shared(own, {"g": 20.0}) == ([], [])
