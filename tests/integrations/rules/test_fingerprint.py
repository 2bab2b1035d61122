"""When two runs speak of the same problem."""

from dataclasses import replace
from typing import Any

import pytest

from integrations.reasons import Reason
from integrations.rules.fingerprint import of_issue
from integrations.rules.plan import finding

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
