"""What an undo may do to people: one mail address for one person, and no department that is not there."""

from integrations.rules.undo.employees import MAIL_TAKEN, NO_DEPARTMENT, settle_people
from tests.integrations.rules.undo.records import CREATE, DELETE, UPDATE, created, deleted, fate, updated

MAIL, OTHER = "a@example.co.jp", "b@example.co.jp"


def moved(pk, old, new):
    return updated(pk, email=(old, new), position=("課長", "部長"))


def test_a_mail_that_somebody_else_has_now_does_not_come_back():
    step = moved(1, MAIL, OTHER)
    settle_people([step], {MAIL: [2], OTHER: [1]}, ())
    assert fate(step) == (UPDATE, {"position": "課長"}, ["email"], MAIL_TAKEN)


def test_a_swap_goes_back():
    steps = [moved(1, MAIL, OTHER), moved(2, OTHER, MAIL)]
    settle_people(steps, {MAIL: [2], OTHER: [1]}, ())
    assert [step.back["email"] for step in steps] == [MAIL, OTHER]


def test_where_one_of_a_swap_stays_the_other_stays_too():
    first, second = moved(1, MAIL, OTHER), moved(2, OTHER, MAIL)
    second.give_up("email", "だめ")
    settle_people([first, second], {MAIL: [2], OTHER: [1]}, ())
    assert (first.back, first.why) == ({"position": "課長"}, MAIL_TAKEN)


def test_the_mail_of_somebody_who_is_deleted_is_free():
    steps = [moved(1, MAIL, OTHER), created(2, email=MAIL)]
    settle_people(steps, {MAIL: [2], OTHER: [1]}, ())
    assert [step.action for step in steps] == [UPDATE, DELETE]
    assert steps[0].back["email"] == MAIL


def test_of_two_who_would_get_a_mail_nobody_does():
    steps = [moved(1, MAIL, OTHER), deleted(2, email=MAIL)]
    settle_people(steps, {OTHER: [1]}, ())
    assert [fate(step) for step in steps] == [
        (UPDATE, {"position": "課長"}, ["email"], MAIL_TAKEN),
        (None, {}, ["email"], MAIL_TAKEN),
    ]


def test_no_mail_is_anybodys():
    steps = [moved(1, "", MAIL), moved(2, "", OTHER)]
    settle_people(steps, {"": [3, 4], MAIL: [1], OTHER: [2]}, ())
    assert [step.back["email"] for step in steps] == ["", ""]


def test_a_department_that_is_not_there_does_not_come_back():
    there, gone, none = (updated(pk, department=(old, "Z")) for pk, old in enumerate(("A001", "X", ""), start=1))
    anew = deleted(4, email=MAIL, department="X")
    settle_people([there, gone, none, anew], {}, {"A001"})
    assert fate(there) == (UPDATE, {"department": "A001"}, [], "")
    assert fate(gone) == (UPDATE, {}, ["department"], NO_DEPARTMENT)
    assert fate(none) == (UPDATE, {"department": ""}, [], "")
    assert fate(anew) == (None, {}, ["department"], NO_DEPARTMENT)
    assert fate(deleted(5, email=MAIL))[0] is CREATE
