"""Rules 7 and 8: 性別, 雇用形態 and 役職."""

import pytest

from tests.factories.kaonavi import POSITION_ID, employee, member, member_layout
from tests.integrations.rules.employees.plans import news, plan


@pytest.mark.parametrize(
    ("text", "gender"),
    [
        ("男性", "male"),
        (" 女性　", "female"),
        ("", ""),
        ("　", ""),
        ("男", "other"),
        ("回答しない", "other"),
        ("male", "other"),
    ],
)
def test_it_maps_gender(text, gender):
    assert news(plan(member(gender=text)))["gender"] == gender


@pytest.mark.parametrize(
    ("text", "employment_type"),
    [
        ("正社員", "regular"),
        ("契約社員", "contract"),
        ("派遣社員", "dispatched"),
        ("アルバイト・パート", "part_time"),
        ("業務委託", "outsourced"),
        ("　正社員 ", "regular"),
        ("パート・アルバイト", "other"),
        ("正社員（時短）", "other"),
        ("嘱託", "other"),
        ("", ""),
        (" ", ""),
        (("", "正社員"), "regular"),
        (("正社員", "業務委託"), "other"),
    ],
)
def test_it_maps_employment_type(text, employment_type):
    assert news(plan(member(employment_type=text)))["employment_type"] == employment_type


@pytest.mark.parametrize(
    ("values", "position"),
    [
        ("課長", "課長"),
        (" 課長　", "課長"),
        (("部長", "課長"), "部長、課長"),
        ((" 部長", "", "　", "課長 "), "部長、課長"),
        (("", " "), ""),
    ],
)
def test_it_takes_the_position_as_text(values, position):
    assert news(plan(member(position=values)))["position"] == position


def test_a_member_without_a_value_loses_the_one_that_we_have():
    made = plan(member(), local=[employee(position="課長", employment_type="regular", gender="male")])
    assert made.changes[0].fields == {
        "gender": ("male", ""),
        "position": ("課長", ""),
        "employment_type": ("regular", ""),
    }
    assert made.alarms == ()


def test_it_finds_the_items_by_their_names_whatever_their_numbers():
    layout = member_layout(内線=POSITION_ID, 役職=7, 雇用形態=8)
    taken = news(plan(member(custom={POSITION_ID: ("1234",), 7: ("部長",), 8: ("契約社員",)}), layout=layout))
    assert (taken["position"], taken["employment_type"]) == ("部長", "contract")
