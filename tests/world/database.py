"""The product's own database connections, one for each greenlet, on a copy of a migrated SQLite file in memory.

A statement waits for SQLite's one write lock by letting the others go on; a killed process loses what it has not
committed.
"""

import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper
from greenlet import getcurrent

from tests.world.scheduler import Scheduler, Strand

PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY"
PATIENCE = 20.0  # seconds that a statement waits for the write lock, as in the settings
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
TABLE = re.compile(r'(?:INSERT (?:OR \w+ )?INTO|REPLACE INTO|UPDATE|DELETE FROM) "?(\w+)')
commit = BaseDatabaseWrapper._commit
open_raw: Callable = DatabaseWrapper.get_new_connection
Replacement = tuple[Any, str, Any]


class ByGreenlet:
    """In place of asgiref's `Local`: what Django keeps for each thread it keeps for each greenlet."""

    def __init__(self) -> None:
        object.__setattr__(self, "kept", {})

    def __getattr__(self, name: str) -> Any:
        try:
            return self.kept[getcurrent()][name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self.kept.setdefault(getcurrent(), {})[name] = value

    def __delattr__(self, name: str) -> None:
        del self.kept[getcurrent()][name]


class Database:
    """The database of one world."""

    def __init__(self, scheduler: Scheduler, template: Path, file: Path) -> None:
        self.scheduler, self.file = scheduler, file
        self.after_write: Callable[[set[str]], None] = lambda _: None
        self.before_commit: Callable[[set[str]], None] = lambda _: None
        self.trouble: Callable[[str], bool] = lambda _: False
        self.storage = ByGreenlet()
        self.wrote: dict[Any, set[str]] = {}  # greenlet → the tables that its open transaction has written to
        self.idle: list[Any] = []  # raw connections that were closed: the next one is there without reading the schema
        shutil.copyfile(template, file)
        self.side = sqlite3.connect(file, isolation_level=None)

    def replacements(self) -> list[Replacement]:
        """What stands in Django's places while the world lasts: object, name, and what is there."""
        connections.settings["default"]["NAME"] = str(self.file)
        connections.settings["default"]["OPTIONS"] |= {"timeout": 0, "init_command": PRAGMAS}
        return [
            (connections, "_connections", self.storage),
            (connections, "create_connection", self.connect),
            (BaseDatabaseWrapper, "_commit", self.commit_of()),
            (DatabaseWrapper, "get_new_connection", self.opening()),
            (DatabaseWrapper, "_close", self.closing()),
        ]

    def close(self) -> None:
        for kept in list(self.storage.kept.values()):
            for wrapper in kept.values():
                self.cut(wrapper)
        for raw in self.idle:
            raw.close()
        self.side.close()
        for path in self.file.parent.glob(self.file.name + "*"):
            path.unlink()

    def connect(self, alias: str) -> BaseDatabaseWrapper:
        wrapper = type(connections).create_connection(connections, alias)
        wrapper.execute_wrappers.append(self.execute)
        return wrapper

    def drop(self, strand: Strand) -> None:
        """What a dead strand had begun is rolled back."""
        for wrapper in self.storage.kept.pop(strand.run, {}).values():
            self.cut(wrapper)
        self.wrote.pop(strand.run, None)

    def execute(self, execute: Callable, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - Django's signature
        scheduler = self.scheduler
        scheduler.point(sql)
        if scheduler.current is None:
            return execute(sql, params, many, context)
        if self.trouble(sql):
            raise OperationalError("the database is away for a moment")
        result = self.patiently(execute, sql, params, many, context)
        if sql.startswith("BEGIN"):
            self.wrote.pop(getcurrent(), None)
        elif sql.startswith(WRITES):
            if context["connection"].in_atomic_block:
                self.wrote.setdefault(getcurrent(), set()).add(table_of(sql))
            else:
                self.after_write({table_of(sql)})
        return result

    def patiently(self, execute: Callable, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - as above
        since = self.scheduler.now
        while True:
            try:
                return execute(sql, params, many, context)
            except OperationalError as error:
                code = getattr(error.__cause__, "sqlite_errorcode", None)
                if code != sqlite3.SQLITE_BUSY or self.scheduler.now - since > PATIENCE:
                    raise
            self.scheduler.rest(0.02 + 0.05 * self.scheduler.dice.random())

    def commit_of(self) -> Callable[[BaseDatabaseWrapper], None]:
        def act(wrapper: BaseDatabaseWrapper) -> None:
            if self.scheduler.current is None:
                commit(wrapper)
                return
            self.scheduler.point("COMMIT", weight=3.0)
            tables = self.wrote.pop(getcurrent(), set())
            self.before_commit(tables)
            commit(wrapper)
            self.after_write(tables)
            self.scheduler.point("after COMMIT", weight=3.0)

        return act

    def opening(self) -> Callable[[BaseDatabaseWrapper, dict[str, Any]], Any]:
        def act(wrapper: BaseDatabaseWrapper, parameters: dict[str, Any]) -> Any:
            return self.idle.pop() if self.idle else open_raw(wrapper, parameters)

        return act

    def closing(self) -> Callable[[BaseDatabaseWrapper], None]:
        def act(wrapper: BaseDatabaseWrapper) -> None:
            self.put_by(wrapper.connection)

        return act

    def cut(self, wrapper: BaseDatabaseWrapper) -> None:
        """End a connection as the kernel does for a dead process."""
        raw, wrapper.connection = wrapper.connection, None
        if raw is not None:
            raw.rollback()
            raw.close()

    def put_by(self, raw: Any) -> None:
        raw.rollback()
        self.idle.append(raw)


def table_of(sql: str) -> str:
    """The table that a statement writes to."""
    found = TABLE.match(sql)
    return found[1] if found else ""
