"""要対応: what the newest completed run of each kind told, as far as nobody has set it aside. For whoever may see runs.

A problem is known by its fingerprint in all runs. Which are new and which are set aside is found by indexes: 50,000
problems cost no more statements than five, and only the rows of a page leave the database.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils import timezone

from integrations.erasure.words import FADED
from integrations.files.error_file import Handling, IssueLine
from integrations.models import ProblemNote, SyncIssue, SyncJob
from integrations.reasons.codes import BY_EXCEPTION
from integrations.rules.problems import in_words
from integrations.screens.comparison import JUDGED
from integrations.screens.counted import Counts
from integrations.screens.problem_groups import Group, groups_of, sorted_groups
from integrations.screens.redaction import Redaction

NEWEST = (
    SyncJob.objects.filter(status__in=SyncJob.COMPLETED, undone_at=None, undone_kind="")
    .order_by()
    .values("kind")
    .annotate(newest=Max("pk"))
    .values("newest")
)
SET_ASIDE = Exists(
    ProblemNote.objects.set_aside_today().filter(
        fingerprint=OuterRef("fingerprint"), value_digest=OuterRef("value_digest")
    )
)


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest run of a kind that was completed; `before` is the number of the run that it is compared with, if any.

    With `is_compared` it is known what is new in it: not so where one of the two does not keep all that it found.
    """

    run: SyncJob
    before: int | None
    is_compared: bool


@dataclass(frozen=True)
class Problems:
    """The problems as they stand now."""

    newest: Mapping[str, Newest]

    @classmethod
    def now(cls) -> Self:
        """One statement: which runs tell them."""
        before = SyncJob.objects.filter(JUDGED, kind=OuterRef("kind"), pk__lt=OuterRef("pk")).order_by("-pk")
        runs = SyncJob.objects.filter(pk__in=NEWEST).annotate(
            before=Subquery(before.values("pk")[:1]), left_out_before=Subquery(before.values("issues_left_out")[:1])
        )
        return cls(
            {
                run.kind: Newest(run, vars(run)["before"], not (run.issues_left_out or vars(run)["left_out_before"]))
                for run in runs.defer("options", "state", "message").order_by("pk")
            }
        )

    def told(self) -> QuerySet[SyncIssue]:
        """All of them, those that are set aside too, each with `is_new` and `is_set_aside`."""
        runs = [newest.run.pk for newest in self.newest.values()]
        return told_by(runs).annotate(is_new=ExpressionWrapper(self.is_new(), BooleanField()))

    def is_new(self) -> Q:
        """Those that the run before did not tell."""
        compared = [newest.run.pk for newest in self.newest.values() if newest.is_compared]
        before = [newest.before for newest in self.newest.values() if newest.before is not None]
        known = Exists(SyncIssue.objects.filter(job__in=before, fingerprint=OuterRef("fingerprint")))
        return Q(job__in=compared, fingerprint__isnull=False) & ~Q(known)

    def open(self) -> QuerySet[SyncIssue]:
        """Those that are to be dealt with."""
        return self.told().filter(~SET_ASIDE)

    def groups(self, issues: QuerySet[SyncIssue]) -> list[Group]:
        """These problems by reason: those with new ones first, then the worst, then the most."""
        return self.sorted(groups_of(issues))

    def sorted(self, groups: Iterable[Group]) -> list[Group]:
        left_out: Counter[str] = Counter()
        for newest in self.newest.values():
            left_out.update(newest.run.issues_left_out)
        return sorted_groups(groups, left_out)

    @cached_property
    def counts(self) -> Counts:
        """What is counted of them, by what they are; that belongs to the question, too: see `compared`."""
        before = [newest.before for newest in self.newest.values() if newest.before is not None]
        return Counts.of([*(newest.run.pk for newest in self.newest.values()), *before])

    @property
    def compared(self) -> tuple[tuple[int, int | None, bool], ...]:
        """Which runs tell them, which those are compared with."""
        return tuple((newest.run.pk, newest.before, newest.is_compared) for newest in self.newest.values())

    def open_by_kind(self) -> Mapping[str, tuple[int, int]]:
        """By kind of run, how many problems are open, and how many of them are new."""

        def count() -> Mapping[str, tuple[int, int]]:
            by_kind = self.open().order_by().values("job__kind")
            counted = by_kind.annotate(times=Count("pk"), new=Count("pk", filter=Q(is_new=True)))
            return {row["job__kind"]: (row["times"], row["new"]) for row in counted}

        return self.counts.get(("open", self.compared), count)


def told_by(runs: Iterable[int] | QuerySet[SyncJob, Any]) -> QuerySet[SyncIssue]:
    """The problems that these runs tell, each with `is_set_aside`.

    Without what was told of somebody who has been deleted since, what nobody can read any more, and 同期の例外.
    """
    known = SyncIssue.objects.filter(job__in=runs).exclude(fingerprint=-F("pk")).exclude(subject_name=FADED)
    known = known.exclude(reason__in=BY_EXCEPTION)
    return known.annotate(is_set_aside=SET_ASIDE)


def in_order(issues: QuerySet[SyncIssue], groups: Iterable[Group]) -> QuerySet[SyncIssue]:
    """The problems as their groups stand, the new ones of each first."""
    places = [When(reason=group.reason, then=Value(place)) for place, group in enumerate(groups)]
    by_group = [Case(*places, default=Value(len(places)))] if places else []  # PostgreSQL takes a bare 0 for a column
    return issues.order_by(*by_group, F("is_new").desc(), "pk")


def first_seen(issues: Iterable[SyncIssue]) -> Mapping[int, datetime]:
    """By fingerprint, when the first run began that told the problem, of those that are kept. One statement."""
    known = {issue.fingerprint for issue in issues if issue.fingerprint is not None}
    first = SyncIssue.objects.filter(fingerprint__in=known).order_by().values("fingerprint").annotate(first=Min("job"))
    begun = dict(SyncJob.objects.filter(pk__in=first.values("first")).values_list("pk", "created_at"))
    return {row["fingerprint"] or 0: begun[row["first"]] for row in first}


def notes_on(issues: Iterable[SyncIssue]) -> Mapping[int, ProblemNote]:
    """By fingerprint, what was said of these problems, set aside or not. One statement."""
    known = {issue.fingerprint for issue in issues if issue.fingerprint is not None}
    notes = ProblemNote.objects.filter(fingerprint__in=known).select_related("set_aside_by")
    return {note.fingerprint: note for note in notes}


def said_of(issues: Iterable[SyncIssue], redaction: Redaction) -> Mapping[int, str]:
    """By the issue's number, what people said of the problem; nothing of what is hidden from the reader."""
    shown = [issue for issue in issues if not redaction.hides(issue)]
    notes, today = notes_on(shown), timezone.localdate()
    return {issue.pk: in_words(notes.get(issue.fingerprint or 0), issue.value_digest, today) for issue in shown}


def handling_of(issues: QuerySet[SyncIssue], redaction: Redaction | None = None) -> Handling:
    """What to write beside each of these problems in a file; nothing where the reader may not see whom it is about."""
    told = issues.order_by().exclude(fingerprint=None).values("fingerprint")
    notes = {note.fingerprint: note for note in ProblemNote.objects.filter(fingerprint__in=told)}
    today = timezone.localdate()

    def handling(issue: IssueLine) -> str:
        if not isinstance(issue, SyncIssue) or issue.fingerprint is None or (redaction and redaction.hides(issue)):
            return ""
        return in_words(notes.get(issue.fingerprint), issue.value_digest, today)

    return handling
