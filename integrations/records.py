"""Stores what a plan says (issues, changes) as rows of a job."""

from collections.abc import Iterable

import msgspec

from integrations import bulk
from integrations.mapping.plan import Change, Issue
from integrations.models import SyncChange, SyncIssue, SyncJob

ISSUE_COLUMNS = ("severity", "reason", "subject_key", "subject_name", "email", "field", "value", "detail", "remedy")
CHANGE_COLUMNS = ("job_id", "what", "object_id", "key", "name", "action", "fields")


def storable(text: str) -> str:
    """PostgreSQL has no NUL in texts; a source may."""
    return text.replace("\x00", "\ufffd")


def write_issues(job: SyncJob, issues: Iterable[Issue]) -> None:
    """Add the issues to the job, in their order."""
    rows = ((job.pk, *(storable(str(getattr(issue, column))) for column in ISSUE_COLUMNS)) for issue in issues)
    bulk.insert(SyncIssue, ("job_id", *ISSUE_COLUMNS), rows)


def write_changes(job: SyncJob, what: str, changes: Iterable[tuple[Change, int | None]]) -> None:
    """Add the changes, each with the number of its row (None while it is only planned). `fields` become JSON, dates ISO."""
    encode = msgspec.json.Encoder().encode
    rows = (
        (
            job.pk,
            what,
            pk,
            change.key,
            change.name[:254],
            SyncChange.Action.CREATE if change.is_new else SyncChange.Action.UPDATE,
            encode(change.fields).decode(),
        )
        for change, pk in changes
    )
    bulk.insert(SyncChange, CHANGE_COLUMNS, rows)


def clear(job: SyncJob) -> None:
    """Forget what an earlier look of the same run (確認待ち) had found."""
    job.issues.all().delete()
    job.changes.all().delete()
