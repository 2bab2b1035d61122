"""Rule 10: 退職日 and 退職者フラグ, and whose they are."""

from datetime import date

import pytest

from tests.factories.kaonavi import employee, member
from tests.integrations.rules.employees.plans import news, outcomes, plan

DAY = date(2025, 9, 30)


@pytest.mark.parametrize("text", ["2025-09-30", "2999-12-31"])
def test_a_retirement_date_also_a_future_one_turns_the_flag_on(text):
    taken = news(plan(member(retired_date=text)))
    assert taken["retirement_date"] == date.fromisoformat(text)
    assert (taken["is_retired"], taken["retirement_source"]) == (True, "kaonavi")


@pytest.mark.parametrize("blank", ["", " ", "　"])
def test_without_a_retirement_date_a_new_employee_is_not_retired(blank):
    taken = news(plan(member(retired_date=blank)))
    assert (taken["retirement_date"], taken["is_retired"], taken["retirement_source"]) == (None, False, "")


def test_it_takes_back_what_kaonavi_had_said():
    retired = employee(retirement_date=DAY, is_retired=True, retirement_source="kaonavi")
    assert plan(member(), local=[retired]).changes[0].fields == {
        "retirement_date": (DAY, None),
        "is_retired": (True, False),
        "retirement_source": ("kaonavi", ""),
    }


@pytest.mark.parametrize(
    "by_hand",
    [
        {"retirement_date": DAY, "is_retired": True, "retirement_source": "manual"},
        {"retirement_date": None, "is_retired": True, "retirement_source": "manual"},
        {"retirement_date": DAY, "is_retired": False, "retirement_source": "manual"},
        {"retirement_date": None, "is_retired": True, "retirement_source": ""},
    ],
)
def test_what_a_person_set_here_stays(by_hand):
    made = plan(member(), local=[employee(**by_hand)])
    assert (made.changes, outcomes(made)) == ((), ["unchanged"])


def test_a_date_of_kaonavi_wins_over_a_persons():
    by_hand = employee(retirement_date=date(2025, 1, 1), is_retired=True, retirement_source="manual")
    assert plan(member(retired_date="2025-09-30"), local=[by_hand]).changes[0].fields == {
        "retirement_date": (date(2025, 1, 1), DAY),
        "retirement_source": ("manual", "kaonavi"),
    }


def test_a_flag_that_somebody_took_off_comes_back_with_the_date():
    local = employee(retirement_date=DAY, is_retired=False, retirement_source="kaonavi")
    assert plan(member(retired_date="2025-09-30"), local=[local]).changes[0].fields == {"is_retired": (False, True)}
