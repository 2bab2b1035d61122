"""Rules 5 and 12: 社員番号, which need not be there nor be one person's."""

import pytest

from integrations.reasons import Severity
from tests.factories.findings import remedy, sentence
from tests.factories.kaonavi import employee, member
from tests.integrations.rules.employees.plans import news, outcomes, plan, reasons


@pytest.mark.parametrize("number", ["", " ", "0012", "E-10_0.1@a/b+c", "9" * 50])
def test_it_takes_a_number_of_half_width_letters_digits_and_the_six_signs(number):
    made = plan(member(number, mail="naoki@example.co.jp"))
    assert news(made)["employee_number"] == number.strip()
    assert made.issues == ()


@pytest.mark.parametrize("number", ["１００１", "E 1", "é1", "1,2", "A#1", "ｱ1", "1\n2", "番号", "1\x002", "1*"])
def test_it_refuses_any_other_number_and_prints_the_set(number):
    made = plan(member(number, mail="naoki@example.co.jp"))
    (issue,) = made.issues
    assert (issue.reason, issue.field) == ("MEMBER_NUMBER_INVALID", "社員番号")
    assert issue.value == number.replace("\0", "␀")
    assert "- _ . @ / +" in remedy(issue)
    assert outcomes(made) == ["failed"]


def test_it_creates_an_employee_whose_number_is_in_use_and_warns():
    made = plan(member("1001", mail="new@example.co.jp"), local=[employee(email="old@example.co.jp", missing=True)])
    assert outcomes(made) == ["created"]
    (issue,) = made.issues
    assert (issue.reason, issue.severity) == ("MEMBER_NUMBER_SHARED", Severity.WARNING)
    assert (issue.field, issue.value) == ("社員番号", "1001")
    assert "青山 直樹（old@example.co.jp）" in sentence(issue)
    assert "「メールアドレスを変更する」" in remedy(issue)
    assert "「統合する」" in remedy(issue)
    assert issue.object_id == 1


def test_it_warns_where_an_updated_number_comes_to_be_shared():
    local = [employee(1, "1001"), employee(2, "1002")]
    made = plan(member("1002", mail="m1001@example.co.jp"), member("1002"), local=local)
    assert outcomes(made) == ["updated", "unchanged"]
    (issue,) = made.issues
    assert (issue.reason, issue.email) == ("MEMBER_NUMBER_SHARED", "m1001@example.co.jp")
    assert issue.object_id == 2
    assert issue.params["others"] == "青山 直樹（m1002@example.co.jp）"


def test_of_two_who_get_it_in_the_same_run_each_is_told_of_the_other():
    local = [employee(1, "1001"), employee(2, "1002")]
    made = plan(member("1003", mail="m1001@example.co.jp"), member("1003", mail="m1002@example.co.jp"), local=local)
    assert [(issue.reason, issue.object_id) for issue in made.issues] == [
        ("MEMBER_NUMBER_SHARED", 2),
        ("MEMBER_NUMBER_SHARED", 1),
    ]


def test_it_warns_an_updated_row_too_whose_number_somebody_else_gets_in_the_same_run():
    made = plan(member(gender="男性"), member("1001", mail="new@example.co.jp"), local=[employee()])
    assert outcomes(made) == ["updated", "created"]
    assert [(issue.reason, issue.email) for issue in made.issues] == [
        ("MEMBER_NUMBER_SHARED", "m1001@example.co.jp"),
        ("MEMBER_NUMBER_SHARED", "new@example.co.jp"),
    ]


def test_it_says_nothing_again_about_a_number_that_was_shared_before():
    local = [employee(1, "1001"), employee(2, "1002", employee_number="1001")]
    made = plan(member("1001", gender="男性"), member("1001", mail="m1002@example.co.jp"), local=local)
    assert outcomes(made) == ["updated", "unchanged"]
    assert made.issues == ()


def test_two_who_swap_their_numbers_share_none():
    local = [employee(1, "1001"), employee(2, "1002")]
    made = plan(member("1002", mail="m1001@example.co.jp"), member("1001", mail="m1002@example.co.jp"), local=local)
    assert outcomes(made) == ["updated", "updated"]
    assert made.issues == ()


def test_people_without_a_number_share_none():
    made = plan(
        member("", mail="a@example.co.jp"), member(" ", mail="b@example.co.jp"), local=[employee(employee_number="")]
    )
    assert made.issues == ()


def test_a_refused_member_shares_its_number_with_nobody():
    made = plan(member("7", mail="a@example.co.jp"), member("7", mail="none"))
    assert reasons(made) == ["MEMBER_MAIL_INVALID"]


def test_it_names_at_most_five_who_share_a_number_in_the_order_of_their_mails():
    local = [employee(pk, "1001", email=f"e{pk}@example.co.jp") for pk in (7, 3, 1, 6, 2, 5, 4)]
    detail = sentence(plan(member("1001", mail="new@example.co.jp"), local=local).issues[0])
    named = "、".join(f"青山 直樹（e{pk}@example.co.jp）" for pk in (1, 2, 3, 4, 5))
    assert f"（{named}、ほか2名）" in detail
