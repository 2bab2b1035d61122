"""Writes many rows of one table in few statements."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce, Greatest

from integrations.models import SyncJob

BATCH = 500

Row = TypeVar("Row", bound=models.Model)


def insert(model: type[Row], rows: Sequence[Row]) -> None:
    """Insert the rows and give them their numbers."""
    model._default_manager.bulk_create(rows, batch_size=BATCH)


def rewrite(model: type[Row], rows: Sequence[Row], fields: Iterable[str]) -> None:
    """Update these fields of existing rows: an upsert by primary key, since `bulk_update` takes a millisecond a row."""
    if rows:
        model._default_manager.bulk_create(
            rows, batch_size=BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=list(fields)
        )


def mark_missing(rows: models.QuerySet, kind: str, now: datetime) -> int:
    """Mark the rows as gone from カオナビ; last seen by the newest completed run of the kind, if that is news.

    Returns how many rows there were.
    """
    last_run = SyncJob.objects.completed(kind).values_list("finished_at", flat=True).first()
    seen = Greatest("last_seen_at", Value(last_run)) if last_run else Coalesce("last_seen_at", Value(now))
    return rows.update(missing_since=now, last_seen_at=seen)
