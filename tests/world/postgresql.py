"""Worlds on PostgreSQL: each has a database of its own, copied from a migrated one, on a server of ours.

The server is many processes, and still the seed decides: never do two of them work at once. A statement that waits for
another's lock is seen in `pg_locks`, and its server process is stopped (SIGSTOP) while the others go on. After each
statement the server is asked whose lock has been granted; of those the dice let one after the other go on, to its end
or to its next lock. Whoever closes a circle is the one in whom the server finds the deadlock.

A statement goes on where its client has died, as with a real server; what it was part of is rolled back after it, and a
statement that stood alone is committed. The one timeout that the product asks for runs on the world's clock.
"""

import os
import re
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import DatabaseWrapper
from greenlet import GreenletExit
from psycopg.pq import TransactionStatus
from psycopg.types.string import TextLoader

from tests.processes.postgresql import postgresql_server
from tests.world import company
from tests.world.database import Database, Replacement
from tests.world.scheduler import Event, Scheduler, Strand

SETTINGS = (
    # nothing of its own accord, and nothing by the clock, but the look for a circle once somebody is in one
    "autovacuum=off",
    "checkpoint_timeout=1d",
    "deadlock_timeout=200ms",
    "io_method=sync",
    "jit=off",
    "max_parallel_workers_per_gather=0",
    "max_wal_senders=0",
    "synchronize_seqscans=off",
    "wal_level=minimal",
)
IS_SHARED = False  # when a server clears away old rows depends on all that is done there
STALLING = re.compile(r"SET LOCAL idle_in_transaction_session_timeout = '(\d+)s'")
JOBS = {"integrations_syncjob"}
UNHEARD = 7200.0  # seconds until the server's own machine asks whether its client is there, unless told otherwise
SOON = 1  # ms until it is asked why there is no answer
AS_TEXT = ("uuid", "date", "timestamptz")  # those who watch read them as SQLite has them
CIRCLE = """WITH RECURSIVE before (pid) AS (SELECT unnest(pg_blocking_pids(%(pid)s))
    UNION SELECT unnest(pg_blocking_pids(pid)) FROM before) SELECT 1 FROM before WHERE pid = %(pid)s"""
wait_usually: Callable = psycopg.Connection.wait


@contextmanager
def ground(folder: Path) -> Iterator[Callable[[Scheduler, int], Database]]:
    """Makes the databases of worlds, on a server that lasts as long: each is asked for with the world's seed."""
    del folder
    with postgresql_server(*SETTINGS) as url:
        host = parse_qs(urlsplit(url).query)["host"][0]
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("CREATE DATABASE template")
            default = connections.settings["default"]
            default.update(HOST=host, NAME="template")
            default["OPTIONS"]["connect_timeout"] = 600
            connections.close_all()
            del connections["default"]
            company.furnish_template()
            connections.close_all()
            del connections["default"]
            yield lambda scheduler, seed: PostgreSQL(scheduler, server, f"world{seed}")


class Side:
    """The connection of those who watch, who ask as they ask SQLite."""

    def __init__(self, raw: psycopg.Connection) -> None:
        self.raw = raw
        for name in AS_TEXT:
            raw.adapters.register_loader(name, TextLoader)

    def execute(self, sql: str, values: Any = ()) -> psycopg.Cursor:
        return self.raw.execute(sql.replace("?", "%s"), values)


class Statement:
    """What is asked of the server in one go. `steps` is psycopg's way through it."""

    def __init__(self, scheduler: Scheduler, raw: psycopg.Connection, steps: Any) -> None:
        self.raw, self.steps, self.pid = raw, steps, raw.pgconn.backend_pid
        self.strand: Strand | None = scheduler.current
        self.has_ended = Event(scheduler)
        self.wants: Any = None  # to read or to write
        self.value: Any = None
        self.error: Exception | None = None

    @property
    def name(self) -> str:
        return self.strand.name if self.strand else "nobody"


