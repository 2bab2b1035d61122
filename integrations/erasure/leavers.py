"""Who was deleted while a run was under way: it read them before, and may have told of them after."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from employees.models import Employee
from integrations import bulk, kinds
from integrations.erasure.changes import BY_PERSON, NO_VALUES, labelled
from integrations.erasure.issues import WRITTEN, forgotten, read
from integrations.erasure.notes import forget_notes
from integrations.erasure.traces import erase_own_words
from integrations.erasure.words import GONE
from integrations.models import SyncChange, SyncIssue, SyncJob
from integrations.reasons import Reason

OF_RESULTS = Q(reason__startswith="RESULT_") | Q(reason=Reason.UNDO_CHANGED_SINCE, job__undone_kind__in=kinds.SENDING)
LATELY = timedelta(days=3)  # longer than a night's errand may be missed


def erase_leavers(job: SyncJob, numbers: Collection[str] = ()) -> None:
    """Erase what the run has written of people who are not here any more; the last thing before it ends or waits.

    `numbers` are the 社員番号 with which it has worked. Whom the run itself has deleted is kept for its undo.
    """
    known = job.changes.filter(what__in=BY_PERSON, object_id__isnull=False).exclude(action=SyncChange.Action.DELETE)
    known.exclude(object_id__in=Employee.objects.values("pk")).update(name=labelled(GONE, F("object_id")), **NO_VALUES)
    job.before_images.exclude(person__in=Employee.objects.values("pk")).delete()
    there = {number.strip() for number in Employee.objects.values_list("employee_number", flat=True)} if numbers else ()
    by_number = Q(email="", subject_key__in={*numbers}.difference(there))
    by_mail = ~Q(email="") & ~Q(Exists(Employee.objects.filter(email=OuterRef("email"))))
    gone = read(Q(OF_RESULTS, job=job) & (by_number | by_mail))
    forget_notes(told.fingerprint for told in gone)
    bulk.update(SyncIssue, WRITTEN, [forgotten(told, None) for told in gone])
    if gone:
        erase_own_words([job.pk])


def erase_stragglers() -> None:
    """Beat's nightly errand: what a run that ended lately told of somebody whose deletion was done at the same moment.

    Neither sees what the other has not committed yet. An error about somebody whose 社員番号 has changed goes as well.
    """
    for job in SyncJob.objects.filter(status__in=SyncJob.ENDS, finished_at__gt=timezone.now() - LATELY):
        with transaction.atomic():
            about_results = job.issues.filter(OF_RESULTS).exclude(subject_key="")
            erase_leavers(job, set(about_results.values_list("subject_key", flat=True)))
