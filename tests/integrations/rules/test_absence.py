"""Who is gone from カオナビ and who is back: by mail, and by 社員番号 where that is all there is."""

from collections.abc import Sequence

import pytest

from integrations.kaonavi.types import Member, Members, Unreadable
from integrations.rules.absence import call_roll, not_checked, returns, told_of_absence
from integrations.rules.employees.fields import LocalEmployee
from integrations.rules.employees.groups import mail_key
from integrations.rules.plan import Change, finding
from tests.factories.kaonavi import employee, member


def absent(
    *members: Member,
    local: Sequence[LocalEmployee],
    unreadable: Sequence[Unreadable] = (),
    in_question: frozenset[str] = frozenset(),
) -> tuple[int, ...]:
    """The pk of those who are gone; whoever is marked and there is back."""
    source, mails = Members(members, tuple(unreadable)), [mail_key(each) for each in members]
    gone, back = call_roll(local, source, mails, in_question)
    marked, again = call_roll([each._replace(missing=True) for each in local], source, mails, in_question)
    assert (back, marked) == ([], ())
    assert {each.pk for each in again} == {each.pk for each in local} - set(gone)
    return gone


HERE = employee(1, "1001")
NO_MAIL = employee(2, "1002", email="")


@pytest.mark.parametrize(
    ("source", "local", "is_there"),
    [
        pytest.param(member("1001"), HERE, True, id="by the mail"),
        pytest.param(member("2002", mail=" M1001@example.co.jp"), HERE, True, id="by the mail alone"),
        pytest.param(member("1001", mail="new@example.co.jp"), HERE, False, id="a number beside a mail says nothing"),
        pytest.param(member(" 1001 ", mail="　"), HERE, True, id="by the number where there is no mail"),
        pytest.param(member(" 1002　"), NO_MAIL, True, id="by the number where we have no mail"),
        pytest.param(member("1002", mail=""), NO_MAIL, True, id="by the number where neither has"),
        pytest.param(member("1003", mail=""), NO_MAIL, False, id="two without a mail are not one"),
        pytest.param(member("", mail=""), employee(3, "", email=""), False, id="nor are two without anything"),
        pytest.param(member("", mail=""), employee(3, "", email="m3@example.co.jp"), False, id="nor by no number"),
        pytest.param(member(" "), employee(3, "", email=""), False, id="nor where only we have neither"),
    ],
)
def test_somebody_is_there(source: Member, local: LocalEmployee, is_there):
    assert absent(source, local=[local]) == (() if is_there else (local.pk,))


def test_a_mail_that_somebody_else_has_not_does_not_make_their_number_count():
    assert absent(member("1001", mail="new@example.co.jp"), local=[HERE, NO_MAIL]) == (1, 2)


def test_an_element_that_cannot_be_read_may_be_whoever_has_its_number():
    broken = [Unreadable(1, " 1001 ", "x"), Unreadable(2, "", "")]
    assert absent(local=[HERE, NO_MAIL, employee(3, "")], unreadable=broken) == (2, 3)


def test_whoever_may_be_meant_by_a_row_in_question_is_there():
    assert absent(local=[HERE, NO_MAIL, employee(3, "")], in_question=frozenset({"1002", ""})) == (1, 3)


def test_nobody_is_gone_whom_kaonavi_never_had_and_nobody_is_gone_twice():
    never, twice = employee(1, linked=False), employee(2, "1002", missing=True)
    assert call_roll([never, twice], Members((), ()), [], frozenset()) == ((), [])


def test_whoever_is_back_loses_the_mark_and_the_mail_that_another_has_now():
    assert returns(HERE, None) == Change("m1001@example.co.jp", "青山 直樹", {"missing": (True, False)}, 1)
    parted = Change("1001", "青山 直樹", {"email": ("m1001@example.co.jp", "")}, 1)
    assert returns(HERE, parted).fields == {"email": ("m1001@example.co.jp", ""), "missing": (True, False)}
    assert returns(NO_MAIL, None).key == "1002"


def test_the_runs_message_says_how_many_are_found_no_longer():
    assert told_of_absence("社員", "名", 0, 0) == "カオナビで見つからなくなった社員0名。"
    assert told_of_absence("部署", "件", 1234, 0) == "カオナビで見つからなくなった部署1,234件。"
    assert told_of_absence("社員", "名", 0, 1234) == (
        "カオナビで見つからない社員1,234名には、「カオナビになし」の印を付けていません。"
    )


def test_a_run_that_could_not_tell_who_is_gone_claims_no_number_of_them():
    told = told_of_absence("社員", "名", 0, 0, is_unsure=True)
    assert told == "カオナビで見つからなくなった社員は、確認できませんでした。"
    assert "社員3名には" in told_of_absence("社員", "名", 0, 3, is_unsure=True)


def test_what_was_unreadable_may_be_any_of_those_who_are_absent():
    reason = "MEMBERS_NOT_CHECKED_FOR_ABSENCE"
    assert not_checked(reason, range(1234)) == finding(reason, rows="1,234")
