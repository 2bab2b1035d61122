"""Rule 1: who is left out on purpose."""

import pytest

from integrations.reasons import Severity
from tests.factories.kaonavi import employee, member
from tests.integrations.rules.employees.plans import outcomes, plan, reasons


@pytest.mark.parametrize("blank", ["", " ", "　", " \t　\n"])
@pytest.mark.parametrize(
    ("field", "reason", "item"),
    [
        ("name", "MEMBER_NAME_MISSING", "氏名"),
        ("name_kana", "MEMBER_KANA_MISSING", "フリガナ"),
        ("mail", "MEMBER_MAIL_MISSING", "メール"),
    ],
)
def test_it_leaves_out_a_member_with_a_blank_item(blank, field, reason, item):
    made = plan(member(**{field: blank}))
    assert made.changes == ()
    assert outcomes(made) == ["skipped"]
    (issue,) = made.issues
    assert (issue.reason, issue.severity, issue.field, issue.value) == (reason, Severity.SKIPPED, item, "")


def test_it_says_each_blank_item_and_nothing_else():
    made = plan(member("１２", " ", "", mail="", birthday="2024-02-30", department_code="X9"))
    assert reasons(made) == ["MEMBER_NAME_MISSING", "MEMBER_KANA_MISSING", "MEMBER_MAIL_MISSING"]
    assert outcomes(made) == ["skipped"]


def test_it_leaves_out_an_employee_whom_we_have_without_changing_it():
    made = plan(member(name="", mail="m1001@example.co.jp"), local=[employee(last_name="前の姓")])
    assert (made.changes, made.vanished) == ((), ())
    assert outcomes(made) == ["skipped"]


def test_it_names_the_member_as_the_source_has_it():
    (issue,) = plan(member(" 1001", "青山　直樹 ", "", mail=" Naoki@Example.co.jp ")).issues
    assert (issue.subject_key, issue.subject_name, issue.email) == (" 1001", "青山　直樹 ", " Naoki@Example.co.jp ")


def test_it_takes_retired_people_too():
    assert outcomes(plan(member(retired_date="2020-03-31"))) == ["created"]
