"""Whose result a row is."""

import pytest

from integrations.reasons import Reason
from integrations.rules.assessments.people import Doubt, People, Person
from tests.integrations.rules.assessments.makers import AOYAMA, INOUE, NOBODYS_NUMBER, PEOPLE


def found(number="", mail="", people=PEOPLE):
    return People(people).find(number, mail)


def test_the_number_finds_the_person():
    assert found("1001") == AOYAMA


def test_the_mail_finds_the_person_in_any_case():
    assert found(mail="Inoue@Example.co.jp") == INOUE


def test_both_together_find_the_person_whom_both_mean():
    assert found("1002", "inoue@example.co.jp") == INOUE


def test_neither_finds_nobody():
    assert found() == Doubt(Reason.ASSESSMENT_PERSON_MISSING, "社員番号・メールアドレス", "")


@pytest.mark.parametrize(
    ("number", "mail", "field"),
    [
        ("9999", "", "社員番号"),
        ("", "nobody@example.co.jp", "メールアドレス"),
        ("9999", "aoyama@example.co.jp", "社員番号"),
        ("1001", "nobody@example.co.jp", "メールアドレス"),
    ],
)
def test_what_nobody_has_finds_nobody_whatever_the_other_one_says(number, mail, field):
    doubt = found(number, mail)
    assert (doubt.reason, doubt.field, doubt.value) == (
        "ASSESSMENT_PERSON_UNKNOWN",
        field,
        number if field == "社員番号" else mail,
    )


def test_number_and_mail_of_two_people_find_nobody_and_name_both():
    doubt = found("1001", "inoue@example.co.jp")
    assert (doubt.reason, doubt.field, doubt.value) == ("ASSESSMENT_PERSON_AMBIGUOUS", "社員番号", "1001")
    assert doubt.others == (
        "社員番号は青山 直樹 aoyama@example.co.jp、メールアドレスは井上 花 inoue@example.co.jpを指しています"
    )


def test_a_number_does_not_agree_with_the_mail_of_somebody_without_one():
    assert found("1001", NOBODYS_NUMBER.mail).reason == "ASSESSMENT_PERSON_AMBIGUOUS"


def test_a_number_that_several_have_finds_nobody_by_itself():
    twins = [Person(place, "7", f"t{place}@example.co.jp", f"双子 {place}") for place in range(7)]
    doubt = found("7", people=twins)
    assert (doubt.reason, doubt.field, doubt.value) == ("ASSESSMENT_PERSON_AMBIGUOUS", "社員番号", "7")
    assert doubt.others.startswith("社員番号が同じ社員が7名います：双子 0 t0@example.co.jp、")
    assert doubt.others.endswith("双子 4 t4@example.co.jp、ほか2名")


def test_the_mail_tells_apart_who_shares_a_number():
    twins = [Person(1, "7", "a@example.co.jp", "甲"), Person(2, "7", "b@example.co.jp", "乙")]
    assert found("7", "b@example.co.jp", people=twins) == twins[1]


@pytest.mark.parametrize("number", ["123", "00123"])
def test_a_number_without_some_zeros_of_ours_is_told_so(number):
    doubt = found(number, people=[Person(1, "0123", "a@example.co.jp", "甲")])
    assert isinstance(doubt, Doubt)
    assert doubt == Doubt(Reason.FILE_LEADING_ZEROS, "社員番号", number, other="0123")


@pytest.mark.parametrize("mail", ["A0yama@example.co.jp", "ａoyama@example.co.jp", "aoyama@examp1e.co.jp"])
def test_a_mail_that_looks_like_ours_is_told_but_not_taken(mail):
    doubt = found("", mail, people=[Person(1, "1", "aoyama@example.co.jp", "甲")])
    assert isinstance(doubt, Doubt)
    assert "「aoyama@example.co.jp」" in doubt.detail


@pytest.mark.parametrize("number", ["００１２３", "00-123"])
def test_a_number_that_looks_like_ours_is_told_but_not_taken(number):
    doubt = found(number, people=[Person(1, "0123", "a@example.co.jp", "甲")])
    assert isinstance(doubt, Doubt)
    assert doubt.detail == "似た社員番号「0123」の社員がいます。"


def test_of_many_numbers_that_look_the_same_five_are_told():
    people = [Person(pk, f"A{'-' * pk}1", f"{pk}@example.co.jp", "甲") for pk in range(1, 7)]
    assert found("Ａ1", people=people).detail == (
        "似た社員番号「A-1」「A--1」「A---1」「A----1」「A-----1」の社員がいます。"
    )


def test_who_has_no_address_is_told_by_the_name_alone():
    twins = [Person(1, "7", "", "甲"), Person(2, "7", "", "乙")]
    assert found("7", people=twins).others == "社員番号が同じ社員が2名います：甲、乙"


def test_case_and_blanks_within_a_number_count():
    assert found("e10", people=[Person(1, "E10", "a@example.co.jp", "甲")]).reason == "ASSESSMENT_PERSON_UNKNOWN"
