"""What an undo may do to results, whose 偏差値 and further 判定 are kept as one field and go back one by one."""

import pytest

from integrations.rules.plan import Change
from integrations.rules.undo.results import (
    NO_OWNER,
    NO_TYPE,
    THERE_AGAIN,
    apart,
    gathered,
    label,
    settle_results,
)
from integrations.rules.undo.steps import WHOLE
from tests.integrations.rules.undo.records import CREATE, DELETE, UPDATE, created, deleted, fate, record, updated

KNOWN_BY = {"employee_id": 1, "title": "検査", "taken_on": "2026-04-01", "completed_at": None}


def test_each_score_and_judgement_is_a_field_of_its_own():
    fields = {
        "scores": ({"a": 50, "b": 40}, {"a": 55, "c": 60}),
        "judgements": (None, {"基準": "A"}),
        "grade": ("A", "B"),
        "employee": ("a@example.co.jp", "b@example.co.jp"),  # may be another's by now
        "employee_id": (1, 2),
    }
    assert apart(record(**fields)) == record(
        **{"scores/a": (50, 55), "scores/b": (40, None), "scores/c": (None, 60)},
        **{"judgements/基準": (None, "A"), "grade": ("A", "B"), "employee_id": (1, 2)},
    )
    assert apart(record(DELETE, scores=({"a": 50}, None))).fields == {"scores/a": (50, None)}


@pytest.mark.parametrize(
    ("old", "new"),
    [("2026-04-01T09:00:00+09:00", "2026-04-01T00:00:00Z"), ("2026-04-01 00:00:00+00:00", "2026-03-31T19:00-05:00")],
)
def test_a_moment_has_one_spelling(old: str, new: str):
    spelled = "2026-04-01T00:00:00+00:00"
    assert apart(record(completed_at=(old, new))).fields == {"completed_at": (spelled, spelled)}
    assert apart(record(completed_at=(None, ""))).fields == {"completed_at": (None, None)}


@pytest.mark.parametrize(
    ("action", "old", "new"),
    [
        (UPDATE, {"a": 50, "b": None}, {"a": 55, "b": 60}),
        (CREATE, None, {"a": 55, "b": 60}),
        (DELETE, {"a": 50, "b": None}, None),
    ],
)
def test_what_is_written_is_gathered_again(action, old, new):
    fields = {"scores/a": (50, 55), "grade": ("A", "B"), "scores/b": (None, 60), "judgements/x": (1, 2)}
    sides = ({"x": 1} if old else None, {"x": 2} if new else None)
    assert gathered(Change("key", "name", fields, 3, action)) == Change(
        "key", "name", {"grade": ("A", "B"), "scores": (old, new), "judgements": sides}, 3, action
    )


def test_a_score_is_told_by_the_word_for_all_of_them():
    assert [label(name) for name in ("scores/a", "grade", "judgements/基準/B", "else")] == [
        "偏差値",
        "判定",
        "ほかの基準での判定",
        "else",
    ]


def test_a_type_that_is_not_in_the_settings_does_not_come_back():
    steps = [updated(pk, personality_type=(old, "P"), grade=("A", "B")) for pk, old in enumerate(("M", "X", None))]
    settle_results(steps, {1}, {"M", "P"}, {})
    assert [fate(step) for step in steps] == [
        (UPDATE, {"personality_type": "M", "grade": "A"}, [], ""),
        (UPDATE, {"grade": "A"}, ["personality_type"], NO_TYPE),
        (UPDATE, {"personality_type": None, "grade": "A"}, [], ""),
    ]
    anew = deleted(1, **KNOWN_BY, personality_type="X")
    settle_results([anew], {1}, {"M"}, {})
    assert fate(anew) == (None, {}, ["personality_type"], NO_TYPE)


@pytest.mark.parametrize(
    ("owners", "known", "why"),
    [
        ({1}, {}, ""),
        ({1}, {(1, "検査", "2026-04-02", None): 9}, ""),
        ({2}, {}, NO_OWNER),
        ({1}, {(1, "検査", "2026-04-01", None): 9}, THERE_AGAIN),
    ],
)
def test_a_result_is_made_anew_where_its_owner_is_there_and_it_is_not(owners, known, why):
    step = deleted(5, **KNOWN_BY, grade="A")
    settle_results([step], owners, (), known)
    assert (step.action, list(step.kept), step.why) == ((None, [WHOLE], why) if why else (CREATE, [], ""))


def test_what_is_changed_or_deleted_asks_for_no_owner():
    steps = [updated(5, **dict.fromkeys(KNOWN_BY, (1, 2))), created(6, **KNOWN_BY)]
    settle_results(steps, (), (), {tuple(KNOWN_BY.values()): 6, (1, 1, 1, 1): 5})
    assert [step.action for step in steps] == [UPDATE, DELETE]
