"""Stores what a plan says (issues, changes) as rows of a job."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from django.db.models import Count

from integrations import bulk, kinds
from integrations.models import SyncChange, SyncIssue, SyncJob
from integrations.reasons import REASONS, Reason
from integrations.rules import fingerprint
from integrations.rules.kept_issues import split_kept
from integrations.rules.plan import Change, Finding
from integrations.rules.text import storable
from integrations.rules.wording import Issue, in_words

ISSUE_COLUMNS = ("severity", "reason", "subject_key", "subject_name", "email", "field", "value", "detail", "remedy")
LONGEST_FIELD = SyncIssue._meta.get_field("field").max_length
NOT_KEPT = "ほか{count:,}件（処理の件数には含まれますが、1回の処理で保存する数を超えたため、1件ごとの内容はありません）"
MEND_THE_REST = "ここにあるものを直してから、もう一度実行してください。"
CHANGE_COLUMNS = ("job_id", "what", "object_id", "key", "name", "action", "fields")


def issue_of(job: SyncJob, found: Finding) -> Issue:
    """The finding in the words of the run's kind."""
    return in_words(found, of_file=kinds.of(job).takes_file)


def texts_of(issue: Issue) -> Iterator[str]:
    """The texts of an issue. A name of an item or column may come from outside, of any length; a few words tell it."""
    for column in ISSUE_COLUMNS:
        text = storable(str(getattr(issue, column)))
        yield text[:LONGEST_FIELD] if column == "field" else text


def write_issues(job: SyncJob, findings: Iterable[Finding]) -> None:
    """Add the findings, in words and in their order, to the locked job, as many as a run keeps; count the others."""
    found = list(findings)
    if not found:
        return
    by_severity = job.issues.order_by().values_list("severity").annotate(Count("pk"))
    kept, left_out = split_kept(found, dict(by_severity))
    if left_out:
        leave_out(job, Counter(job.issues_left_out) + Counter(left_out))
    told = [(fingerprint.of_issue(issue), issue) for issue in (issue_of(job, found) for found in kept)]
    values: dict[int, set[str]] = defaultdict(set)
    for problem, issue in told:
        values[problem].add(storable(issue.value))
    rows = (
        (job.pk, issue.object_id, problem, fingerprint.of_values(values[problem]), issue.line, *texts_of(issue))
        for problem, issue in told
    )
    bulk.insert(SyncIssue, ("job_id", "object_id", "fingerprint", "value_digest", "line", *ISSUE_COLUMNS), rows)


def leave_out(job: SyncJob, counts: Mapping[str, int]) -> None:
    """Note how many issues of each reason are not kept."""
    job.issues_left_out = dict(counts)
    SyncJob.objects.filter(pk=job.pk).update(issues_left_out=job.issues_left_out)


def about_others(job: SyncJob) -> Iterator[SyncIssue]:
    """For each reason how many of its problems are not kept, as unsaved rows: the last lines of the error file."""
    for reason in map(Reason, job.issues_left_out):
        told = NOT_KEPT.format(count=job.issues_left_out[reason])
        yield SyncIssue(job=job, severity=REASONS[reason].severity, reason=reason, detail=told, remedy=MEND_THE_REST)


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
    rows = (
        (job.pk, what, pk, change.key[:254], change.name[:254], change.action.value, text)
        for (change, pk), text in zip(pairs, texts, strict=True)
    )
    bulk.insert(SyncChange, CHANGE_COLUMNS, rows)


def clear(job: SyncJob) -> None:
    """Forget what an earlier look of the same run (確認待ち) had found, its counts too; the caller saves them."""
    job.issues.all().delete()
    job.issues_left_out = {}
    job.changes.all().delete()
    for name in SyncJob.COUNTS:
        setattr(job, name, 0)
