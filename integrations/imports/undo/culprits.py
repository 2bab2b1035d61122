"""Who has changed a record since a run, and when: by the audit trail, or by a later run."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from accounts.models import AuditEntry
from assessments.models import Assessment
from departments.models import Department
from employees.models import Employee
from integrations.imports.absence import portions
from integrations.jobs.undone import called, told
from integrations.models import SyncChange, SyncJob
from integrations.rules.undo.steps import Step

MODELS = {
    SyncChange.What.DEPARTMENT: Department,
    SyncChange.What.EMPLOYEE: Employee,
    SyncChange.What.ASSESSMENT: Assessment,
}
HARMLESS = (AuditEntry.Action.VIEWED, AuditEntry.Action.DOWNLOADED)
UNKNOWN = "だれがいつ変えたかの記録はありません"


def culprits(what: str, steps: Sequence[Step], undone: SyncJob) -> Mapping[int | None, str]:
    """By the number of the row, who changed it last, and when."""
    since = undone.finished_at or undone.created_at
    last: dict[int | None, tuple[datetime, str]] = {}
    pks = [step.record.pk for step in steps if step.record.pk is not None]
    for some in portions(pks):
        later = SyncChange.objects.filter(
            what=what, object_id__in=some, job__status__in=SyncJob.COMPLETED, job__finished_at__gt=since
        ).exclude(job=undone)
        for change in later.select_related("job", "job__requested_by").defer("fields", "job__options", "job__state"):
            job = change.job
            if job.finished_at:
                note(last, change.object_id, job.finished_at, called(job))
        model = MODELS[SyncChange.What(what)]
        entries = AuditEntry.objects.filter(
            what=str(model._meta.verbose_name), object_id__in=map(str, some), at__gt=since
        ).exclude(action__in=HARMLESS)
        for object_id, at, actor, action in entries.order_by().values_list("object_id", "at", "actor", "action"):
            note(last, int(object_id), at, f"{actor}の{AuditEntry.Action(action).label}")
    return {pk: told(*last[pk]) if pk in last else UNKNOWN for pk in pks}


def note(last: dict[int | None, tuple[datetime, str]], pk: int | None, at: datetime, who: str) -> None:
    if pk not in last or last[pk][0] < at:
        last[pk] = (at, who)