class PostgreSQL(Database):
    kind = DatabaseWrapper
    writes_alone = False

    def __init__(self, scheduler: Scheduler, server: psycopg.Connection, name: str) -> None:
        super().__init__(scheduler)
        self.server, self.name = server, name
        self.unheard: list[psycopg.Connection] = []  # whose clients have vanished without a word
        self.blocked: list[Statement] = []
        self.waiting: dict[psycopg.Connection, Statement] = {}  # until whoever waits goes on
        self.patience: dict[psycopg.Connection, float] = {}  # seconds that its transaction may stand still
        self.stood: dict[psycopg.Connection, int] = {}
        self.moments = count()
        self.slowness = scheduler.dice.choice((0.0, 0.02, 0.2))
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE template')
        default = connections.settings["default"]
        default["NAME"] = name
        self.side = Side(psycopg.connect(host=default["HOST"], user=default["USER"], dbname=name, autocommit=True))

    def replacements(self) -> list[Replacement]:
        return [
            *super().replacements(),
            (psycopg.Connection, "wait", self.wait_of()),
        ]

    def close(self) -> None:
        super().close()
        for statement in list(self.blocked):
            self.let_go(statement)
        for raw in (*self.idle, *self.unheard):
            raw.close()
        self.side.raw.close()
        self.server.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')

    # statements

    def perform(self, execute: Callable, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - Django's signature
        if context["connection"].in_atomic_block and self.scheduler.dice.random() < self.slowness:
            self.scheduler.rest(3.0 * self.scheduler.dice.random())  # holding its locks
        stalling = STALLING.match(sql)
        if stalling is None:
            return execute(sql, params, many, context)
        result = execute(sql.replace(stalling[1], "0"), params, many, context)
        raw = context["connection"].connection
        self.patience[raw] = float(stalling[1])
        self.note_standing(raw)
        return result

    def wait_of(self) -> Callable[..., Any]:
        def wait(raw: psycopg.Connection, steps: Any, *how: Any, **more: Any) -> Any:
            if self.scheduler.current is None or raw in (self.side.raw, self.server):
                return wait_usually(raw, steps, *how, **more)
            statement = Statement(self.scheduler, raw, steps)
            if not self.drive(statement):
                self.await_lock(statement)
            self.note_standing(raw)
            if statement.error is not None:
                raise statement.error
            return statement.value

        return wait

    def await_lock(self, statement: Statement) -> None:
        self.blocked.append(statement)
        self.waiting[statement.raw] = statement
        try:
            statement.has_ended.wait()
        except GreenletExit:
            self.let_go(statement)
            raise
        del self.waiting[statement.raw]

    def drive(self, statement: Statement) -> bool:
        """Go on with it until it has ended; False where it comes to another's lock before."""
        try:
            if statement.wants is None:
                statement.wants = next(statement.steps)
            while True:
                if ready := readiness(statement.raw.pgconn.socket, statement.wants):
                    statement.wants = statement.steps.send(ready)
                elif self.is_blocked(statement.pid):
                    os.kill(statement.pid, signal.SIGSTOP)
                    self.note(statement, "waits for a lock")
                    return False
        except StopIteration as end:
            statement.value = end.value
        except psycopg.Error as error:
            statement.error = error
            self.note(statement, f"is told {error.sqlstate}")
            if isinstance(error, psycopg.errors.DeadlockDetected):
                others = ", ".join(each.name for each in self.blocked)
                self.in_deadlock(f"{statement.name} is in a deadlock {error.diag.context}; {others} waited")
        return True

    def note(self, statement: Statement, what: str) -> None:
        self.scheduler.trace.update(f"{self.scheduler.now:.6f} {statement.name} {what}\n".encode())

    def is_blocked(self, pid: int) -> bool:
        """Whether it waits for another's lock, and will do so until that is given back."""
        if not self.is_waiting(pid) or self.side.execute(CIRCLE, {"pid": pid}).fetchone():
            return False
        return self.is_waiting(pid)  # else the server has just told it of its deadlock

    def is_waiting(self, pid: int) -> bool:
        found = self.side.execute("SELECT 1 FROM pg_locks WHERE pid = ? AND NOT granted", [pid])
        return found.fetchone() is not None

    def settle(self) -> None:
        while self.blocked and not self.scheduler.is_over:
            waiting = {pid for (pid,) in self.side.execute("SELECT pid FROM pg_locks WHERE NOT granted")}
            free = [statement for statement in self.blocked if statement.pid not in waiting]
            if not free:
                return
            statement = free[0] if len(free) == 1 else self.scheduler.dice.choice(free)
            self.blocked.remove(statement)
            os.kill(statement.pid, signal.SIGCONT)
            if self.drive(statement):
                self.end(statement)
            else:
                self.blocked.append(statement)

    def end(self, statement: Statement) -> None:
        if statement.raw.pgconn.transaction_status == TransactionStatus.IDLE:
            scheduler, strand = self.scheduler, self.scheduler.current
            scheduler.current = statement.strand  # it was this one who wrote
            try:
                self.after_write(JOBS)
            finally:
                scheduler.current = strand
        if statement.strand and statement.strand.process.is_alive:
            statement.has_ended.set()
        else:
            bury(statement.raw)

    def let_go(self, statement: Statement) -> None:
        """The world is over."""
        if statement in self.blocked:
            self.blocked.remove(statement)
            os.kill(statement.pid, signal.SIGCONT)
        statement.raw.pgconn.finish()

    # transactions that stand still

    def note_standing(self, raw: psycopg.Connection) -> None:
        seconds = self.patience.get(raw)
        if seconds is None:
            return
        if raw.pgconn.transaction_status != TransactionStatus.INTRANS:
            del self.patience[raw]
            return
        moment = self.stood[raw] = next(self.moments)
        self.scheduler.at(seconds, partial(self.lose_patience, raw, moment))

    def lose_patience(self, raw: psycopg.Connection, moment: int) -> None:
        """The server ends a session whose transaction has stood still since that moment."""
        if raw not in self.patience or self.stood[raw] != moment or raw.closed or raw in self.waiting:
            return
        pid = raw.pgconn.backend_pid
        self.scheduler.tell("the database", "ends a transaction that has stood still")
        raw.pgconn.exec_(b"SET LOCAL idle_in_transaction_session_timeout = 1")
        while is_alive(pid):
            select.select([], [], [], 0.001)
        self.settle()

    # connections

    def closing(self) -> Callable[[BaseDatabaseWrapper], None]:
        def act(wrapper: BaseDatabaseWrapper) -> None:
            raw = wrapper.connection
            try:
                raw.rollback()
                raw.autocommit = True
                raw.execute("CLOSE ALL")
            except psycopg.Error:  # the server has ended it
                raw.close()
            else:
                self.idle.append(raw)
            self.settle()

        return act

    def cut(self, wrapper: BaseDatabaseWrapper) -> None:
        raw, wrapper.connection = wrapper.connection, None
        if raw is None or self.waiting.get(raw) in self.blocked:
            return
        scheduler = self.scheduler
        is_open = not raw.closed and raw.pgconn.transaction_status == TransactionStatus.INTRANS
        if is_open and not scheduler.is_over and scheduler.dice.random() < 0.5:
            scheduler.tell("the database", "does not hear that its client is dead")
            self.unheard.append(raw)
            scheduler.at(UNHEARD, partial(self.hear, raw))
        else:
            bury(raw)

    def hear(self, raw: psycopg.Connection) -> None:
        bury(raw)
        self.settle()


def bury(raw: psycopg.Connection) -> None:
    """End what its client had begun. Not through psycopg, whose lock the dead client may hold."""
    if not raw.closed and raw.pgconn.transaction_status != TransactionStatus.IDLE:
        raw.pgconn.exec_(b"ROLLBACK")
    raw.pgconn.finish()


def readiness(socket: int, wants: int) -> int:
    """Which of reading (1) and writing (2) can be done now, or in a moment."""
    poll = select.poll()
    poll.register(socket, (select.POLLIN if wants & 1 else 0) | (select.POLLOUT if wants & 2 else 0))
    ready = 0
    for _, event in poll.poll(SOON):
        if event & (select.POLLHUP | select.POLLERR):
            return wants
        ready |= (1 if event & select.POLLIN else 0) | (2 if event & select.POLLOUT else 0)
    return ready


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
