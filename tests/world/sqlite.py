"""Worlds on SQLite: each process has a file in memory, which is a migrated one again when a world begins.

A statement waits for the one write lock by letting the others go on, until whoever has it gives it back.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from weakref import WeakSet

from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX, DatabaseWrapper, SQLiteCursorWrapper
from greenlet import getcurrent

from tests.world import company
from tests.world.database import Database, Replacement
from tests.world.scheduler import Event, Scheduler

PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY"
IS_SHARED = True  # several processes may have their worlds on one ground
PATIENCE = 20.0  # seconds that a statement waits for the write lock, as in the settings
BUSY = "PRAGMA busy_timeout = "
BEGIN = "BEGIN IMMEDIATE"
convert_usually = SQLiteCursorWrapper.convert_query


class Raw(sqlite3.Connection):
    """One that is used again and again, by one process after the other.

    It is told of each function once: SQLite forgets then what it has prepared.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.functions: set[str] = set()
        self.cursors: WeakSet[sqlite3.Cursor] = WeakSet()

    def cursor(self, factory: Any = sqlite3.Cursor) -> Any:
        cursor = super().cursor(factory)
        self.cursors.add(cursor)
        return cursor

    def give_up(self) -> None:
        """What somebody had begun who may have died amid the rows of an answer ends here."""
        for cursor in list(self.cursors):
            cursor.close()
        self.rollback()

    def create_function(self, name: str, *args: Any, **options: Any) -> None:
        if name not in self.functions:
            self.functions.add(name)
            super().create_function(name, *args, **options)


OPTIONS = {"timeout": 0, "init_command": PRAGMAS, "cached_statements": 2000, "factory": Raw}


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
    places: dict[int, Place] = {}  # by the process: those who have worlds on one ground were forked

    def make(scheduler: Scheduler, seed: int) -> Database:
        del seed
        number = os.getpid()
        if number not in places:
            places[number] = Place(folder / f"{number}", template.read_bytes())
        return SQLite(scheduler, places[number])

    yield make


@cache
def with_marks(query: str) -> str:
    return FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


def convert_query(self: Any, query: str, *, param_names: Any = None) -> str:
    """In place of `SQLiteCursorWrapper.convert_query`."""
    return with_marks(query) if param_names is None else convert_usually(self, query, param_names=param_names)


class Place:
    """One process's file, and the connections that are open to it from world to world.

    They keep what they know of the tables, and the statements that they have prepared.
    """

    def __init__(self, folder: Path, content: bytes) -> None:
        folder.mkdir()
        self.folder, self.file, self.content = folder, folder / "world.sqlite3", content
        self.file.write_bytes(content)
        self.raw = self.file.open("r+b", buffering=0)
        self.idle: list[sqlite3.Connection] = []
        self.side = sqlite3.connect(self.file, isolation_level=None)
        self.numbers = count(1)

    def furnish(self) -> None:
        """Put the file back to what it was. Nobody reads or writes; by a commit all hear that it has changed."""
        (is_busy, *_) = self.side.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:  # with an answer that nobody has read to its end
            while self.idle:
                self.idle.pop().close()
            self.side.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.raw.seek(0)
        self.raw.write(self.content)
        self.raw.truncate()
        commits = sqlite3.connect(self.file, isolation_level=None)
        commits.execute(f"PRAGMA user_version = {next(self.numbers)}")
        commits.close()

    def clear(self) -> None:
        """Also what the product leaves beside its database is of one world."""
        for path in self.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif not path.name.startswith(self.file.name):
                path.unlink()


class SQLite(Database):
    kind = DatabaseWrapper

    def __init__(self, scheduler: Scheduler, place: Place) -> None:
        super().__init__(scheduler)
        self.place, self.idle, self.side = place, place.idle, place.side
        self.patience: dict[Any, float] = {}  # greenlet → seconds, where it has said how long it waits
        self.holder: sqlite3.Connection | None = None  # of the write lock, by a transaction
        self.freed = Event(scheduler)
        place.furnish()

    def replacements(self) -> list[Replacement]:
        connections.settings["default"]["NAME"] = str(self.place.file)
        connections.settings["default"]["OPTIONS"] |= OPTIONS
        return [*super().replacements(), (SQLiteCursorWrapper, "convert_query", convert_query)]

    def close(self) -> None:
        super().close()
        self.place.clear()

    def perform(self, execute: Callable, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - Django's signature
        if sql.startswith(BUSY):  # SQLite itself would wait in our own time, while everybody else stands still
            self.patience[getcurrent()] = int(sql.removeprefix(BUSY)) / 1000 or PATIENCE
            return None
        end = self.scheduler.now + self.patience.get(getcurrent(), PATIENCE)
        while True:
            try:
                result = execute(sql, params, many, context)
            except OperationalError as error:
                code = getattr(error.__cause__, "sqlite_errorcode", None)
                if code != sqlite3.SQLITE_BUSY or self.scheduler.now > end:
                    raise
            else:
                if sql == BEGIN:
                    self.holder = context["connection"].connection
                return result
            if self.holder is not None:
                self.freed.wait(end - self.scheduler.now)
            self.scheduler.rest(0.02 + 0.05 * self.scheduler.dice.random())

    def settle(self) -> None:
        if self.holder is not None and not self.holder.in_transaction:
            self.holder = None
            self.freed.set()
            self.freed.clear()

    def closing(self) -> Callable[[BaseDatabaseWrapper], None]:
        def act(wrapper: BaseDatabaseWrapper) -> None:
            raw = wrapper.connection
            raw.rollback()
            self.settle()
            self.idle.append(raw)

        return act

    def cut(self, wrapper: BaseDatabaseWrapper) -> None:
        raw, wrapper.connection = wrapper.connection, None
        if raw is None:
            return
        raw.give_up()
        self.settle()
        self.idle.append(raw)
