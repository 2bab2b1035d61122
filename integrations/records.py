"""Stores what a plan says (issues, changes) as rows of a job."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from integrations import bulk
from integrations.mapping.plan import Change, Issue
from integrations.mapping.recurrence import fingerprint
from integrations.models import SyncChange, SyncIssue, SyncJob

ISSUE_COLUMNS = ("severity", "reason", "subject_key", "subject_name", "email", "field", "value", "detail", "remedy")
LONGEST_FIELD = SyncIssue._meta.get_field("field").max_length
CHANGE_COLUMNS = ("job_id", "what", "object_id", "key", "name", "action", "fields")


def storable(text: str) -> str:
    """PostgreSQL has no NUL in texts; a source may."""
    return text.replace("\x00", "\ufffd")


def texts_of(issue: Issue) -> Iterator[str]:
    """The columns of an issue. A name of an item or column may come from outside and be of any length; a few words tell it."""
    for column in ISSUE_COLUMNS:
        text = storable(str(getattr(issue, column)))
        yield text[:LONGEST_FIELD] if column == "field" else text


def write_issues(job: SyncJob, issues: Iterable[Issue]) -> None:
    """Add the issues to the job, in their order."""
    rows = (
        (
            job.pk,
            issue.object_id,
            fingerprint(issue),
            *texts_of(issue),
        )
        for issue in issues
    )
    bulk.insert(SyncIssue, ("job_id", "object_id", "fingerprint", *ISSUE_COLUMNS), rows)


def as_text(value: Any) -> str:
    """A value of a JSON column as `bulk` takes it."""
    return msgspec.json.encode(value).decode()


def fields_as_json(changes: Iterable[Change]) -> list[str]:
    """What of each record changes, as it is stored: dates are ISO."""
    encode = msgspec.json.Encoder(enc_hook=lambda view: view.stored()).encode  # what is new is a view
    return [encode(change.fields).decode() for change in changes]


def write_changes(
    job: SyncJob, what: str, changes: Iterable[tuple[Change, int | None]], fields: Iterable[str] | None = None
) -> None:
    """Add the changes, each with the number of its row (None while it is only planned).

    `fields` is `fields_as_json` of the same changes, for whoever has made it before the transaction opened.
    """
    pairs = list(changes)
    texts = fields_as_json(change for change, _ in pairs) if fields is None else fields
    actions = {True: SyncChange.Action.CREATE.value, False: SyncChange.Action.UPDATE.value}
    rows = (
        (job.pk, what, pk, change.key[:254], change.name[:254], actions[change.is_new], text)
        for (change, pk), text in zip(pairs, texts, strict=True)
    )
    bulk.insert(SyncChange, CHANGE_COLUMNS, rows)


def clear(job: SyncJob) -> None:
    """Forget what an earlier look of the same run (確認待ち) had found, its counts too; the caller saves them."""
    job.issues.all().delete()
    job.changes.all().delete()
    for name in SyncJob.COUNTS:
        setattr(job, name, 0)
