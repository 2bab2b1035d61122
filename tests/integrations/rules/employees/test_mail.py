"""Rules 2 and 3: the mail address is the key, so it must be one, and one person's."""

import pytest

from integrations.reasons import REASONS
from tests.factories.findings import sentence
from tests.factories.kaonavi import employee, member
from tests.integrations.rules.employees.plans import news, outcomes, plan, reasons


def test_it_stores_the_mail_trimmed_and_in_lower_case():
    made = plan(member(mail="　Naoki.AOYAMA@Example.co.jp "))
    assert news(made)["email"] == "naoki.aoyama@example.co.jp"
    assert made.changes[0].key == "naoki.aoyama@example.co.jp"


def test_it_finds_the_employee_whatever_the_case_of_the_mail():
    made = plan(member(mail="M1001@EXAMPLE.co.jp "), local=[employee()])
    assert outcomes(made) == ["unchanged"]


def test_it_refuses_all_members_who_share_a_mail():
    made = plan(member("1", mail="same@example.co.jp"), member("2", mail=" SAME@example.co.jp"), member("3"))
    assert outcomes(made) == ["failed", "failed", "created"]
    first, second = made.issues
    assert first.reason == second.reason == "MEMBER_MAIL_DUPLICATE"
    assert (first.field, first.value) == ("メール", "same@example.co.jp")
    assert "（2）" in sentence(first)
    assert "（1）" in sentence(second)


def test_it_names_at_most_five_others_who_share_a_mail():
    made = plan(*(member(str(number), mail="same@example.co.jp") for number in range(1, 9)))
    assert "（2、3、4、5、6、ほか2名）" in sentence(made.issues[0])
    assert "（1、2、3、4、5、ほか2名）" in sentence(made.issues[7])
    assert "（1、2、3、4、5）" in sentence(plan(*(member(str(number), mail="a@b.jp") for number in range(6))).issues[0])


def test_it_names_the_others_in_the_same_order_whatever_the_order_of_the_source():
    members = [member(number, mail="same@example.co.jp") for number in ("3", "1", "2")]
    for order in (members, members[::-1]):
        detail = {issue.subject_key: sentence(issue) for issue in plan(*order).issues}
        assert "（2、3）" in detail["1"]


def test_it_names_an_other_without_a_number_too():
    made = plan(member("1", mail="same@example.co.jp"), member("", mail="same@example.co.jp"))
    assert "（社員番号なし）" in sentence(made.issues[0])


def test_a_member_left_out_counts_as_sharing_but_is_itself_only_left_out():
    made = plan(member("1", mail="same@example.co.jp"), member("2", name="", mail="same@example.co.jp"))
    assert outcomes(made) == ["failed", "skipped"]
    assert reasons(made) == ["MEMBER_MAIL_DUPLICATE", "MEMBER_NAME_MISSING"]
    assert "（2）" in sentence(made.issues[0])


def test_members_without_a_mail_share_nothing():
    assert reasons(plan(member("1", mail=""), member("2", mail=" "))) == ["MEMBER_MAIL_MISSING", "MEMBER_MAIL_MISSING"]


def test_a_shared_mail_that_is_none_is_called_shared_only():
    assert set(reasons(plan(member("1", mail="なし"), member("2", mail="なし")))) == {"MEMBER_MAIL_DUPLICATE"}


@pytest.mark.parametrize(
    "mail",
    [
        "a..b@docomo.ne.jp",
        "a.@ezweb.ne.jp",
        ".a@example.jp",
        "a+b'c!@example.jp",
        '"a"(b)@[192.168.0.1]',
        "a@b.",
        "a@.",
        "a@" + "b" * 100 + ".c_d",
    ],
)
def test_it_takes_every_mail_of_the_simple_form(mail):
    assert outcomes(plan(member(mail=mail))) == ["created"]


@pytest.mark.parametrize(
    "mail",
    [
        "なし",
        "example.co.jp",
        "@example.co.jp",
        "naoki@",
        "naoki@localhost",
        "naoki@aoyama@example.co.jp",
        "nao ki@example.co.jp",
        "nao\tki@example.co.jp",
        "naoki@example.co.jp\x01",
        "\x7fnaoki@example.co.jp",
        "nao\x00ki@example.co.jp",
        "ｎａｏｋｉ@example.co.jp",
        "直樹@example.co.jp",
        "naoki＠example.co.jp",
        "\u212aim@example.co.jp",  # the Kelvin sign, whose lower case is an ordinary k
        "nao\u200bki@example.co.jp",
    ],
)
def test_it_refuses_what_is_no_mail(mail):
    made = plan(member(mail=mail))
    assert outcomes(made) == ["failed"]
    assert reasons(made) == ["MEMBER_MAIL_INVALID"]


def test_it_shows_the_half_width_form_where_that_would_be_valid():
    (issue,) = plan(member(mail="ｎａｏｋｉ＠ｅｘａｍｐｌｅ．ｃｏ．ｊｐ")).issues
    assert sentence(issue) == REASONS[issue.reason].sentence + "半角の「naoki@example.co.jp」であれば有効です。"
    assert issue.value == "ｎａｏｋｉ＠ｅｘａｍｐｌｅ．ｃｏ．ｊｐ"


@pytest.mark.parametrize("mail", ["直樹＠ｅｘａｍｐｌｅ．ｊｐ", "ｎａｏｋｉ＠ｌｏｃａｌｈｏｓｔ", "nao ki@example.jp"])
def test_it_shows_no_half_width_form_that_would_be_invalid_too(mail):
    (issue,) = plan(member(mail=mail)).issues
    assert (issue.field, sentence(issue)) == ("メール", REASONS[issue.reason].sentence)


def test_no_text_of_an_issue_holds_a_character_that_postgresql_refuses():
    (issue,) = plan(member("1", mail="nao\x00ki@example.co.jp")).issues
    assert (issue.email, issue.value) == ("nao␀ki@example.co.jp", "nao␀ki@example.co.jp")
