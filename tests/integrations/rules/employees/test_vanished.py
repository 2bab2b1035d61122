"""Rule 14: who is gone from カオナビ."""

import pytest

from integrations.kaonavi.types import Unreadable
from tests.factories.kaonavi import employee, member
from tests.integrations.rules.employees.plans import outcomes, plan

OTHER = member("9999")


def test_it_marks_a_linked_employee_that_the_source_no_longer_has():
    made = plan(OTHER, local=[employee(1, "1001"), employee(2, "9999")])
    assert made.vanished == (1,)
    assert (outcomes(made), made.is_unsure) == (["unchanged"], False)


def test_whoever_turns_out_to_be_there_is_linked():
    made = plan(member("1001"), local=[employee(1, "1001", linked=False)])
    assert (outcomes(made), made.linked) == (["unchanged"], {1: "m1001@example.co.jp"})


def test_it_marks_nobody_twice_and_nobody_who_was_never_linked():
    local = [employee(1, "1001", missing=True), employee(2, "1002", linked=False)]
    assert plan(OTHER, local=local).vanished == ()


@pytest.mark.parametrize(
    "source",
    [
        member(name=""),
        member(name_kana=" "),
        member(birthday="x"),
        member(department_code="X"),
        member("１２", mail="M1001@example.co.jp　"),
        member(mail="m1001@example.co.jp", position="\x01" * 201),
    ],
)
def test_a_member_left_out_or_refused_is_still_there(source):
    made = plan(source, OTHER, local=[employee()])
    assert made.vanished == ()
    assert made.changes[1:] == ()


def test_all_who_share_a_mail_are_still_there():
    made = plan(member("1"), member("2", mail="m1@example.co.jp"), local=[employee(1, "1")])
    assert made.vanished == ()


def test_a_member_without_a_mail_is_there_by_its_number():
    made = plan(member("1001 ", mail=" "), local=[employee(1, "1001"), employee(2, "1002")])
    assert made.vanished == (2,)


def test_a_number_says_nothing_where_there_is_a_mail():
    made = plan(member("1001", mail="new@example.co.jp"), local=[employee()])
    assert made.vanished == (1,)


def test_a_blank_number_is_nobodys():
    made = plan(member("", mail=""), local=[employee(employee_number="")])
    assert made.vanished == (1,)


@pytest.mark.parametrize(
    ("members", "unreadable"),
    [([OTHER], [Unreadable(2, "", "")]), ([], [Unreadable(1, "", "")]), ([member("2", "青\x00山 直樹")], [])],
)
def test_nobody_is_marked_in_a_run_with_an_unreadable_element(members, unreadable):
    made = plan(*members, unreadable=unreadable, local=[employee()])
    assert made.is_unsure is True
    assert made.vanished == ()
    assert not made.is_empty_source


def test_a_returning_employee_is_updated_and_no_longer_missing():
    made = plan(member(), local=[employee(missing=True)])
    assert made.changes[0].fields == {"missing": (True, False)}
    assert outcomes(made) == ["updated"]


def test_a_returning_employee_takes_the_new_values_too():
    made = plan(member(gender="男性"), local=[employee(missing=True)])
    assert made.changes[0].fields == {"gender": ("", "male"), "missing": (True, False)}


def test_an_empty_list_plans_nothing_while_linked_employees_exist():
    made = plan(local=[employee(), employee(2, "1002", linked=False)])
    assert made.is_empty_source
    assert (made.changes, made.vanished, made.issues, made.outcomes) == ((), (), (), ())


def test_an_empty_list_is_no_alarm_where_nobody_was_ever_linked():
    made = plan(local=[employee(linked=False)])
    assert not made.is_empty_source
    assert made.outcomes == ()
