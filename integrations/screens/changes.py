"""Changes of test results on the page of a run: in words, and only what the person may see."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.db.models import Q

from accounts.rights import Account, Right
from assessments.models import Scale
from assessments.name_lookup import fold_name
from assessments.scope import scales_open_to
from departments.models import Department
from departments.scope import reach
from employees.models import Employee
from integrations.erasure.scales import item_spellings, without
from integrations.models import SyncChange
from integrations.screens.change_lines import SCORES, ChangeLine, Names, change_lines

BY_PERSON = (SyncChange.What.EMPLOYEE, SyncChange.What.LATEST_SHEET, SyncChange.What.ALL_SHEET)
ABOUT_RESULTS = (SyncChange.What.ASSESSMENT, SyncChange.What.LATEST_SHEET, SyncChange.What.ALL_SHEET)


class ChangeRow(NamedTuple):
    """A change as a page shows it, with the `page` of whom it is about or ""; of one that is hidden nothing is told."""

    change: SyncChange
    lines: Sequence[ChangeLine]
    is_hidden: bool
    page: str


def change_rows(changes: Iterable[SyncChange], user: Account) -> list[ChangeRow]:
    """The changes of a run's page as whoever asks may see them.

    Somebody who may not see every result is shown none of the values and not whose they are, since a run is about the
    whole company; without the right to 現在のメンタルヘルス those scales are left out.
    """
    changes = list(changes)
    results = [change for change in changes if change.what in ABOUT_RESULTS]
    is_blind = bool(results) and reach(user, Right.VIEW_RESULTS) is not None
    if is_blind:
        for change in results:
            change.key, change.name, change.fields = "", "", {}
    elif results:
        leave_out(list(Scale.objects.exclude(pk__in=scales_open_to(user, None).values("pk"))), results)
    names, pages = Names.of(changes), pages_of(changes, user)
    return [
        ChangeRow(
            change,
            list(change_lines(change, names)),
            is_hidden=is_blind and change in results,
            page="" if is_blind and change in results else pages.get((change.what, change.object_id), ""),
        )
        for change in changes
    ]


def pages_of(changes: Iterable[SyncChange], user: Account) -> dict[tuple[str, int | None], str]:
    """What and number of the row → its page, of those people and departments that the person may see."""
    rows: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        if change.object_id is not None:
            rows[change.what].add(change.object_id)
    pages: dict[tuple[str, int | None], str] = {}
    if people := set().union(*(rows[what] for what in BY_PERSON)):
        for person in Employee.objects.open_to(user, Right.VIEW_EMPLOYEES).filter(pk__in=people):
            pages |= {(what, person.pk): person.get_absolute_url() for what in BY_PERSON}
    if departments := rows[SyncChange.What.DEPARTMENT]:
        for department in Department.objects.within(reach(user, Right.VIEW_DEPARTMENTS)).filter(pk__in=departments):
            pages[SyncChange.What.DEPARTMENT, department.pk] = department.get_absolute_url()
    return pages


def nameable(user: Account) -> Q:
    """Those of a run's changes that may be searched for a person: that somebody was tested is a result too."""
    return Q() if reach(user, Right.VIEW_RESULTS) is None else ~Q(what__in=ABOUT_RESULTS)


def leave_out(hidden: Collection[Scale], changes: Collection[SyncChange]) -> None:
    """Take these scales from the changes: by code where a result changed, by the item's name where a sheet did."""
    if not hidden:
        return
    codes = {scale.code for scale in hidden}
    items = {*item_spellings(hidden)}
    for change in changes:
        change.fields = {name: values for name, values in change.fields.items() if fold_name(name) not in items}
        if SCORES in change.fields:
            change.fields[SCORES] = [without(scores, codes) for scores in change.fields[SCORES]]
