"""What a run found and wrote, on its page: filtered by the query, a page at a time."""

from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpRequest, QueryDict

from accounts.form_words import InWords
from accounts.pagination import page_of
from accounts.search import mentions, searched
from accounts.spelling import words_of
from integrations import kinds
from integrations.models import SyncChange, SyncIssue, SyncJob
from integrations.screens.changes import change_rows, nameable
from integrations.screens.comparison import Comparison, Standing
from integrations.screens.held_question import LOSSES
from integrations.screens.issue_actions import issue_rows
from integrations.screens.redaction import Redaction

FINDINGS = 25  # issues and changes stand on one page


class FindingsFilter(InWords, forms.Form):
    """What to show. A part that makes no sense is left out."""

    since = forms.ChoiceField(required=False, choices=Standing.choices)
    severity = forms.ChoiceField(required=False, choices=SyncIssue.SeverityChoices.choices)
    reason = forms.CharField(required=False)
    action = forms.ChoiceField(required=False, choices=SyncChange.Action.choices)
    loss = forms.ChoiceField(required=False, choices=[(loss, words) for loss, (words, _) in LOSSES.items()])

    @classmethod
    def chosen(cls, query: QueryDict) -> dict[str, str]:
        """What was asked for, by field; "" where nothing was."""
        form = cls(query)
        form.is_valid()
        return {name: form.cleaned_data.get(name, "") for name in form.fields}


def findings(job: SyncJob, request: HttpRequest) -> dict[str, Any]:
    """The context of the page."""
    chosen = FindingsFilter.chosen(request.GET)
    words = searched(request.GET)
    comparison = Comparison.of(job)
    standing = chosen["since"] if comparison else ""
    issues = comparison.issues(standing) if comparison else job.issues.all()
    reasons = list(issues.order_by("severity", "reason").values("severity", "reason").annotate(times=Count("pk")))
    reason = chosen["reason"] if any(group["reason"] == chosen["reason"] for group in reasons) else ""
    redaction = Redaction.for_user(request.user)
    issues = issues.order_by("severity", "pk")  # as it happens, error comes before skipped and warning
    changes = job.changes.all()
    if chosen["severity"]:
        issues = issues.filter(severity=chosen["severity"])
    if reason:
        issues = issues.filter(reason=reason)
    if chosen["action"]:
        changes = changes.filter(action=chosen["action"])
    loss_words, lost = LOSSES.get(chosen["loss"], ("", None))
    if lost is not None:
        changes = changes.filter(lost)
    if words:
        readable = redaction.readable(issues)
        issues = issues.filter(*(redaction.found_by(word, readable) for word in words_of(words)))
        changes = changes.filter(mentions(words, "key", "name") & nameable(request.user))
    issue_page = page_of(issues, request, parameter="issues", size=FINDINGS)
    change_page = page_of(changes, request, parameter="changes", size=FINDINGS)
    return {
        "issues": issue_page,
        "issue_rows": issue_rows(redaction.apply(issue_page.object_list), request.user),
        "changes": change_page,
        "change_rows": change_rows(change_page.object_list, request.user),
        "reasons": [group | {"others": job.issues_left_out.get(group["reason"], 0)} for group in reasons],
        "comparison": comparison,
        "standing": standing,
        "severity": chosen["severity"],
        "reason": reason,
        "action": chosen["action"],
        "words": words,
        "severities": SyncIssue.SeverityChoices.choices,
        "actions": SyncChange.Action.choices,
        "loss": chosen["loss"],
        "loss_words": loss_words,
        "has_changes": job.changes.exists(),
        "chunks": job.chunks.defer("content").order_by("sheet", "number") if kinds.of(job).sends else (),
    }
