"""What an import from カオナビ writes about rows that カオナビ does not have, and those it has for the first time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import F, Func, Model, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from departments.models import Department
from employees.models import Employee
from integrations import bulk
from integrations.models import SyncJob
from integrations.models.unseen import UNSEEN

AT_ONCE = 900  # SQLite takes at most 999 values in a statement


def note_absence(model: type[Model], kind: str, *, gone: Sequence[int], unseen: Sequence[int], now: datetime) -> int:
    """Mark the rows (pk) that are `gone`; returns how many there were.

    `unseen` are those that the run did not see without knowing that they are gone: nothing of theirs is changed, but it
    is noted, so that no page takes them for seen by it. Of all others such a note ends.
    """
    noted = UNSEEN[model]._default_manager
    seen = last_sight(kind)
    told = Subquery(noted.filter(pk=OuterRef("pk")).values("seen_at"))
    rows = model._default_manager
    marked = sum(
        rows.filter(pk__in=some).update(missing_since=now, last_seen_at=Coalesce(told, seen)) for some in portions(gone)
    )
    before = set(noted.values_list("pk", flat=True))
    for some in portions(sorted(before.difference(unseen))):
        noted.filter(pk__in=some).delete()
    for some in portions(sorted(set(unseen) - before)):
        found = rows.filter(pk__in=some).annotate(seen=seen).values_list("pk", "seen")
        columns = ("row_id", "seen_at")
        bulk.insert(noted.model, columns, bulk.prepared(noted.model, columns, found))
    return marked


def last_sight(kind: str) -> F | Func:
    """When a row that the newest completed run of the kind saw was seen last: then, unless it was written later."""
    last_run = SyncJob.objects.completed(kind).values_list("finished_at", flat=True).first()
    return Greatest("last_seen_at", Value(last_run)) if last_run else F("last_seen_at")


def link(model: type[Department | Employee], key: str, keys: Mapping[int, str], now: datetime) -> None:
    """Note of rows that カオナビ has and that differ in nothing that it has them: number (pk) → its `key` field as planned.

    Who was linked, deleted or given another key meanwhile is passed over.
    """
    if not keys:
        return
    found = model.objects.filter(last_seen_at=None).lock(no_key=True).values_list("pk", key)
    seen_at = bulk.prepared(model, ("last_seen_at",), [[now]])[0][0]
    bulk.update(model, ("last_seen_at",), [(seen_at, pk) for pk, value in found if keys.get(pk) == value])


def portions(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    return (pks[start : start + AT_ONCE] for start in range(0, len(pks), AT_ONCE))
