"""Who was deleted while a run was under way: it read them before, and may have told of them after."""

from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Q

from employees.models import Employee
from integrations import bulk
from integrations.erasure.changes import BY_PERSON, NO_VALUES, labelled
from integrations.erasure.issues import WRITTEN, forgotten, read
from integrations.erasure.words import GONE
from integrations.models import SyncIssue, SyncJob


def erase_leavers(job: SyncJob, numbers: Collection[str] = ()) -> None:
    """Erase what the run has written of people who are not here any more; the last thing before it ends or waits.

    `numbers` are the 社員番号 with which it has worked.
    """
    known = job.changes.filter(what__in=BY_PERSON, object_id__isnull=False)
    known.exclude(object_id__in=Employee.objects.values("pk")).update(name=labelled(GONE, F("object_id")), **NO_VALUES)
    there = {number.strip() for number in Employee.objects.values_list("employee_number", flat=True)} if numbers else ()
    by_number = Q(email="", subject_key__in={*numbers}.difference(there))
    by_mail = ~Q(email="") & ~Q(Exists(Employee.objects.filter(email=OuterRef("email"))))
    about_results = Q(job=job, reason__startswith="RESULT_")
    bulk.update(SyncIssue, WRITTEN, [forgotten(told, None) for told in read(about_results & (by_number | by_mail))])
