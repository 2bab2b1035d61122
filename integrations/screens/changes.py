"""Changes of test results on the page of a run: in words, and only what the person may see."""

from collections.abc import Collection

from django.core.paginator import Page
from django.db.models import Q

from accounts.rights import Account, Right
from assessments.models import PersonalityType, Scale
from assessments.name_lookup import fold
from assessments.scope import scales_open_to
from departments.scope import reach
from integrations.erasure.scales import item_spellings, without
from integrations.models import SyncChange
from integrations.screens.change_lines import SCORES

ABOUT_RESULTS = (SyncChange.What.ASSESSMENT, SyncChange.What.LATEST_SHEET, SyncChange.What.ALL_SHEET)


def with_result_names(page: Page[SyncChange], user: Account) -> Page[SyncChange]:
    """The same page; changes of test results know what their scales and types, stored as codes, are called.

    Somebody who may not see every result is shown none of the values (`is_hidden`) and not whose they are, since a run is
    about the whole company; without the right to 現在のメンタルヘルス those scales are left out.
    """
    results = [change for change in page.object_list if change.what in ABOUT_RESULTS]
    if not results:
        return page
    if reach(user, Right.VIEW_RESULTS) is not None:
        for change in results:
            change.key, change.name, change.fields = "", "", {}
            vars(change)["is_hidden"] = True
        return page
    scales = list(Scale.objects.all())
    shown = set(scales_open_to(user, None))
    leave_out([scale for scale in scales if scale not in shown], results)
    names = {scale.code: scale.name for scale in scales}
    types = {kind.code: kind.label for kind in PersonalityType.objects.all()}
    for change in results:
        vars(change).update(scale_names=names, type_names=types)
    return page


def nameable(user: Account) -> Q:
    """Those of a run's changes in which somebody may look for whom they are about: that somebody was tested is a result too."""
    return Q() if reach(user, Right.VIEW_RESULTS) is None else ~Q(what__in=ABOUT_RESULTS)


def leave_out(hidden: Collection[Scale], changes: Collection[SyncChange]) -> None:
    """Take these scales from the changes: by code where a result changed, by the item's name where a sheet did."""
    if not hidden:
        return
    codes = {scale.code for scale in hidden}
    items = {*item_spellings(hidden)}
    for change in changes:
        change.fields = {name: values for name, values in change.fields.items() if fold(name) not in items}
        if SCORES in change.fields:
            change.fields[SCORES] = [without(scores, codes) for scores in change.fields[SCORES]]
