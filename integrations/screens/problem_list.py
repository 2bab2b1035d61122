"""The page 要対応: problems by reason, filtered by the address, a page at a time, each with what was said of it."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Self, TypeVar
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.rights import Account
from accounts.search import looked_for_once, mentions, searched
from accounts.spelling import words_of
from employees.models import Employee
from integrations.models import ProblemNote, SyncIssue, SyncJob
from integrations.rules.problems import why_back
from integrations.screens.issue_actions import Action, issue_rows, page_that_mends
from integrations.screens.open_problems import (
    NEWEST,
    SET_ASIDE,
    Problems,
    first_seen,
    in_order,
    notes_on,
    told_by,
)
from integrations.screens.problem_groups import Group, groups_of
from integrations.screens.redaction import Redaction
from integrations.screens.whereabouts import whereabouts

NOTE = ProblemNote.objects.filter(fingerprint=OuterRef("fingerprint"))
STATES: Mapping[str, str] = {"": "要対応", "aside": "対応不要", "all": "すべて"}
NOBODY = "-"  # as 担当
MOST_OF_ONE = 20
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show. A part that makes no sense is left out."""

    state: str = ""
    reason: str = ""
    kind: str = ""
    assignee: str = ""
    since: str = ""
    words: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Self:
        state, kind = query.get("state", ""), query.get("kind", "")
        return cls(
            state=state if state in STATES else "",
            reason=query.get("reason", "").replace("\0", ""),
            kind=kind if kind in SyncJob.Kind.values else "",
            assignee=query.get("assignee", "").replace("\0", ""),
            since="new" if query.get("since") == "new" else "",
            words=searched(query),
        )

    @property
    def narrows(self) -> bool:
        return self != Filter()

    @property
    def query(self) -> str:
        """What the address says of it."""
        told = (
            ("state", self.state),
            ("reason", self.reason),
            ("kind", self.kind),
            ("assignee", self.assignee),
            ("since", self.since),
            ("q", self.words),
        )
        return urlencode({name: value for name, value in told if value})


