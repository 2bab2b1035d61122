"""What a person can do about an issue: the pages that mend it, computed for the issues of one page at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from django.core.paginator import Page
from django.urls import reverse

from accounts.rights import Account, Right, is_administrator
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
        found = [issue for issue in page.object_list if issue.reason == reason and issue.object_id is not None]
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
    people = Employee.objects.open_to(user, Right.VIEW_EMPLOYEES).in_bulk({issue.object_id for issue in issues})
    for issue in issues:
        if person := people.get(issue.object_id):
            yield issue, Action(f"同じ社員番号の{person.full_name}さんを開く", person.get_absolute_url())


OFFERS: Mapping[Reason, Offers] = {
    Reason.MEMBER_NUMBER_SHARED: at_sharers,
}
