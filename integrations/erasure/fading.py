"""The end of what a run knows of people, where the run itself is kept for longer."""

from integrations.erasure.words import FADED
from integrations.mapping.mentions import without_values
from integrations.mapping.troubles import SAID
from integrations.models import SyncIssue, SyncJob


def fade(job: SyncJob) -> None:
    """Take all values from the run's changes and problems; what happened, how often and when stays.

    The message of a file that was refused may quote a cell of it, that of an upload カオナビ's words.
    """
    job.changes.exclude(name=FADED).update(key="", name=FADED, fields={})
    issues = SyncIssue.objects.filter(job=job).exclude(subject_name=FADED)
    for reason, field in issues.order_by().values_list("reason", "field").distinct():
        label = "" if reason.startswith("FILE_COLUMN_") else field  # a file's own words
        detail, remedy = without_values(reason, label, FADED)
        issues.filter(reason=reason, field=field).update(
            field=label,
            subject_key="",
            subject_name=FADED,
            email="",
            value="",
            detail=detail,
            remedy=remedy,
            object_id=None,
            fingerprint=None,
        )
    job.chunks.exclude(messages=[]).update(messages=[])
    is_refused_file = job.kind in SyncJob.FILES and job.status == SyncJob.Status.FAILED
    message = FADED if is_refused_file else job.message.partition(SAID)[0]
    if message != job.message:
        SyncJob.objects.filter(pk=job.pk).update(message=message)
