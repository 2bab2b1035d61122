"""Which of two records of one person stays."""

from datetime import UTC, datetime

import pytest

from employees.twins import Twin, who_stays

NOW = datetime(2026, 4, 1, tzinfo=UTC)
PRESENT, MISSING, NEVER = (NOW, None), (NOW, NOW), (None, None)


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        (PRESENT, MISSING, 1),
        (PRESENT, NEVER, 1),
        (MISSING, PRESENT, 2),
        (NEVER, PRESENT, 2),
        (PRESENT, PRESENT, None),
        (MISSING, MISSING, None),
        (MISSING, NEVER, None),
        (NEVER, NEVER, None),
    ],
)
def test_it_is_the_one_that_kaonavi_has_or_a_person_has_to_say(first, second, stays):
    assert who_stays([Twin(1, *first), Twin(2, *second)]) == stays
