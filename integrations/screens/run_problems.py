"""The problems of one run on its page: by reason with one remedy each, and of those they are about the first few.

However many there are, a page stays light: it has some rows of each group, and every group leads to all of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts.rights import Account
from integrations.models import SyncIssue
from integrations.reasons import entry_of
from integrations.rules.mentions import blanks_of
from integrations.screens.issue_actions import Action, IssueRow, issue_rows, page_that_mends
from integrations.screens.open_problems import said_of
from integrations.screens.problem_groups import Group
from integrations.screens.redaction import Redaction
from integrations.screens.whereabouts import whereabouts

ROWS_OF_EACH, LINES = 5, 26  # a group is as heavy as a row


@dataclass(frozen=True, slots=True)
class Line:
    """One problem, without what its group says for all: `sentence`, `remedy` and `quoted` are "" where that is enough.

    `place` leads to the one whom it is about, if this person may go there; `number` is the line of the file where no
    sentence tells it; `said` is what people said of it (要対応).
    """

    issue: SyncIssue
    actions: Sequence[Action]
    place: str
    number: int | None
    sentence: str
    remedy: str
    quoted: str
    said: str

    @property
    def name(self) -> str:
        """Whom or what it is about."""
        return self.issue.subject_name.strip() or ("この実行全体" if self.is_of_run else "（名前なし）")

    @property
    def is_of_run(self) -> bool:
        """Whether it is about nobody and no line of a file."""
        issue = self.issue
        return not (issue.subject_key or issue.subject_name or issue.email or issue.line)

    @property
    def says_something(self) -> bool:
        """Whether its group has left anything to be said."""
        return not self.is_of_run or bool(self.sentence or self.remedy or self.actions or self.said)


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """A group as the page lists it. `page` is where all of it is mended; `has_more` than `lines`."""

    group: Group
    lines: Sequence[Line]
    sentence: str
    remedy: str
    page: Action | None
    has_more: bool


def first_of_each(issues: QuerySet[SyncIssue]) -> Mapping[str, list[int]]:
    """By reason the numbers of its first rows, the new ones before the others. One statement, of numbers alone."""
    within = Window(RowNumber(), partition_by=F("reason"), order_by=[F("is_new").desc(), F("pk").asc()])
    ranked = issues.order_by().annotate(place=within).filter(place__lte=ROWS_OF_EACH)
    found: dict[str, list[int]] = defaultdict(list)
    for reason, pk in ranked.order_by("place").values_list("reason", "pk"):
        found[reason].append(pk)
    return dict(found)


def first_rows(issues: QuerySet[SyncIssue], groups: Sequence[Group], first: Mapping[str, list[int]]) -> list[SyncIssue]:
    """The first rows of the groups; of many groups fewer. One statement."""
    rows = zip_longest(*(first.get(reason, ()) for reason in {group.reason for group in groups}))
    numbers = [pk for place in rows for pk in sorted(pk for pk in place if pk is not None)]
    shown = numbers[: max(LINES - len(groups), 0)]
    return sorted(issues.filter(pk__in=shown), key=lambda issue: shown.index(issue.pk))


def listed(
    groups: Sequence[Group], issues: Iterable[SyncIssue], redaction: Redaction, user: Account
) -> list[ListedGroup]:
    """The groups with those of their issues that are shown, as this person may read them."""
    found = list(issues)
    said = said_of(found, redaction)
    rows = issue_rows(redaction.apply(found), user)
    places = whereabouts([row.issue for row in rows], user)
    return [
        listed_group(group, [row for row in rows if row.issue.reason == group.reason], places, said, user)
        for group in groups
    ]


def listed_group(
    group: Group, rows: Sequence[IssueRow], places: Mapping[int, str], said: Mapping[int, str], user: Account
) -> ListedGroup:
    """What all of the rows say is said once, if it is also true of those that are not shown."""
    entry = entry_of(group.reason)
    are_all = len(rows) == group.times
    remedy = common((row.issue.remedy for row in rows), holds=are_all or (entry and not blanks_of(entry.remedy)))
    sentence = common((row.issue.detail for row in rows), holds=are_all or (entry and not blanks_of(entry.sentence)))
    lines = [line for line in lines_of(rows, places, said, sentence, remedy) if line.says_something]
    if group.times == len(rows) == 1:
        sentence = rows[0].issue.sentence
        lines = [replace(line, number=None) for line in lines]
    return ListedGroup(group, lines, sentence, remedy, page_that_mends(group.reason, user), not are_all)


def common(texts: Iterable[str], *, holds: object) -> str:
    """The text that all have, "" where they differ or it need not hold."""
    told = set(texts)
    return told.pop() if holds and len(told) == 1 else ""


def lines_of(
    rows: Iterable[IssueRow], places: Mapping[int, str], said: Mapping[int, str], sentence: str, remedy: str
) -> Iterator[Line]:
    """The rows, each without what stands above it."""
    before = remedy
    for issue, actions in rows:
        own = "" if issue.remedy == before else issue.remedy
        before = issue.remedy or before
        yield Line(
            issue=issue,
            actions=actions,
            place=places.get(issue.pk, ""),
            number=issue.line if sentence else None,
            sentence="" if sentence else issue.sentence,
            remedy=own,
            quoted=quoted(issue),
            said=said.get(issue.pk, ""),
        )


def quoted(issue: SyncIssue) -> str:
    """The item and its value, unless the line has the value anyway."""
    told = (issue.subject_key, issue.subject_name, issue.email, issue.detail, issue.remedy)
    if not issue.value or any(issue.value.strip() in text for text in told):
        return ""
    return f"{issue.field}：{issue.value}" if issue.field else issue.value
