"""What a person can do about an issue: the pages that mend it, computed for the issues of one page at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode

from django.urls import reverse

from accounts.rights import Account, Right, is_administrator, may
from assessments.models import Assessment, PersonalityType
from assessments.name_lookup import Named, by_spelling, fold_name
from departments.models import Department
from departments.scope import reach
from employees.models import Employee
from integrations.models import SyncIssue
from integrations.models.unseen import UnseenDepartment
from integrations.reasons import Reason, entry_of

PAGES = {  # where problems are mended, as menus call it
    "integrations:connection": "カオナビ連携",
    "integrations:check": "連携チェック",
    "departments:list": "部署管理",
    "employees:list": "自社社員管理",
    "assessments:reference": "16タイプと尺度",
    "integrations:exceptions": "同期の例外",
}


class Action(NamedTuple):
    """A link beside an issue."""

    label: str
    url: str


Offers = Callable[[Iterable[SyncIssue], Account], Iterator[tuple[SyncIssue, Action]]]


class IssueRow(NamedTuple):
    """A problem as a page shows it, with what this person can do about it."""

    issue: SyncIssue
    actions: list[Action]


def issue_rows(issues: Iterable[SyncIssue], user: Account) -> list[IssueRow]:
    """The problems with the actions that this person may take. A few statements a kind of row."""
    rows = {issue.pk: IssueRow(issue, []) for issue in issues}
    for reason, offer in OFFERS.items():
        found = [row.issue for row in rows.values() if row.issue.reason == reason]
        for issue, action in offer(found, user) if found else ():
            rows[issue.pk].actions.append(action)
    return list(rows.values())


def page_that_mends(reason: str, user: Account) -> Action | None:
    """The page that the table of reasons names, for 管理者."""
    entry = entry_of(reason)
    if entry is None or not entry.link or not is_administrator(user):
        return None
    return Action(f"{PAGES[entry.link]}を開く", reverse(entry.link))


def at_sharers(issues: Iterable[SyncIssue], user: Account) -> Iterator[tuple[SyncIssue, Action]]:
    """MEMBER_NUMBER_SHARED: the other person with that 社員番号, and the page that makes one of the two."""
    numbers = {issue.object_id for issue in issues if issue.object_id is not None}
    people = Employee.objects.open_to(user, Right.VIEW_EMPLOYEES).in_bulk(numbers)
    for issue in issues:
        if issue.object_id is not None and (person := people.get(issue.object_id)):
            yield issue, Action(f"同じ社員番号の{person.full_name}さんを開く", person.get_absolute_url())
            if may(user, Right.DELETE_EMPLOYEES):
                yield issue, Action("重複した社員を統合する", reverse("integrations:merge", args=[person.pk]))


def at_unknown_types(issues: Iterable[SyncIssue], user: Account) -> Iterator[tuple[SyncIssue, Action]]:
    """A 16タイプ that no type of ours is called: what it can be made, until it is or while a result still has it."""
    if not may(user, Right.EDIT_REFERENCE):
        return
    known = by_spelling(map(Named.of, PersonalityType.objects.all()))
    texts = {issue.value for issue in issues if issue.value}
    waiting = set(Assessment.objects.filter(unknown_type__in=texts).values_list("unknown_type", flat=True).distinct())
    for issue in issues:
        if issue.value and (issue.value in waiting or fold_name(issue.value) not in known):
            text = quote(issue.value)
            yield issue, Action("既存のタイプの別名にする", f"{reverse('assessments:name_type')}?text={text}")
            yield issue, Action("新しいタイプとして登録", f"{reverse('assessments:add_type')}?name={text}")


def at_holders(issues: Iterable[SyncIssue], user: Account) -> Iterator[tuple[SyncIssue, Action]]:
    """DEPARTMENT_NAME_TAKEN: the department that holds the name.

    It may be the same department under an old code, or without one; then its code is changed and its people stay. Not
    where カオナビ has both, or where the new code is another department's already.
    """
    holders = Department.objects.in_bulk({issue.object_id for issue in issues})
    codes = {issue.subject_key.strip() for issue in issues}
    unseen = set(UnseenDepartment.objects.filter(row__in=holders).values_list("pk", flat=True))
    taken = set(Department.objects.filter(code__in=codes).values_list("code", flat=True))
    may_edit, may_view = may(user, Right.EDIT_DEPARTMENTS), reach(user, Right.VIEW_DEPARTMENTS)
    for issue in issues:
        holder = holders.get(issue.object_id)
        if holder is None:
            continue
        code = issue.subject_key.strip()
        is_in_kaonavi = holder.code and holder.last_seen_at and not holder.missing_since and holder.pk not in unseen
        if may_edit and code not in taken and not is_in_kaonavi:
            query = urlencode({"code": code, "next": reverse("integrations:job", args=[issue.job_id])})
            address = f"{reverse('departments:code', args=[holder.pk])}?{query}"
            yield issue, Action(f"この部署のコードを {code} に変更する", address)
        if may_view is None or holder.pk in may_view:
            yield issue, Action(f"部署「{holder.name}」を開く", holder.get_absolute_url())


OFFERS: Mapping[Reason, Offers] = {
    Reason.DEPARTMENT_NAME_TAKEN: at_holders,
    Reason.MEMBER_NUMBER_SHARED: at_sharers,
    Reason.ASSESSMENT_TYPE_UNKNOWN: at_unknown_types,
    Reason.RESULT_TYPE_NOT_AN_OPTION: at_unknown_types,
}
