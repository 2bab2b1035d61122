"""What a person can do about an issue: the pages that mend it, computed for the issues of one page at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote

from django.core.paginator import Page
from django.urls import reverse

from accounts.rights import Account, Right, is_administrator, may
from assessments.models import Assessment
from employees.models import Employee
from integrations.models import SyncIssue
from integrations.reasons import REASONS, Reason


class Action(NamedTuple):
    """A link beside an issue."""

    label: str
    url: str


Offers = Callable[[Iterable[SyncIssue], Account], Iterator[tuple[SyncIssue, Action]]]


def with_actions(page: Page[SyncIssue], user: Account) -> Page[SyncIssue]:
    """The same page; each issue knows its `actions`, those that this person may take. One statement a kind of row."""
    for issue in page.object_list:
        vars(issue)["actions"] = []
    for reason, offer in OFFERS.items():
        found = [issue for issue in page.object_list if issue.reason == reason]
        for issue, action in offer(found, user) if found else ():
            vars(issue)["actions"].append(action)
    if is_administrator(user):
        for issue in page.object_list:
            entry = REASONS.get(issue.reason)  # type: ignore[call-overload]  # a run of another version may have other codes
            if entry and entry.link:
                vars(issue)["actions"].append(Action("該当の画面を開く", reverse(entry.link)))
    return page


def at_sharers(issues: Iterable[SyncIssue], user: Account) -> Iterator[tuple[SyncIssue, Action]]:
    """MEMBER_NUMBER_SHARED: the other person with that 社員番号."""
    numbers = {issue.object_id for issue in issues if issue.object_id is not None}
    people = Employee.objects.open_to(user, Right.VIEW_EMPLOYEES).in_bulk(numbers)
    for issue in issues:
        if issue.object_id is not None and (person := people.get(issue.object_id)):
            yield issue, Action(f"同じ社員番号の{person.full_name}さんを開く", person.get_absolute_url())


def at_unknown_types(issues: Iterable[SyncIssue], user: Account) -> Iterator[tuple[SyncIssue, Action]]:
    """A 16タイプ that no type of ours is called: what it can be made, while a result has it."""
    if not may(user, Right.EDIT_REFERENCE):
        return
    texts = {issue.value for issue in issues}
    waiting = set(Assessment.objects.filter(unknown_type__in=texts).values_list("unknown_type", flat=True).distinct())
    for issue in issues:
        if issue.value in waiting - {""}:
            text = quote(issue.value)
            yield issue, Action("既存のタイプの別名にする", f"{reverse('assessments:name_type')}?text={text}")
            yield issue, Action("新しいタイプとして登録", f"{reverse('assessments:add_type')}?name={text}")


OFFERS: Mapping[Reason, Offers] = {
    Reason.MEMBER_NUMBER_SHARED: at_sharers,
    Reason.ASSESSMENT_TYPE_UNKNOWN: at_unknown_types,
    Reason.RESULT_TYPE_NOT_AN_OPTION: at_unknown_types,
}
