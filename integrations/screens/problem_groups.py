"""Problems by reason: how many of how many people, under one title. Of one run or of several."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import CharField, Count, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from integrations.files.error_file import ABOUT_THE_RUN
from integrations.models import SyncIssue
from integrations.reasons import Severity, entry_of

OF_PEOPLE = ("MEMBER_", "RESULT_", "ASSESSMENT_")
WORST_FIRST = (Severity.ERROR, Severity.SKIPPED, Severity.WARNING)
SUBJECT = Coalesce(
    NullIf("subject_key", Value("")),
    NullIf("email", Value("")),
    NullIf("subject_name", Value("")),
    Cast("pk", CharField()),
)


def title_of(reason: str) -> str:
    """The reason in a few words; its code where only another version knows it."""
    entry = entry_of(reason)
    return entry.title if entry else reason


@dataclass(frozen=True, slots=True)
class Group:
    """All problems of one reason: how many, of how many people or other things, how many of them new.

    `left_out` are those of which a run does not keep the words.
    """

    reason: str
    severity: str
    times: int
    subjects: int
    new: int = 0
    left_out: int = 0

    @property
    def title(self) -> str:
        return title_of(self.reason)

    @property
    def unit(self) -> str:
        return "名" if self.reason.startswith(OF_PEOPLE) and self.reason not in ABOUT_THE_RUN else "件"

    @property
    def number(self) -> int:
        """How many of that unit: one of whom two things are told is one person."""
        return self.subjects if self.unit == "名" else self.times

    @property
    def severity_label(self) -> str:
        return str(SyncIssue.SeverityChoices(self.severity).label)


def groups_of(issues: QuerySet[SyncIssue]) -> list[Group]:
    """The problems by reason, in one statement. Each of the issues has `is_new`."""
    counted = (
        issues.order_by()
        .values("reason", "severity")
        .annotate(times=Count("pk"), subjects=Count(SUBJECT, distinct=True), new=Count("pk", filter=Q(is_new=True)))
    )
    return [Group(**row) for row in counted]


def sorted_groups(groups: Iterable[Group], left_out: Mapping[str, int]) -> list[Group]:
    """Those with new problems first, then the worst, then the most. `left_out` are those besides, by reason."""
    return sorted((replace(group, left_out=left_out.get(group.reason, 0)) for group in groups), key=place)


def place(group: Group) -> tuple[bool, int, int, str]:
    """By what groups are sorted."""
    return not group.new, WORST_FIRST.index(Severity(group.severity)), -group.subjects, group.reason
