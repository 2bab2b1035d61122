"""Which migration came with which version, and what going back to an earlier version takes from the database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection
from django.db.migrations import AddField, CreateModel, Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

LIST = Path(__file__).with_name("published.txt")


class RollbackError(Exception):
    """The database cannot be brought to that version; the message says why."""


class Published(NamedTuple):
    """A migration that somebody may have run: it is never changed any more."""

    version: str
    digest: str
    path: str

    @property
    def app(self) -> str:
        return self.path.split("/")[0]

    @property
    def name(self) -> str:
        return Path(self.path).stem


def published() -> list[Published]:
    return [Published(*line.split()) for line in LIST.read_text().splitlines()]


def order_of(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


class Rollback:
    """The way of the database from where it is to an earlier version."""

    def __init__(self, version: str) -> None:
        known = {each.version for each in published()}
        if version not in known:
            raise RollbackError(f"版 {version} はありません。指定できる版：{'、'.join(sorted(known, key=order_of))}")
        self.executor = MigrationExecutor(connection)
        self.targets = list(last_of(version).items())
        self.plan: list[tuple[Migration, bool]] = self.executor.migration_plan(self.targets)
        if not all(is_backwards for _, is_backwards in self.plan):
            raise RollbackError(f"データベースはすでに、版 {version} より前の形です。")

    def losses(self) -> list[str]:
        """What is dropped, in words: tables with the number of their rows, and columns."""
        apps = self.executor.loader.project_state().apps
        return [loss for migration, _ in self.plan for loss in losses_of(migration, apps)]

    def carry_out(self) -> None:
        self.executor.migrate(self.targets, self.plan)


def last_of(version: str) -> dict[str, str | None]:
    """Of each app the last migration that this version had; None where it had none."""
    last: dict[str, str | None] = {}
    for each in sorted(published(), key=lambda each: each.name):
        if order_of(each.version) <= order_of(version):
            last[each.app] = each.name
        else:
            last.setdefault(each.app, None)
    return last


def losses_of(migration: Migration, apps: StateApps) -> Iterator[str]:
    for operation in migration.operations:
        if isinstance(operation, CreateModel):
            model = model_named(apps, migration.app_label, operation.name)
            if model and (count := model.objects.count()):
                yield f"「{model._meta.verbose_name}」{count:,}件"
        elif isinstance(operation, AddField):
            model = model_named(apps, migration.app_label, operation.model_name)
            if model and model.objects.exists():
                field = operation.field.verbose_name or operation.name
                yield f"「{model._meta.verbose_name}」の「{field}」"


def model_named(apps: StateApps, app: str, name: str) -> Any:
    """None where it has another name today, or is gone: then the table that bears the name is told in its own place."""
    try:
        return apps.get_model(app, name)
    except LookupError:
        return None
