"""The end of what a run knows of people, where the run itself is kept for longer."""

from integrations import kinds
from integrations.erasure.traces import erase_own_words
from integrations.erasure.words import FADED
from integrations.models import ImageKey, SyncIssue, SyncJob
from integrations.rules.mentions import without_values


def fade(job: SyncJob) -> None:
    """Take all values from the run's changes and problems; what happened, how often and when stays.

    The name of a file may be somebody's, the message of one that was refused may quote a cell of it, that of an upload
    カオナビ's words.
    """
    job.changes.exclude(name=FADED).update(key="", name=FADED, fields={})
    job.before_images.all().delete()
    ImageKey.objects.filter(job=job).delete()
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
            value_digest=None,
        )
    if kinds.of(job).takes_file:
        SyncJob.objects.filter(pk=job.pk).update(file_name="")
        if job.status == SyncJob.Status.FAILED:
            SyncJob.objects.filter(pk=job.pk).update(message=FADED)
    erase_own_words([job.pk])
