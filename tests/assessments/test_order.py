"""Which result is the latest is said twice, as an order and as a condition; both say the same."""

import itertools
from datetime import UTC, date, datetime

from django.db.models import Exists, OuterRef

from assessments.models import Assessment
from assessments.order import NEWEST_FIRST, is_newer
from tests.factories.rows import make_person

DAYS = (date(2025, 4, 1), date(2026, 4, 1))
TIMES = (None, datetime(2026, 4, 1, 9, tzinfo=UTC), datetime(2026, 4, 1, 10, tzinfo=UTC))


def test_of_any_results_just_the_first_in_order_has_no_newer_one(db):
    kinds = list(itertools.product(DAYS, TIMES))
    for number, several in enumerate(itertools.product(kinds, repeat=2)):
        person = make_person(number)
        Assessment.objects.bulk_create(
            Assessment(employee=person, taken_on=day, completed_at=time) for day, time in several
        )
    newer = Assessment.objects.filter(is_newer(), employee=OuterRef("employee"))
    alone = list(Assessment.objects.filter(~Exists(newer)).order_by("employee").values_list("pk", flat=True))
    first: dict[int, int] = {}
    for pk, person in Assessment.objects.order_by(*NEWEST_FIRST).values_list("pk", "employee"):
        first.setdefault(person, pk)
    assert len(first) == len(kinds) ** 2
    assert alone == [first[person] for person in sorted(first)]
