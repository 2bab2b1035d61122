"""What a run found and wrote, on its page: filtered by the query, a page at a time."""

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest

from accounts.pagination import page_of
from accounts.requests import row_numbers
from accounts.rights import is_administrator
from accounts.search import looked_for_once, mentions, searched
from accounts.spelling import words_of
from integrations import kinds
from integrations.forms import FilterForm
from integrations.imports.undo.offer import IS_UNDONE_SOMEHOW, alone
from integrations.models import SyncChange, SyncIssue, SyncJob
from integrations.screens.changes import change_rows, nameable
from integrations.screens.comparison import Comparison, Standing, not_compared
from integrations.screens.counted import Counts
from integrations.screens.held_question import LOSSES
from integrations.screens.problem_groups import groups_of, sorted_groups
from integrations.screens.redaction import Redaction
from integrations.screens.run_problems import first_of_each, first_rows, listed

PROBLEMS, CHANGES = 25, 10  # of one reason, and of all, on one page: a new record has many values


class FindingsFilter(FilterForm):
    """Which issues and changes."""

    since = forms.ChoiceField(required=False, choices=Standing.choices)
    severity = forms.ChoiceField(required=False, choices=SyncIssue.SeverityChoices.choices)
    reason = forms.CharField(required=False)
    action = forms.ChoiceField(required=False, choices=SyncChange.Action.choices)
    loss = forms.ChoiceField(required=False, choices=[(loss, words) for loss, (words, _) in LOSSES.items()])


def findings(job: SyncJob, request: HttpRequest) -> dict[str, Any]:
    """The context of the page."""
    chosen = FindingsFilter.chosen(request.GET)
    words = searched(request.GET)
    return {
        **chosen,
        "words": words,
        **problems(job, request, chosen, words),
        **changes(job, request, chosen, words),
        "chunks": job.chunks.defer("content").order_by("sheet", "number") if kinds.of(job).sends else (),
    }


def problems(job: SyncJob, request: HttpRequest, chosen: Mapping[str, str], words: str) -> dict[str, Any]:
    """The problems by reason, the first rows of each; of a reason that is chosen all, a page at a time."""
    comparison = Comparison.of(job)
    standing = chosen["since"] if comparison else ""
    issues = comparison.issues(standing) if comparison else not_compared(job.issues.all())
    counts = comparison.kept if comparison else Counts.of([job.pk])
    told = counts.get(("groups", job.pk, standing), partial(groups_of, issues))
    reasons = sorted_groups(told, left_out=job.issues_left_out)
    redaction = Redaction.for_user(request.user)
    groups = reasons
    if words:
        readable = redaction.readable(issues)
        found = issues.filter(*(redaction.found_by(word, readable) for word in words_of(words)))
        issues = looked_for_once(found, among=issues)
        groups = sorted_groups(groups_of(issues), left_out={})
    reason = chosen["reason"] if chosen["reason"] in {group.reason for group in reasons} else ""
    number = sum(group.times for group in groups if group.reason == reason)
    if chosen["severity"]:
        groups = [group for group in groups if group.severity == chosen["severity"]]

    def kept(what: Hashable, ask: Callable[[], Any]) -> Any:
        """What is asked without words, once; what they find depends on who asks."""
        return ask() if words else counts.get((what, job.pk, standing), ask)

    page = None
    if reason:
        groups = [group for group in groups if group.reason == reason]
        # PostgreSQL does not sort by what is no column of any row
        in_order = ("-is_new", "pk") if any(group.new for group in groups) else ("pk",)
        of_reason = issues.filter(reason=reason).order_by(*in_order)

        def numbers(start: int, stop: int) -> list[int]:
            shown = of_reason.values_list("pk", flat=True)[start:stop]
            return kept(("page", reason, start, stop), lambda: list(shown))

        page = page_of(of_reason, request, parameter="issues", size=PROBLEMS, number=number, numbers=numbers)
        rows = page.object_list
    else:
        rows = first_rows(issues, groups, kept("first", partial(first_of_each, issues)))
    rest = request.GET.copy()
    for name in ("reason", "issues"):
        rest.pop(name, None)
    return {
        "issues": page,
        "groups": listed(groups, rows, redaction, request.user),
        "reasons": reasons,
        "comparison": comparison,
        "standing": standing,
        "reason": reason,
        "rest": f"{rest.urlencode()}&" if rest else "",
        "severities": SyncIssue.SeverityChoices.choices,
    }


def changes(job: SyncJob, request: HttpRequest, chosen: Mapping[str, str], words: str) -> dict[str, Any]:
    """The changes, a page at a time; with `change` that one alone, whose fields were folded."""
    found = job.changes.annotate(is_undone_somehow=IS_UNDONE_SOMEHOW)
    opened = row_numbers([request.GET.get("change", "")])
    if opened:
        found = found.filter(pk__in=opened)
    if chosen["action"]:
        found = found.filter(action=chosen["action"])
    loss_words, lost = LOSSES.get(chosen["loss"], ("", None))
    if lost is not None:
        found = found.filter(lost)
    if words:
        found = found.filter(mentions(words, "key", "name") & nameable(request.user))
    page = page_of(found, request, parameter="changes", size=CHANGES)
    return {
        "changes": page,
        "change_rows": change_rows(page.object_list, request.user),
        "actions": SyncChange.Action.choices,
        "loss_words": loss_words,
        "is_opened": bool(opened),
        "alone": alone(list(page.object_list)) if is_administrator(request.user) else (),
        "has_changes": bool(page.paginator.count) or job.changes.exists(),
    }
