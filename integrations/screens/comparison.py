"""The issues of a sync beside those of the one before: what is new, what goes on, what is gone since.

Two issues are the same by their fingerprint (`rules.fingerprint`), which an index finds: 50,000 on both sides cost no
more statements than five, and no rows leave the database but those of the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum, TextChoices, Value

from integrations import kinds
from integrations.models import SyncIssue, SyncJob
from integrations.reasons import Reason
from integrations.screens.counted import Counts

# Runs that looked at every row. One that was dropped while it was held keeps what it had found.
JUDGED = Q(status__in=[*SyncJob.COMPLETED, SyncJob.Status.HELD]) | Q(
    status=SyncJob.Status.CANCELLED, options__has_key="digest"
) & ~Q(options__has_key="approved_digest")
# Said when it happens and not again while it stays so: that the next run is silent does not mean that it was mended.
SAID_ONCE = (Reason.DEPARTMENT_BECAME_ROOT, Reason.MEMBER_NUMBER_SHARED)


class Standing(TextChoices):
    """How an issue stands to the run before."""

    NEW = "new", "新規"
    STILL = "still", "継続"
    GONE = "gone", "解消"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run and the one before it; `counts` are issues by standing."""

    job: SyncJob
    before: SyncJob
    kept: Counts
    counts: Mapping[str, int]

    @classmethod
    def of(cls, job: SyncJob) -> Self | None:
        """None where there is nothing to compare: the first sync of its kind, a file, an undo, a run that did not come
        so far, one that does not keep all of its issues, or issues that an older version wrote.
        """
        if job.undone_kind or kinds.of(job).takes_file:
            return None
        judged = SyncJob.objects.filter(JUDGED, kind=job.kind, pk__lte=job.pk).order_by("-pk")[:2]
        if len(judged) < 2 or judged[0] != job or any(run.issues_left_out for run in judged):
            return None
        before = judged[1]
        kept = Counts.of([job.pk, before.pk])
        counts = kept.get(("compared", job.pk), lambda: count(job, before))
        return None if counts is None else cls(job, before, kept, counts)

    @property
    def choices(self) -> list[tuple[str, str, int]]:
        """Value, label, count."""
        return [(value, label, self.counts[value]) for value, label in Standing.choices]

    def issues(self, standing: str) -> QuerySet[SyncIssue]:
        """The run's issues of that standing, all for ""; each has `is_new`. Those that are gone are the other run's."""
        is_known = Exists(others(self.job, self.before))
        if standing == Standing.GONE:
            return not_compared(self.before.issues.filter(~is_known).exclude(reason__in=SAID_ONCE))
        found = self.job.issues.annotate(is_new=~is_known)
        return found.filter(is_new=standing == Standing.NEW) if standing else found


def not_compared(issues: QuerySet[SyncIssue]) -> QuerySet[SyncIssue]:
    """The same, none of them `is_new`."""
    return issues.annotate(is_new=Value(value=False))


def others(*jobs: SyncJob) -> QuerySet[SyncIssue]:
    """The same issue in the other one of two runs."""
    return SyncIssue.objects.filter(job__in=jobs, fingerprint=OuterRef("fingerprint")).exclude(job=OuterRef("job"))


def count(job: SyncJob, before: SyncJob) -> dict[str, int] | None:
    """Issues by standing, in one pass over both runs. None where some of them have no fingerprint."""
    problems = (
        SyncIssue.objects.filter(job__in=[job, before])
        .order_by()
        .values("fingerprint")
        .annotate(
            now=Count("pk", filter=Q(job=job)),
            then=Count("pk", filter=Q(job=before)),
            missed=Count("pk", filter=Q(job=before) & ~Q(reason__in=SAID_ONCE)),
        )
    )
    found = problems.aggregate(
        new=Sum("now", filter=Q(then=0), default=0),
        still=Sum("now", filter=Q(then__gt=0), default=0),
        gone=Sum("missed", filter=Q(now=0), default=0),
        bare=Count("now", filter=Q(fingerprint=None)),
    )
    return None if found.pop("bare") else found
