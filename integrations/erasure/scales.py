"""A scale that is not kept any more: its scores go from the records of runs too."""

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Q

from assessments.models import Scale
from assessments.name_lookup import Named, fold_name
from integrations import bulk, kinds
from integrations.erasure.issues import ABOUT_RESULTS, WITHOUT_VALUE
from integrations.erasure.notes import forget_notes
from integrations.erasure.traces import OF_A_RUN, erase_own_words
from integrations.erasure.words import OF_A_SCALE
from integrations.jobs.records import as_text
from integrations.models import BeforeImage, KaonaviConnection, SyncChange, SyncIssue, SyncJob
from integrations.reasons import Reason
from integrations.rules.assessments.headings import LineColumn
from integrations.rules.mentions import without_values
from integrations.rules.results.sheets import SCALE

What = SyncChange.What
SCORES = "scores"
OWN_WORDS = Reason.RESULT_REFUSED  # カオナビ's, which may quote a value of any scale


def item_spellings(scales: Collection[Scale]) -> Iterator[str]:
    """What the scales' items may be called on a sheet or in a file, as names are compared."""
    chosen = KaonaviConnection.objects.values_list("sheet_item_names", flat=True).first() or {}
    for scale in scales:
        yield from Named.of(scale).spellings()
        if name := chosen.get(SCALE + scale.code):
            yield fold_name(name)


def erase_scores(scale: Scale) -> None:
    """Erase the scale's scores from what runs wrote, sent, plan or told; the records stay. Some 100,000 take seconds.

    Belongs into the transaction that erases the scores themselves.
    """
    items = frozenset(item_spellings([scale]))
    erase_from_results(scale.code)
    erase_from_sheets(items)
    erase_from_issues(items)
    erase_own_words(SyncJob.objects.filter(kinds.THAT_SEND).values("pk"))
    # encrypted, and by the items' numbers: of the sheet with scales nothing can be taken back any more
    BeforeImage.objects.filter(sheet=What.LATEST_SHEET).delete()


def erase_from_results(code: str) -> None:
    """Changes tell old and new scores by code; the field goes where there is no other scale in it."""
    new, old = (
        Q(fields__scores__1__has_key=code),
        Q(fields__scores__0__has_key=code),
    )  # a deleted one has old ones alone
    written = SyncChange.objects.filter(new | old, what=What.ASSESSMENT)
    rows = []
    for change, fields in written.order_by().values_list("pk", "fields").iterator():
        told = [without(scores, {code}) for scores in fields[SCORES]]
        rest = {name: values for name, values in fields.items() if name != SCORES}
        rows.append((as_text(rest | {SCORES: told} if any(told) else rest), change))
    bulk.update(SyncChange, ("fields",), rows)


def without(scores: Any, codes: Collection[str]) -> Any:
    """A result's scores (by code, None for no result) without these scales."""
    return {code: score for code, score in scores.items() if code not in codes} if scores else scores


def erase_from_sheets(items: Collection[str]) -> None:
    """Changes of the sheet tell old and new values by the item's name, as カオナビ spells it."""
    sent = SyncChange.objects.filter(what=What.LATEST_SHEET).exclude(fields={})
    rows = []
    for change, fields in sent.order_by().values_list("pk", "fields").iterator():
        told = {name: values for name, values in fields.items() if fold_name(name) not in items}
        if len(told) < len(fields):
            rows.append((as_text(told), change))
    bulk.update(SyncChange, ("fields",), rows)


def erase_from_issues(items: Collection[str]) -> None:
    """Problems with a value of the scale; in the long form of a file its column is called as that of any other."""
    about = SyncIssue.objects.filter(ABOUT_RESULTS)
    names = {*items, fold_name(LineColumn.SCORE)}
    fields = [name for name in about.order_by().values_list("field", flat=True).distinct() if fold_name(name) in names]
    quoting = SyncIssue.objects.filter(
        (ABOUT_RESULTS & Q(field__in=fields)) | Q(reason=OWN_WORDS) | OF_A_RUN
    ).order_by()
    found = list(quoting.values_list("pk", "reason", "field", "fingerprint"))
    forget_notes(fingerprint for *_, fingerprint in found)
    rows = [("", *without_values(reason, field, OF_A_SCALE), None, pk) for pk, reason, field, _ in found]
    bulk.update(SyncIssue, WITHOUT_VALUE, rows)
