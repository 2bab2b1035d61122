"""カオナビ登録: remember whose results カオナビ was seen to show."""

from collections.abc import Iterable
from itertools import islice

from django.utils import timezone

from integrations.lease import Lease
from integrations.models import ResultRegistration

BATCH = 1000


def register(lease: Lease, seen: Iterable[tuple[int, int]]) -> None:
    """Note (employee, latest assessment) as shown by カオナビ. Who is noted so already keeps the first date."""
    known = dict(ResultRegistration.objects.values_list("employee_id", "assessment_id").iterator())
    now = timezone.now()
    fresh = (
        ResultRegistration(employee_id=employee, assessment_id=assessment, confirmed_at=now)
        for employee, assessment in seen
        if known.get(employee) != assessment
    )
    while batch := list(islice(fresh, BATCH)):
        with lease.writing():
            ResultRegistration.objects.bulk_create(
                batch,
                update_conflicts=True,
                unique_fields=["employee"],
                update_fields=["assessment", "confirmed_at"],
            )
