"""Where the product touches the machine: its clock, threads, process numbers, random numbers, queue and line, replaced
for the time of one world.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from functools import partial
from types import SimpleNamespace
from typing import Any

from django.db.backends.base import base as django_connection
from django.utils import timezone

from integrations import actions, supervisor, tasks
from integrations.automation import deliveries
from integrations.connection import session
from integrations.jobs import ending, inline, lease, owner, permit, runner
from integrations.kaonavi.client import KaonaviClient
from tests.world import compiled
from tests.world.database import Replacement
from tests.world.scheduler import EPOCH, Event, Process, Scheduler, Thread

HOST = "machine"


class Machine:
    """`os` and `socket`, as far as the product asks them who is there."""

    def __init__(self, scheduler: Scheduler) -> None:
        self.scheduler = scheduler
        self.living: dict[int, Process] = {}

    def born(self, process: Process) -> Process:
        self.living[process.number] = process
        return process

    def getpid(self) -> int:
        return self.scheduler.current.process.number

    def getppid(self) -> int:
        return self.scheduler.current.process.parent_number

    def kill(self, number: int, signal: int) -> None:
        del signal
        if not self.is_alive(number):
            raise ProcessLookupError

    def is_alive(self, number: int) -> bool:
        return number in self.living and self.living[number].is_alive

    def started(self, number: int) -> str | None:
        return f"{number}" if self.is_alive(number) else None


class Clock:
    """`time` and `datetime`: those who live in the world have its time, everybody else the real one."""

    def __init__(self, scheduler: Scheduler) -> None:
        self.scheduler = scheduler

    def time(self) -> float:
        return EPOCH + self.scheduler.now

    def monotonic(self) -> float:
        return 1000.0 + self.scheduler.now

    def clock_gettime(self, clock: int) -> float:
        return self.time() if clock == time.CLOCK_REALTIME else self.monotonic()

    def now(self, tz: tzinfo | None = None) -> datetime:
        return datetime.fromtimestamp(self.time(), tz)

    def sleep(self, seconds: float) -> None:
        if self.scheduler.current is not None:
            self.scheduler.rest(seconds)


class Dates(type):
    """Of a stand-in for `datetime`: all dates with times are its own."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)


def replacements(world: Any) -> list[Replacement]:
    """Object, name, and what stands there while the world lasts."""
    scheduler, machine, dice = world.scheduler, world.machine, world.dice
    clock = Clock(scheduler)
    threads = SimpleNamespace(Event=partial(Event, scheduler), Thread=partial(Thread, scheduler))
    formats = [(module, "FORMAT", module.FORMAT) for module in (lease, runner, ending, actions)]
    return [
        (time, "time", clock.time),
        (time, "monotonic", clock.monotonic),
        (time, "clock_gettime", clock.clock_gettime),
        (time, "sleep", clock.sleep),
        (timezone, "datetime", Dates("datetime", (), {"now": staticmethod(clock.now)})),
        (os, "urandom", dice.randbytes),
        (random, "_urandom", dice.randbytes),
        (lease, "threading", threads),
        (lease, "os", machine),
        (tasks, "os", machine),
        (actions, "os", machine),
        (inline, "os", machine),
        (owner, "os", machine),
        (owner, "host", lambda: HOST),
        (lease, "host", lambda: HOST),
        (owner, "machine", lambda: "boot"),
        (owner, "started", machine.started),
        (supervisor, "looking", world.stage.parking),
        (tasks.advance_job, "apply_async", world.broker.send),
        (deliveries, "deliver", world.stage.by_itself.deliver),
        (session, "open_session", world.line.open_session),
        (django_connection, "_thread", SimpleNamespace(get_ident=lambda: 1)),  # savepoints are named after it
        (permit, "CLOCKS", [time.CLOCK_MONOTONIC, time.CLOCK_REALTIME]),
        (runner, "run_step", noting_the_step(scheduler, runner.run_step)),
        *formats,
        *compiled.REPLACEMENTS,
    ]


def noting_the_step(scheduler: Scheduler, run_step: Callable) -> Callable:
    """Which job a process works on, and under which lease, for those who watch."""

    def run(taken: lease.Lease, connect: Any) -> Any:
        process = scheduler.current.process
        process.step = (taken.job.pk, taken.number)
        try:
            return run_step(taken, connect)
        finally:
            process.step = None

    return run


@contextmanager
def replaced(pairs: list[Replacement], dice: random.Random, scheduler: Scheduler) -> Iterator[None]:
    before = [(thing, name, getattr(thing, name)) for thing, name, _ in pairs]
    defaults: dict[str, Any] = KaonaviClient.__init__.__kwdefaults__ or {}
    kept = dict(defaults)
    defaults.update(sleep=scheduler.rest, jitter=dice.random)
    for thing, name, value in pairs:
        setattr(thing, name, value)
    try:
        yield
    finally:
        for thing, name, value in reversed(before):
            setattr(thing, name, value)
        defaults.update(kept)
