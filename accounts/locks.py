"""The one way in which rows are locked."""

from typing import Self, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class LockableQuerySet(models.QuerySet[Row]):
    """Rows that a transaction can keep from others until it ends. On SQLite, where one writes at a time, nothing."""

    def lock(self, *, no_key: bool = False, nowait: bool = False, skip_locked: bool = False) -> Self:
        """These rows, locked when they are read: by pk, so that of two who want the same ones one waits, never both.

        `no_key`: others may point at them meanwhile. `nowait`: raises OperationalError where another has one of them.
        """
        return self.order_by("pk").select_for_update(
            of=("self",), no_key=no_key, nowait=nowait, skip_locked=skip_locked
        )

    def lock_now(self, *, no_key: bool = False) -> None:
        """Lock all of them, reading nothing else."""
        for _ in self.lock(no_key=no_key).values_list("pk").iterator():
            pass
