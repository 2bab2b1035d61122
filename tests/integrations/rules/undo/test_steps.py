"""What becomes of one record of a run that is taken back: what somebody has changed since stays."""

import pytest

from integrations.rules.guards import CREATED
from integrations.rules.plan import Change, Outcome, finding
from integrations.rules.undo.steps import ERASED, WHOLE, problem_of, settle, step_of
from tests.integrations.rules.undo.records import CREATE, DELETE, UPDATE, created, deleted, fate, record, updated

ROSE = {"position": ("課長", "部長")}
LEFT = {"day": (None, "2026-03-31"), "is_retired": (False, True), "position": ("課長", "部長")}
LEAVING = (("hire", "hired"), ("day", "is_retired"))


@pytest.mark.parametrize(
    ("fields", "now", "back", "kept", "outcome"),
    [
        (ROSE, {"position": "部長"}, {"position": "課長"}, [], Outcome.UPDATED),
        (ROSE, {"position": "課長"}, {}, [], Outcome.UNCHANGED),  # is so again
        (ROSE, {"position": "係長"}, {}, ["position"], Outcome.SKIPPED),
        (ROSE, {}, {}, [], Outcome.UNCHANGED),  # a field that is no more
        ({"position": (ERASED, "部長")}, {"position": "部長"}, {}, ["position"], Outcome.SKIPPED),
        ({"old": (1, 2)} | ROSE, {"position": "部長"}, {"position": "課長"}, [], Outcome.UPDATED),
        (
            ROSE | {"gender": ("", "male")},
            {"position": "係長", "gender": "male"},
            {"gender": ""},
            ["position"],
            Outcome.SKIPPED,
        ),
    ],
)
def test_a_field_goes_back_where_it_still_has_what_the_run_wrote(fields, now, back, kept, outcome):
    step = step_of(record(**fields), now)
    assert (*fate(step), step.outcome) == (UPDATE, back, kept, "", outcome)


def test_a_change_tells_what_is_there_and_what_was():
    step = step_of(record(**ROSE), {"position": "部長", "gender": "male"})
    assert step.change == Change("m1@example.co.jp", "青山 直樹", {"position": ("部長", "課長")}, 1, UPDATE)


@pytest.mark.parametrize(
    ("now", "back", "kept"),
    [
        ({"day": "2026-03-31", "is_retired": True}, {"day": None, "is_retired": False, "position": "課長"}, []),
        ({"day": "2026-04-30", "is_retired": True}, {"position": "課長"}, ["day", "is_retired"]),
        ({"day": "2026-03-31", "is_retired": None}, {"position": "課長"}, ["is_retired", "day"]),
        ({"day": "2026-03-31"}, {"day": None, "position": "課長"}, []),
    ],
)
def test_what_belongs_together_goes_back_together_or_not_at_all(now, back, kept):
    step = step_of(record(**LEFT), {"position": "部長"} | now, together=LEAVING)
    assert fate(step) == (UPDATE, back, kept, "")


@pytest.mark.parametrize(
    ("now", "used", "expected"),
    [
        (None, "", (None, {}, [], "")),
        ({"position": "部長"}, "", (DELETE, {}, [], "")),
        ({"position": "部長", "added since": 1}, "", (DELETE, {}, [], "")),
        ({"gender": "x"}, "", (DELETE, {}, [], "")),
        ({"position": "係長"}, "", (None, {}, ["position"], "")),
        ({"position": "部長"}, "検査結果があります", (None, {}, [WHOLE], "検査結果があります")),
        ({"position": "係長"}, "検査結果があります", (None, {}, ["position"], "")),
    ],
)
def test_what_the_run_made_is_deleted_where_it_is_as_it_was_made(now, used, expected):
    assert fate(step_of(record(CREATE, position=(None, "部長")), now, used=used)) == expected


def test_a_row_that_is_deleted_loses_all_it_has():
    step = step_of(record(CREATE, position=(None, "部長")), {"position": "部長", "gender": "male"})
    fields = {"position": ("部長", None), "gender": ("male", None)}
    assert step.change == Change("m1@example.co.jp", "青山 直樹", fields, 1, DELETE)
    assert step.outcome is Outcome.UPDATED


