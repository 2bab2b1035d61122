"""The real engine with its processes as actors in one thread: each stops before each of its statements and transactions
until it is told to go on, may die there, or meet a database that is away. Clocks and messages are the world's.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import OperationalError, connection
from greenlet import GreenletExit, getcurrent, greenlet

from accounts.models import AuditEntry
from integrations import actions, kinds, supervisor, tasks
from integrations.jobs import ending, inline, lease, runner, workers
from integrations.jobs.lease import Heartbeat, Lease
from integrations.kaonavi.errors import CredentialsRefused, MustWait
from integrations.models import SyncJob, WorkerHeartbeat
from integrations.rules.plan import Outcome
from integrations.supervisor import Supervisor
from tests.world import engine_kinds
from tests.world.engine_checks import Doer, Truth, check

START = datetime(2026, 11, 30, 3, tzinfo=UTC)
NEWEST = 2  # of the two formats of jobs that processes know
DEEDS: dict[str, Callable[[], Exception] | None] = {  # what a step may meet where it would ask カオナビ
    "goes well": None,
    "crashes": lambda: ValueError("a bug"),
    "has lost its database": lambda: OperationalError("gone"),
    "is overtaken": runner.PlanOutdatedError,
    "must wait": lambda: MustWait(6, "remote"),
    "has old keys": CredentialsRefused,
}


class Actor:
    """One thing that a process does, from its first statement to its last."""

    def __init__(self, role: str, name: str, version: int, work: Callable[[], object]) -> None:
        self.role = role
        self.name = name
        self.version = version
        self.work = work
        self.greenlet = greenlet(self.run)
        self.greenlet.gr_context = copy_context()  # where a browser's event loop runs, connections belong to a context
        self.heart: Heartbeat | None = None
        self.deed = "goes well"
        self.trouble = ""
        self.watched_since = 0.0

    def run(self) -> None:
        with suppress(OperationalError):  # of a click an error page, of a step nothing: a supervisor will find it
            self.work()

    @property
    def doer(self) -> Doer:
        held = self.heart and self.heart.lease
        job, number = (held.job.pk, held.number) if held else (0, None)
        return Doer(self.role, self.name, job, number, self.watched_since)


class Process:
    """A worker: it takes a message at a time, looks after the run, and is of one version."""

    def __init__(self, name: str, version: int, clock: Callable[[], float]) -> None:
        self.name = name
        self.version = version
        self.supervisor = Supervisor(sends=True, clock=clock)
        self.actor: Actor | None = None


class World:
    """`open` it, let things happen, and `close` it. Every piece of work is judged by `engine_checks`."""

    def __init__(self) -> None:
        self.clock = 1000.0
        self.signed_at = self.clock
        self.sign: tuple[Any, ...] | None = None
        self.messages: list[tuple[int, int]] = []
        self.broker_is_away = False
        self.source = [Outcome.UNCHANGED, Outcome.SKIPPED]
        self.current: Actor | None = None
        self.waiting: list[Actor] = []  # clicks, looks and commands that have stopped midway
        self.started = 0
        self.is_sound = True  # nothing forbidden has happened yet
        self.patch = pytest.MonkeyPatch()

    def open(self) -> None:
        self.travel = time_machine.travel(START, tick=False)
        self.time = self.travel.start()
        SyncJob.objects.all().delete()
        WorkerHeartbeat.objects.all().delete()
        newest = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
        self.audited = newest or 0
        self.seen = Truth.look(self.audited)
        for kind in engine_kinds.KINDS:
            self.patch.setitem(kinds.KINDS, kind.code, kind)
        self.patch.setattr(engine_kinds, "decide", self.decide)
        self.patch.setattr(supervisor.connections, "close_all", lambda: None)  # all actors share the one that is open
        self.patch.setattr(Heartbeat, "__enter__", lambda heart: self.begin_to_beat(heart))  # noqa: PLW0108 - becomes a method
        self.patch.setattr(Heartbeat, "__exit__", lambda *_: None)
        self.patch.setattr(tasks.advance_job, "apply_async", self.post)
        self.patch.setattr(actions, "name_of", lambda _: self.current.name)
        self.patch.setattr(actions, "standing", lambda name: "alive" if name in self.living else "gone")
        self.patch.setattr(inline, "owner_name", lambda _: self.current.name)
        self.patch.setattr(inline, "worker_name", lambda: self.current.name)
        self.patch.setattr(inline, "ENDING_SIGNALS", ())
        self.patch.setattr(inline, "time", SimpleNamespace(sleep=lambda _: self.pause()))
        self.patch.setattr(inline, "advance", self.advance)
        self.patch.setattr(connection, "_commit", self.committing(connection._commit))
        self.wrapping = connection.execute_wrapper(self.stop_before)
        self.wrapping.__enter__()
        self.beat = Supervisor(sends=False, clock=lambda: self.clock)
        self.processes: list[Process | None] = [self.new_process(1), self.new_process(NEWEST)]

    def close(self) -> None:
        for actor in self.actors:
            self.kill(actor)
        self.wrapping.__exit__(None, None, None)
        self.patch.undo()
        self.travel.stop()

    # --- how work is taken in pieces ---------------------------------------------------------------------------------
    @property
    def actors(self) -> list[Actor]:
        """All that has begun and is not done."""
        held = (process.actor for process in self.processes if process is not None)
        return [actor for actor in (*held, *self.waiting) if actor is not None and not actor.greenlet.dead]

    @property
    def living(self) -> set[str]:
        return {process.name for process in self.processes if process is not None} | {a.name for a in self.waiting}

    def pause(self) -> None:
        getcurrent().parent.switch()

    def stop_before(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """Before each statement that stands alone, and before each transaction."""
        actor = self.current
        if actor is None or connection.in_atomic_block:
            return execute(sql, *rest)
        self.pause()
        trouble = actor.trouble
        if trouble == "before":
            actor.trouble = ""
            raise OperationalError("the database is away")
        result = execute(sql, *rest)
        if trouble and not sql.startswith("BEGIN"):
            actor.trouble = ""
            raise OperationalError("the answer was lost")
        return result

    def committing(self, commit: Callable[[], None]) -> Callable[[], None]:
        def lose_the_answer() -> None:
            commit()
            if self.current is not None and self.current.trouble:
                self.current.trouble = ""
                raise OperationalError("the answer was lost")

        return lose_the_answer

    def go_on(self, actor: Actor) -> None:
        """One piece more; then what it did is judged."""
        doer = actor.doer
        with as_version(actor.version):
            self.current = actor
            self.is_sound = False  # also where the work itself fails
            try:
                actor.greenlet.switch()
            finally:
                self.current = None
        if actor.greenlet.dead and actor in self.waiting:
            self.waiting.remove(actor)
        self.judge(doer)

    def finish(self, actor: Actor) -> None:
        while not actor.greenlet.dead:
            self.go_on(actor)

    def kill(self, actor: Actor) -> None:
        """The process is gone: it does nothing more, not even tidy up."""
        if actor in self.waiting:
            self.waiting.remove(actor)
        actor.greenlet.throw(GreenletExit)

    def judge(self, doer: Doer) -> None:
        now = Truth.look(self.audited)
        self.is_sound = False
        check(doer, self.seen, now, now=self.clock, rows=len(self.source), living=self.living)
        self.is_sound = True
        self.seen = now
        job = next((row for row in now.jobs.values() if row["status"] in SyncJob.UNFINISHED), None)
        sign = None if job is None else tuple(job[name] for name in ("id", "lease", "worker", "heartbeat_at"))
        if sign != self.sign:
            self.sign, self.signed_at = sign, self.clock

    # --- what the engine meets ---------------------------------------------------------------------------------------
    def decide(self, held: Lease) -> list[Outcome]:
        held.report("取得")
        actor = self.current
        self.pause()
        deed, actor.deed = DEEDS[actor.deed], "goes well"
        if deed is not None:
            raise deed()
        return list(self.source)

    def advance(self, *given: int, **who: Any) -> runner.Wake | None:
        try:
            return runner.advance(*given, **who)
        finally:
            if self.current is not None:
                self.current.heart = None

    def begin_to_beat(self, heart: Heartbeat) -> Heartbeat:
        self.current.heart = heart
        return heart

    def post(self, args: tuple[int, int], **_: object) -> None:
        if self.broker_is_away:
            raise ConnectionError("no broker")
        self.messages.append(args)

    # --- what happens ------------------------------------------------------------------------------------------------
    def begin(self, role: str, work: Callable[[], object], *, version: int = NEWEST, name: str = "") -> Actor:
        actor = Actor(role, name, version, work)
        self.waiting.append(actor)
        return actor

    def new_process(self, version: int) -> Process:
        self.started += 1
        process = Process(f"worker:{self.started}", version, lambda: self.clock)
        workers.announce(process.name)
        return process

    def deliver(self, message: tuple[int, int], process: Process) -> None:
        """The worker takes a message, of which nothing has happened yet."""
        job_id, number = message

        def work() -> None:
            name = process.name
            step = self.advance(job_id, number, worker=name, owner=name, task_id="a message")
            if step is not None:
                tasks.wake(job_id, step.lease_number, after=step.seconds)

        process.actor = Actor("worker", process.name, process.version, work)

    def run_here(self, kind: str) -> None:
        """A command that starts a run and takes its steps itself (`--inline`)."""
        name = f"command:{self.started}"
        self.started += 1

        def work() -> None:
            with suppress(actions.AlreadyRunning):
                job = actions.start_job(kind=kind, by=None, file=file_of(kind), inline=True)
                actor.role = "worker"
                inline.run_inline(job)

        actor = self.begin("person", work, name=name)

    def look(self, observer: Supervisor, version: int) -> Actor:
        actor = self.begin("observer", observer.look, version=version)
        actor.watched_since = self.signed_at
        return actor

    def pass_time(self, looks: int, *, hearts_beat: bool) -> None:
        """So many looks of every observer, with all that is between them."""
        for number in range(looks):
            self.clock += settings.JOB_LOOK_EVERY
            self.time.shift(settings.JOB_LOOK_EVERY)
            if hearts_beat and number % 3 == 0:
                self.show_life()
            for process in filter(None, self.processes):
                self.finish(self.look(process.supervisor, process.version))
            self.finish(self.look(self.beat, NEWEST))

    def show_life(self) -> None:
        for process in filter(None, self.processes):
            workers.announce(process.name)
        for actor in self.actors:
            if actor.heart is not None and not actor.heart.lease.is_lost:
                actor.heart.write(actor.heart.lease.progress)
                self.judge(actor.doer)

    def jump(self, hours: int) -> None:
        """The clock on the wall, not the one of observers."""
        self.time.shift(timedelta(hours=hours))

    def leave(self, process: Process) -> Actor:
        """SIGTERM: the pool is gone, the main process hands the step back."""
        if process.actor is not None:
            self.kill(process.actor)
        hand_back = partial(supervisor.hand_back, process.name)
        return self.begin("leaver", hand_back, version=process.version, name=process.name)


def file_of(kind: str) -> tuple[str, bytes] | None:
    return ("toys.csv", b"a file") if kinds.KINDS[kind].takes_file else None


@contextmanager
def as_version(version: int) -> Iterator[None]:
    """The format of jobs that whoever works now knows."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (lease, runner, ending, actions):
            patch.setattr(module, "FORMAT", version)
        yield