@dataclass(frozen=True, slots=True)
class Row:
    """One problem as somebody may see it, with its run. `note` is hidden from whom it may not be told.

    `place` leads to the person or department that it is about, "" where there is none or it is out of reach.
    """

    issue: SyncIssue
    is_new: bool
    is_set_aside: bool
    note: ProblemNote | None
    first_seen: datetime | None
    place: str
    actions: Sequence[Action]

    @property
    def why_back(self) -> str:
        """Why it is open again, "" where nobody had set it aside or it still is so."""
        return why_back(self.note, self.issue.value_digest, timezone.localdate())


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbours on a page with the same reason. What is the same for all of them is told once, else it is None."""

    group: Group
    rows: Sequence[Row]
    sentence: str | None
    remedy: str | None
    run: SyncJob | None


class ProblemList:
    """The problems that a filter leaves, for one reader."""

    def __init__(self, chosen: Filter, user: Account) -> None:
        self.chosen = chosen
        self.user = user
        self.redaction = Redaction.for_user(user)
        self.problems = Problems.now()

    @cached_property
    def groups(self) -> list[Group]:
        """Of all reasons, also where one is chosen."""
        of_any = replace(self.chosen, reason="")
        return self.problems.sorted(self.kept(("groups", of_any), lambda: groups_of(self.of_any_reason)))

    def kept(self, what: Hashable, ask: Callable[[], Value]) -> Value:
        """What is asked of the problems without words, once; what words find depends on who asks."""
        return ask() if self.chosen.words else self.problems.counts.get((what, self.problems.compared), ask)

    @property
    def shown_groups(self) -> list[Group]:
        return [group for group in self.groups if self.chosen.reason in {"", group.reason}]

    @property
    def new(self) -> int:
        return sum(group.new for group in self.groups)

    @cached_property
    def of_any_reason(self) -> QuerySet[SyncIssue]:
        chosen, issues = self.chosen, self.problems.told()
        if chosen.state != "all":
            issues = issues.filter(SET_ASIDE if chosen.state == "aside" else ~SET_ASIDE)
        if chosen.kind:
            issues = issues.filter(job__kind=chosen.kind)
        if chosen.since:
            issues = issues.filter(self.problems.is_new())
        if chosen.assignee:
            given = NOTE.exclude(assignee="") if chosen.assignee == NOBODY else NOTE.filter(assignee=chosen.assignee)
            issues = issues.filter(~Exists(given) if chosen.assignee == NOBODY else Exists(given))
        if chosen.words:
            issues = looked_for_once(issues.filter(*self.found_by(chosen.words, issues)), among=issues)
        return issues

    def found_by(self, words: str, issues: QuerySet[SyncIssue]) -> Iterator[Q]:
        """For each word, those that name somebody so, have such a value or said of them, as far as it is seen."""
        readable = self.redaction.readable(issues)
        for word in words_of(words):
            said = Q(Exists(NOTE.filter(mentions(word, "assignee", "memo", "reason"))))
            yield self.redaction.found_by(word, readable) | (said & readable)

    def issues(self) -> QuerySet[SyncIssue]:
        """In the order of their groups."""
        issues = self.of_any_reason
        return in_order(issues.filter(reason=self.chosen.reason) if self.chosen.reason else issues, self.groups)

    def numbers(self, start: int, stop: int) -> list[int]:
        """The primary keys of those from one place to another of `issues`."""
        shown = self.issues().values_list("pk", flat=True)[start:stop]
        return self.kept(("page", self.chosen, start, stop), lambda: list(shown))

    def parts(self, issues: Iterable[SyncIssue]) -> list[Part]:
        """The problems of one page, in their order."""
        return list(parts_of(self.rows(issues), {group.reason: group for group in self.groups}))

    def rows(self, issues: Iterable[SyncIssue]) -> Iterator[Row]:
        runs = {newest.run.pk: newest.run for newest in self.problems.newest.values()}
        found = list(issues)
        for issue in found:
            issue.job = runs[issue.job_id]
        return rows_of(found, self.redaction, self.user)


def rows_of(found: Sequence[SyncIssue], redaction: Redaction, user: Account, *, of_one: bool = False) -> Iterator[Row]:
    """Each with all that is told of it, in some statements for all of them; `of_one` whom the page itself is about."""
    notes, seen = notes_on(found), first_seen(found)
    hidden = {issue.pk for issue in found if redaction.hides(issue)}
    shown = list(redaction.apply(found))
    places = {} if of_one else whereabouts(shown, user)
    for issue, actions in issue_rows(shown, user):
        known, page = issue.fingerprint or 0, page_that_mends(issue.reason, user)
        yield Row(
            issue=issue,
            is_new=bool(vars(issue).get("is_new")),
            is_set_aside=bool(vars(issue)["is_set_aside"]),
            note=None if issue.pk in hidden else notes.get(known),
            first_seen=seen.get(known),
            place=places.get(issue.pk, ""),
            actions=actions or ([page] if page else []),
        )


def rows_about(person: Employee, user: Account) -> list[Row]:
    """What the newest runs tell of somebody, set aside or not. A 社員番号 or a mail address tells whom it is about.

    One that is hidden from the reader would tell of itself by standing on that person's page. In the key of what is
    about a department or a sheet there is no 社員番号.
    """
    mine = Q(subject_key=person.employee_number) if person.employee_number else Q()
    if person.email:
        mine |= Q(email__iexact=person.email)
    if not mine:
        return []
    redaction = Redaction.for_user(user)
    of_others = Q(reason__startswith="DEPARTMENT") | Q(reason__startswith="SHEET_")
    issues = told_by(NEWEST).filter(mine, redaction.named()).exclude(of_others).select_related("job").order_by("pk")
    return list(rows_of(list(issues[:MOST_OF_ONE]), redaction, user, of_one=True))


def parts_of(found: Iterable[Row], groups: Mapping[str, Group]) -> Iterator[Part]:
    for reason, neighbours in groupby(found, lambda row: row.issue.reason):
        rows = list(neighbours)
        yield Part(
            group=groups[reason],
            rows=rows,
            sentence=same(row.issue.sentence for row in rows),
            remedy=same(row.issue.remedy for row in rows),
            run=same(row.issue.job for row in rows),
        )


def same(values: Iterable[Value]) -> Value | None:
    """The one value that all of them are, or None."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


def assignees() -> list[str]:
    """Who has been named as 担当, for a choice."""
    named = ProblemNote.objects.exclude(assignee="").order_by("assignee")
    return list(named.values_list("assignee", flat=True).distinct())
