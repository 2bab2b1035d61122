"""カオナビ登録: remember whose results カオナビ was seen to show."""

from collections.abc import Iterable, Sequence
from itertools import islice

from django.db.models import QuerySet
from django.utils import timezone

from assessments.models import Assessment
from employees.models import Employee
from integrations.lease import Lease
from integrations.models import ResultRegistration

BATCH = 1000


def forget(results: Sequence[int] | QuerySet[Assessment]) -> None:
    """These locked results are changed here: カオナビ's sheets no longer show them as they are, until the next upload."""
    ResultRegistration.objects.filter(assessment__in=results).delete()


def forget_corrected(results: QuerySet[Assessment], **_: object) -> None:
    """The same for what is changed by hand."""
    forget(results)


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
            # Somebody may have been deleted or merged since the sheets were read; who is there now stays until this is written.
            # People first, as a deletion does it.
            people = Employee.objects.filter(pk__in=[each.employee_id for each in batch])
            list(people.order_by("pk").select_for_update().values_list("pk"))
            results = Assessment.objects.filter(pk__in=[each.assessment_id for each in batch])
            there = set(results.order_by("pk").select_for_update().values_list("employee_id", "pk"))
            ResultRegistration.objects.bulk_create(
                [each for each in batch if (each.employee_id, each.assessment_id) in there],
                update_conflicts=True,
                unique_fields=["employee"],
                update_fields=["assessment", "confirmed_at"],
            )
