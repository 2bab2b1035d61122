"""Rule 4: the main 所属, by its code."""

import pytest

from integrations.rules.employees.fields import department_code
from tests.factories.findings import remedy, sentence
from tests.factories.kaonavi import employee, member
from tests.integrations.rules.employees.plans import news, outcomes, plan, reasons


@pytest.mark.parametrize("blank", ["", " ", "　"])
def test_it_takes_a_member_without_a_department(blank):
    assert news(plan(member(department_code=blank)))["department"] == ""


def test_it_takes_the_department_of_the_trimmed_code():
    assert news(plan(member(department_code=" A001　")))["department"] == "A001"


@pytest.mark.parametrize("code", ["A004", "a001", "A001-1", "0A001"])
def test_it_refuses_a_member_of_a_department_that_we_do_not_have(code):
    made = plan(member(department_code=code))
    (issue,) = made.issues
    assert outcomes(made) == ["failed"]
    assert (issue.reason, issue.field, issue.value) == ("MEMBER_DEPARTMENT_UNKNOWN", "所属", code)
    assert "部署情報を最新に" in remedy(issue)


def test_it_names_such_a_department_as_kaonavi_does():
    (named,) = plan(member(department_code="A004", department_name="サポート部")).issues
    (bare,) = plan(member(department_code="A004")).issues
    assert sentence(named) == "所属「サポート部（A004）」がミキワメの部署にありません。"
    assert sentence(bare) == "所属「A004」がミキワメの部署にありません。"


def test_it_takes_somebody_out_of_a_department():
    made = plan(member(), local=[employee(department="A002")])
    assert made.changes[0].fields == {"department": ("A002", "")}


def test_a_department_of_ours_without_a_code_is_never_the_one_meant():
    made = plan(member(), local=[employee(department=department_code("", "営業部"))])
    assert made.changes[0].fields == {"department": ("（コードなし）営業部", "")}
    assert department_code("A001", "営業部") == "A001"


def test_it_still_judges_the_other_items_of_a_refused_member():
    made = plan(member("１", mail="なし", department_code="X", birthday="2024-13-01", position="長" * 201))
    assert reasons(made) == [
        "MEMBER_MAIL_INVALID",
        "MEMBER_NUMBER_INVALID",
        "MEMBER_DATE_INVALID",
        "MEMBER_DEPARTMENT_UNKNOWN",
        "MEMBER_VALUE_TOO_LONG",
    ]
    assert outcomes(made) == ["failed"]
