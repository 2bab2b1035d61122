"""When two runs speak of the same problem, and two plans are one."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest

from integrations.reasons import Reason
from integrations.rules.employees.plan import FromNothing
from integrations.rules.fingerprint import of_issue, of_plan, of_values
from integrations.rules.plan import finding
from tests.factories.kaonavi import employee

WRONG = finding(Reason.MEMBER_MAIL_INVALID, key="0012", name="青山 直樹", email="a@b", field="メール", value="a@b")


@pytest.mark.parametrize(
    "said_otherwise",
    [{"email": "a@c"}, {"value": "a@c"}, {"detail": "別の文"}, {"subject_name": "青山"}, {"subject_key": " 0012 "}],
)
def test_it_is_the_same_problem_whatever_it_says_otherwise(said_otherwise: dict[str, Any]):
    assert of_issue(replace(WRONG, **said_otherwise)) == of_issue(WRONG)


@pytest.mark.parametrize(
    "other", [{"subject_key": "0013"}, {"field": "氏名"}, {"reason": Reason.MEMBER_MAIL_DUPLICATE}]
)
def test_it_is_another_problem_of_another_row_item_or_kind(other: dict[str, Any]):
    assert of_issue(replace(WRONG, **other)) != of_issue(WRONG)


def test_a_row_without_a_number_is_told_by_its_mail_and_without_that_by_its_name():
    bare = replace(WRONG, subject_key="")
    assert of_issue(replace(bare, subject_name="別名")) == of_issue(bare)
    assert of_issue(replace(bare, email="c@d")) != of_issue(bare)
    nameless = replace(bare, email="　")
    assert of_issue(replace(nameless, subject_name="別名")) != of_issue(nameless)


def test_it_fits_a_whole_number_of_the_database_and_stands_odd_characters():
    for name in ("", "あ" * 10_000, "\x00", "\ud800"):
        assert -(2**63) <= of_issue(replace(WRONG, subject_key="", email="", subject_name=name)) < 2**63


NEW = {"values": FromNothing(employee(birth_date=date(1988, 2, 29)).values)}


def test_a_plan_is_the_same_in_whatever_order_the_rows_come_and_no_other_plan_is():
    one = of_plan([{"青山": 1, "井上": 2}, NEW], ["x"])
    assert of_plan([NEW, {"井上": 2, "青山": 1}], ["x"]) == one
    assert of_plan([{"values": dict(NEW["values"])}, {"青山": 1, "井上": 2}], ["x"]) == one
    for other in (([NEW], ["x"]), ([NEW, {"青山": 1, "井上": 2}], ["y"]), ([NEW, {"青山": 1, "井上": 2}, "x"], [])):
        assert of_plan(*other) != one


def test_what_one_version_stored_the_next_one_finds_again():
    """Notes hang on the numbers of problems, and whoever looks at a plan may approve it after an update."""
    assert of_issue(WRONG) == 6412275700755216477
    assert of_values(["b@example.co.jp", "ａ@example.co.jp"]) == -7249417158810682070
    assert of_issue(finding(Reason.SOURCE_EMPTY, field="所属")) == 8590827615498801793
    row = MappingProxyType({"青山": date(1988, 2, 29)})
    assert of_plan([row, ("井上", None)], [("blanks", "gender")]) == "7996733cdcec367ad4f3e29bef85657a"
