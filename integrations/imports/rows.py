"""Writes many rows of one table in few statements."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db import models

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
