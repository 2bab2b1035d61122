"""The product's own database connections, one for each greenlet; at each of their statements anything may happen.

How a statement waits for the lock of another is in `sqlite.py` and in `postgresql.py`.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from greenlet import getcurrent

from tests.world.scheduler import Scheduler, Strand

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
TABLE = re.compile(r'(?:INSERT (?:OR \w+ )?INTO|REPLACE INTO|UPDATE|DELETE FROM) "?(\w+)')
OF_RUNS = 'UPDATE "integrations_syncjob"'  # who has which run: where those who hold it come to grief
commit = BaseDatabaseWrapper._commit
rollback = BaseDatabaseWrapper._rollback
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


class Database(ABC):
    """The database of one world. `side` is a connection of those who watch: it sees what is committed."""

    side: Any
    kind: type[BaseDatabaseWrapper]  # Django's connection to it
    writes_alone = True  # nobody else's write is committed within a transaction
    slowness = 0.0  # how many of the statements within a transaction take seconds

    def __init__(self, scheduler: Scheduler) -> None:
        self.scheduler = scheduler
        self.after_write: Callable[[set[str]], None] = lambda _: None
        self.after_delete: Callable[[str], None] = lambda _: None
        self.before_commit: Callable[[set[str]], None] = lambda _: None
        self.in_deadlock: Callable[[str], None] = lambda _: None
        self.trouble: Callable[[str], bool] = lambda _: False
        self.storage = ByGreenlet()
        self.idle: list[Any] = []  # raw connections that were closed, for the next who opens one
        self.wrote: dict[Any, set[str]] = {}  # greenlet → the tables that its open transaction has written to

    def replacements(self) -> list[Replacement]:
        """What stands in Django's places while the world lasts: object, name, and what is there."""
        return [
            (connections, "_connections", self.storage),
            (connections, "create_connection", self.connect),
            (BaseDatabaseWrapper, "_commit", self.commit_of()),
            (BaseDatabaseWrapper, "_rollback", self.rollback_of()),
            (self.kind, "get_new_connection", self.opening()),
            (self.kind, "_close", self.closing()),
        ]

    def close(self) -> None:
        for kept in list(self.storage.kept.values()):
            for wrapper in kept.values():
                self.cut(wrapper)

    def opening(self) -> Callable[[BaseDatabaseWrapper, dict[str, Any]], Any]:
        open_raw = self.kind.get_new_connection

        def act(wrapper: BaseDatabaseWrapper, parameters: dict[str, Any]) -> Any:
            return self.idle.pop() if self.idle else open_raw(wrapper, parameters)

        return act

    @abstractmethod
    def closing(self) -> Callable[[BaseDatabaseWrapper], None]:
        """What closes a connection for the product, and keeps the raw one for the next where it is whole."""

    def connect(self, alias: str) -> BaseDatabaseWrapper:
        wrapper = type(connections).create_connection(connections, alias)
        wrapper.execute_wrappers.append(self.execute)
        return wrapper

    def drop(self, strand: Strand) -> None:
        """What a dead strand had begun is rolled back."""
        for wrapper in self.storage.kept.pop(strand.run, {}).values():
            self.cut(wrapper)
        self.wrote.pop(strand.run, None)
        self.settle()

    def execute(self, execute: Callable, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - Django's signature
        scheduler = self.scheduler
        scheduler.point(sql, weight=10.0 if sql.startswith(OF_RUNS) else 1.0)
        if scheduler.current is None:
            return execute(sql, params, many, context)
        if self.trouble(sql):
            raise OperationalError("the database is away for a moment")
        try:
            result = self.perform(execute, sql, params, many, context)
            if sql.startswith("BEGIN"):
                self.wrote.pop(getcurrent(), None)
            elif sql.startswith(WRITES):
                if context["connection"].in_atomic_block:
                    self.wrote.setdefault(getcurrent(), set()).add(table_of(sql))
                else:
                    self.after_write({table_of(sql)})
                if sql.startswith("DELETE") and context["cursor"].rowcount > 0:
                    self.after_delete(table_of(sql))
        finally:
            self.settle()
        return result

    def commit_of(self) -> Callable[[BaseDatabaseWrapper], None]:
        def act(wrapper: BaseDatabaseWrapper) -> None:
            if self.scheduler.current is None:
                commit(wrapper)
                return
            self.scheduler.point("COMMIT", weight=3.0)
            tables = self.wrote.pop(getcurrent(), set())
            self.before_commit(tables)
            try:
                commit(wrapper)
                self.after_write(tables)
            finally:
                self.settle()
            self.scheduler.point("after COMMIT", weight=3.0)

        return act

    def rollback_of(self) -> Callable[[BaseDatabaseWrapper], None]:
        def act(wrapper: BaseDatabaseWrapper) -> None:
            self.wrote.pop(getcurrent(), None)
            try:
                rollback(wrapper)
            finally:
                self.settle()

        return act

    # what each kind does in its own way

    @abstractmethod
    def perform(self, execute: Callable, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - as above
        """Execute a statement; where another's lock is in its way, the others go on meanwhile."""

    def settle(self) -> None:  # noqa: B027 - on SQLite nobody waits in the database
        """A lock may just have been given back: whoever waited for it goes on."""

    @abstractmethod
    def cut(self, wrapper: BaseDatabaseWrapper) -> None:
        """End a connection as the kernel does for a dead process."""


def table_of(sql: str) -> str:
    """The table that a statement writes to."""
    found = TABLE.match(sql)
    return found[1] if found else ""
