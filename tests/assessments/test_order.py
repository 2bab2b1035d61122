"""Which result is the latest is said twice, as an order and by the triggers of the database; both say the same."""

import itertools
from datetime import UTC, date, datetime

from assessments.models import Assessment, LatestResult
from assessments.order import NEWEST_FIRST
from tests.factories.rows import make_person

DAYS = (date(2025, 4, 1), date(2026, 4, 1))
TIMES = (None, datetime(2026, 4, 1, 9, tzinfo=UTC), datetime(2026, 4, 1, 10, tzinfo=UTC))


def test_of_any_results_the_database_keeps_the_first_in_order(db):
    kinds = list(itertools.product(DAYS, TIMES))
    for number, several in enumerate(itertools.product(kinds, repeat=2)):
        person = make_person(number)
        Assessment.objects.bulk_create(
            Assessment(employee=person, taken_on=day, completed_at=time) for day, time in several
        )
    first: dict[int, int] = {}
    for pk, person in Assessment.objects.order_by(*NEWEST_FIRST).values_list("pk", "employee"):
        first.setdefault(person, pk)
    assert len(first) == len(kinds) ** 2
    assert dict(LatestResult.objects.values_list("employee", "result")) == first
