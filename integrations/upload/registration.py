"""カオナビ登録: remember whose results カオナビ was seen to show."""

from collections.abc import Iterable, Sequence
from itertools import islice

from django.db.models import QuerySet
from django.utils import timezone

from assessments.models import Assessment
from employees.models import Employee
from integrations.jobs.lease import Lease
from integrations.models import ResultRegistration
from integrations.rules.results.plan import Send
from integrations.rules.results.values import Seen
from integrations.upload import source

BATCH = 1000


def forget(results: Sequence[int] | QuerySet[Assessment]) -> None:
    """These locked results are changed here: カオナビ's sheets no longer show them as they are, until the next upload."""
    ResultRegistration.objects.filter(assessment__in=results).delete()


def forget_corrected(results: QuerySet[Assessment], **_: object) -> None:
    """The same for what is changed by hand."""
    forget(results)


def unregister(sends: Iterable[Send]) -> None:
    """An undo has taken these people's results back, or has shown others again: what the sheets show is asked anew."""
    people = iter(sorted({send.employee for send in sends}))
    while batch := list(islice(people, BATCH)):
        ResultRegistration.objects.filter(employee__in=batch).delete()


def register(lease: Lease, seen: Iterable[Seen]) -> None:
    """Note them as shown by カオナビ, but for a result that was changed since it was read to be sent.

    Who is noted so already keeps the first date. Of whom an undo has left nothing there is no assessment.
    """
    known = dict(ResultRegistration.objects.values_list("employee_id", "assessment_id").iterator())
    now = timezone.now()
    fresh = (each for each in seen if each.assessment and known.get(each.employee) != each.assessment)
    while batch := list(islice(fresh, BATCH)):
        with lease.writing():
            # Somebody may have been deleted or merged since the sheets were read; who is there now stays until this is
            # written. People first, as a deletion does it.
            Employee.objects.filter(pk__in=[each.employee for each in batch]).lock_now()
            results = Assessment.objects.filter(pk__in=[each.assessment for each in batch])
            rows = source.owned(results.lock())
            there = {Seen(employee, result.pk, result.fingerprint) for employee, result in rows}
            ResultRegistration.objects.bulk_create(
                [
                    ResultRegistration(employee_id=each.employee, assessment_id=each.assessment, confirmed_at=now)
                    for each in batch
                    if each in there
                ],
                update_conflicts=True,
                unique_fields=["employee"],
                update_fields=["assessment", "confirmed_at"],
            )
