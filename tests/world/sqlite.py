"""Worlds on SQLite: each has a copy of a migrated file in memory.

A statement waits for the one write lock by letting the others go on.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper
from greenlet import getcurrent

from tests.world import company
from tests.world.database import Database, Replacement
from tests.world.scheduler import Scheduler

PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY"
IS_SHARED = True  # several processes may have their worlds on one ground
PATIENCE = 20.0  # seconds that a statement waits for the write lock, as in the settings
BUSY = "PRAGMA busy_timeout = "


@contextmanager
def ground(folder: Path) -> Iterator[Callable[[Scheduler, int], Database]]:
    """Makes the databases of worlds in the folder: each is asked for with the world's seed."""
    template = folder / "template"
    connections.settings["default"]["NAME"] = str(template)
    connections.close_all()
    del connections["default"]
    company.furnish_template()
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections.close_all()
    del connections["default"]
    yield lambda scheduler, seed: SQLite(scheduler, template, folder / f"{seed}-{os.getpid()}" / "world.sqlite3")


class SQLite(Database):
    kind = DatabaseWrapper

    def __init__(self, scheduler: Scheduler, template: Path, file: Path) -> None:
        super().__init__(scheduler)
        self.file = file
        self.patience: dict[Any, float] = {}  # greenlet → seconds, where it has said how long it waits
        file.parent.mkdir()  # also what the product leaves beside its database is of one world
        shutil.copyfile(template, file)
        self.side = sqlite3.connect(file, isolation_level=None)

    def replacements(self) -> list[Replacement]:
        connections.settings["default"]["NAME"] = str(self.file)
        connections.settings["default"]["OPTIONS"] |= {"timeout": 0, "init_command": PRAGMAS}
        return super().replacements()

    def close(self) -> None:
        super().close()
        for raw in self.idle:
            raw.close()
        self.side.close()
        shutil.rmtree(self.file.parent)

    def perform(self, execute: Callable, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - Django's signature
        if sql.startswith(BUSY):  # SQLite itself would wait in our own time, while everybody else stands still
            self.patience[getcurrent()] = int(sql.removeprefix(BUSY)) / 1000 or PATIENCE
            return None
        end = self.scheduler.now + self.patience.get(getcurrent(), PATIENCE)
        while True:
            try:
                return execute(sql, params, many, context)
            except OperationalError as error:
                code = getattr(error.__cause__, "sqlite_errorcode", None)
                if code != sqlite3.SQLITE_BUSY or self.scheduler.now > end:
                    raise
            self.scheduler.rest(0.02 + 0.05 * self.scheduler.dice.random())

    def closing(self) -> Callable[[BaseDatabaseWrapper], None]:
        def act(wrapper: BaseDatabaseWrapper) -> None:
            raw = wrapper.connection
            raw.rollback()
            self.idle.append(raw)

        return act

    def cut(self, wrapper: BaseDatabaseWrapper) -> None:
        raw, wrapper.connection = wrapper.connection, None
        if raw is not None:
            raw.rollback()
            raw.close()
