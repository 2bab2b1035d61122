"""The one way in which rows are locked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)
STALLED_TRANSACTION = "30s"  # far above the pause between two statements of ours


class LockableQuerySet(models.QuerySet[Row]):
    """Rows that a transaction can keep from others until it ends. On SQLite, where one writes at a time, nothing."""

    def lock(self, *, no_key: bool = False, nowait: bool = False, skip_locked: bool = False) -> Self:
        """These rows, locked when they are read: by pk, so that of two who want the same ones one waits, never both.

        `no_key`: others may point at them meanwhile. `nowait`: raises OperationalError where another has one of them.
        """
        return self.order_by("pk").select_for_update(
            of=("self",), no_key=no_key, nowait=nowait, skip_locked=skip_locked
        )

    def lock_the_one(self, **defaults: object) -> Row:
        """The row of a table that has one at most, locked; made of `defaults` where nobody has written it yet. Of two
        who are the first, one waits and then has what the other wrote.
        """
        row, _ = self.lock().get_or_create(pk=1, defaults=defaults)
        return row

    def lock_now(self, *, no_key: bool = False) -> None:
        """Lock all of them, reading nothing else."""
        for _ in self.lock(no_key=no_key).values_list("pk").iterator():
            pass


def end_if_stalled() -> None:
    """PostgreSQL ends this transaction, and its locks, where our process vanishes without a word: else after hours."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{STALLED_TRANSACTION}'")


@contextmanager
def impatient(seconds: float) -> Iterator[None]:
    """A write within waits no longer than this for SQLite's one lock, and raises OperationalError then. On PostgreSQL
    nothing: a row is locked for moments only.
    """
    if connection.vendor != "sqlite":
        yield
        return
    usual = connection.settings_dict["OPTIONS"]["timeout"]
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual * 1000)}")
