"""Whether a record is as an import made it."""

import json
from datetime import date

import pytest

from integrations.rules.undo import is_as_created

PRESENT = {"last_name": "青山", "hire_date": date(2020, 4, 1), "retirement_date": None, "is_retired": False}
CREATED = json.loads(json.dumps({name: (None, value) for name, value in PRESENT.items()}, default=str))


def test_it_is_while_every_value_is_the_one_that_was_written():
    assert is_as_created(CREATED, PRESENT)


@pytest.mark.parametrize(
    "change",
    [{"last_name": "赤井"}, {"hire_date": None}, {"retirement_date": date(2026, 3, 31)}, {"is_retired": True}],
)
def test_it_is_not_when_any_value_is_another_one(change):
    assert not is_as_created(CREATED, PRESENT | change)


def test_a_field_that_is_new_or_gone_says_nothing():
    assert is_as_created(CREATED | {"gone": [None, "x"]}, PRESENT | {"new": "y"})
