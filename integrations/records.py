"""Stores what a plan says (issues, changes) as rows of a job, in batches."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from integrations.mapping.plan import Change, Issue
from integrations.models import SyncChange, SyncIssue, SyncJob

BATCH = 1000


def storable(text: str) -> str:
    """PostgreSQL has no NUL in texts; a source may."""
    return text.replace("\x00", "\ufffd")


def write_issues(job: SyncJob, issues: Iterable[Issue]) -> None:
    """Add the issues to the job, in their order."""
    SyncIssue.objects.bulk_create(
        (
            SyncIssue(
                job=job,
                severity=issue.severity.value,
                reason=issue.reason.value,
                subject_key=storable(issue.subject_key),
                subject_name=storable(issue.subject_name),
                email=storable(issue.email),
                field=issue.field[:200],
                value=storable(issue.value),
                detail=storable(issue.detail),
                remedy=storable(issue.remedy),
            )
            for issue in issues
        ),
        batch_size=BATCH,
    )


def as_json(value: Any) -> Any:
    """Dates as ISO text; everything else is JSON already."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def json_fields(fields: Mapping[str, tuple[Any, Any]]) -> dict[str, list[Any]]:
    """field → [old, new], as JSON."""
    return {name: [as_json(old), as_json(new)] for name, (old, new) in fields.items()}


def write_changes(job: SyncJob, what: str, changes: Iterable[tuple[Change, int | None]]) -> None:
    """Add the changes, each with the number of its row (None while it is only planned)."""
    SyncChange.objects.bulk_create(
        (
            SyncChange(
                job=job,
                what=what,
                object_id=pk,
                key=change.key[:254],
                name=change.name[:254],
                action=SyncChange.Action.CREATE if change.is_new else SyncChange.Action.UPDATE,
                fields=json_fields(change.fields),
            )
            for change, pk in changes
        ),
        batch_size=BATCH,
    )


def clear(job: SyncJob) -> None:
    """Forget what an earlier look of the same run (確認待ち) had found."""
    job.issues.all().delete()
    job.changes.all().delete()