@pytest.mark.parametrize(
    ("action", "fields", "now", "expected"),
    [
        (DELETE, ROSE, None, (CREATE, {"position": "課長"}, [], "")),
        (DELETE, ROSE, {"position": "課長"}, (None, {}, [], "")),  # there again
        (DELETE, {}, None, (None, {}, [WHOLE], "値が消去されています")),
        (DELETE, {}, {"position": "課長"}, (None, {}, [], "")),
        (CREATE, {}, {"position": "課長"}, (None, {}, [WHOLE], "")),  # erased: is it as it was made?
        (UPDATE, ROSE, None, (None, {}, [WHOLE], "すでに削除されています")),
        (UPDATE, {}, {"position": "課長"}, (None, {}, [WHOLE], "")),  # as of a result that was corrected
    ],
)
def test_what_is_gone_or_erased_comes_back_only_where_it_is_known(action, fields, now, expected):
    assert fate(step_of(record(action, **fields), now)) == expected


def test_a_row_that_is_made_anew_has_its_old_number():
    step = deleted(7, position="課長")
    assert step.change == Change("m7@example.co.jp", "青山 直樹", {"position": (None, "課長")}, 7, CREATE)
    assert step.outcome is Outcome.CREATED


def test_of_a_row_that_is_changed_one_field_is_given_up():
    step = updated(1, **ROSE, gender=("", "male"))
    step.give_up("position", "だめ")
    step.give_up("never there", "遅い")
    assert fate(step) == (UPDATE, {"gender": ""}, ["position", "never there"], "だめ")


@pytest.mark.parametrize("step", [created(1, position="部長"), deleted(1, position="課長")])
def test_a_row_that_is_deleted_or_made_anew_is_given_up_as_a_whole(step):
    step.give_up("position", "だめ")
    assert (*fate(step), step.change, step.outcome) == (None, {}, ["position"], "だめ", None, Outcome.SKIPPED)


def test_a_person_may_spare_what_would_be_emptied_or_deleted():
    made, changed, anew = created(1, gender=""), updated(1, gender=("", "male"), **ROSE), deleted(1, gender="")
    for name in ("gender", "position", "never there", CREATED):
        changed.spare(name)
        anew.spare(name)
    assert fate(changed) == (UPDATE, {"position": "課長"}, [], "")
    assert fate(anew) == (CREATE, {"gender": ""}, [], "")
    made.spare("gender")
    assert made.action is DELETE
    made.spare(CREATED)
    assert (*fate(made), made.change, made.outcome) == (None, {}, [], "", None, Outcome.UNCHANGED)


def test_how_a_field_stands_afterwards():
    changed = step_of(record(**ROSE), {"position": "部長", "gender": "male"})
    assert [changed.after(name) for name in ("position", "gender", "never there")] == ["課長", "male", None]
    is_there_again = step_of(record(DELETE, **ROSE), {"position": "係長"})
    assert (is_there_again.action, is_there_again.after("position")) == (None, "係長")
    assert created(1, position="部長").after("position") is None
    assert [deleted(1, position="課長").after(name) for name in ("position", "gender")] == ["課長", None]
    assert step_of(record(**ROSE), None).after("position") is None
    assert step_of(record(**ROSE), {"position": "主任"}).after("position") == "主任"


def test_what_cannot_be_is_given_up_until_all_that_is_left_can():
    first, second = updated(1, **ROSE), updated(2, **ROSE)

    def obstacles():
        if "position" in first.back:
            yield first, "position", "一"
        elif "position" in second.back:
            yield second, "position", "二"

    settle(obstacles)
    assert [(step.back, step.why) for step in (first, second)] == [({}, "一"), ({}, "二")]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({}, {"value": "m1@example.co.jp"}),  # nobody has the key of a department
        ({"key": "1001"}, {"key": "1001"}),
        ({"email": "a@example.co.jp"}, {"email": "a@example.co.jp"}),
    ],
)
def test_a_problem_names_each_item_once_and_the_row_that_is_there(words, told):
    step = updated(1, first=(1, 2), last=(1, 2), gender=(1, 2))
    for name in ("first", "last", WHOLE, "gender"):
        step.give_up(name)
    labels = {"first": "氏名", "last": "氏名", "gender": "性別"}
    found = problem_of(step, labels.__getitem__, "ほかの処理で変更されています", **words)
    assert found == finding(
        "UNDO_CHANGED_SINCE", name="青山 直樹", field="氏名、性別", why="ほかの処理で変更されています", **told
    )
    assert found.object_id == 1
    assert problem_of(deleted(1), str, "").object_id is None
