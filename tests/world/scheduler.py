"""One thread, one clock, one dice: every thread of every simulated process is a greenlet; the seed decides who goes on.

A `Strand` is such a thread, a `Process` what is killed or stopped as a whole. Whatever may wait calls `point`, `rest`
or `Event.wait`; there the scheduler lets somebody else go on, stops a process for a while, or kills it. A killed
process is never resumed, so no `except` and no `finally` of the product runs in it, as after SIGKILL.
"""

import heapq
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from itertools import count
from random import Random

from greenlet import GreenletExit, getcurrent, greenlet

EPOCH = 1_793_577_600.0  # 2026-11-02 00:00 UTC, when every world begins
NEVER = float("inf")


class Process:
    """What dies at once. `number` is its process number; a `child` knows its `parent`'s."""

    def __init__(self, name: str, number: int, parent: "Process | None" = None, *, is_mortal: bool = True) -> None:
        self.name, self.number, self.parent, self.is_mortal = name, number, parent, is_mortal
        self.is_alive, self.frozen_until = True, 0.0
        self.step: tuple[int, int] | None = None  # the job and the lease that it works under
        self.format = 1

    @property
    def parent_number(self) -> int:
        return self.parent.number if self.parent else 1


class Strand:
    """One thread of a process."""

    def __init__(self, name: str, process: Process, run: greenlet) -> None:
        self.name, self.process, self.run = name, process, run
        self.wake_at = 0.0
        self.has_ended = False


class Event:
    """`threading.Event`, as far as the product uses it."""

    def __init__(self, scheduler: "Scheduler") -> None:
        self.scheduler, self.flag = scheduler, False
        self.waiting: list[Strand] = []

    def set(self) -> None:
        self.flag = True
        for strand in self.waiting:
            strand.wake_at = self.scheduler.now
        self.waiting.clear()

    def clear(self) -> None:
        self.flag = False

    def wait(self, timeout: float | None = None) -> bool:
        strand = self.scheduler.current
        if not self.flag and strand is not None:
            self.waiting.append(strand)
            self.scheduler.rest(NEVER if timeout is None else timeout)
            if strand in self.waiting:
                self.waiting.remove(strand)
        return self.flag


class Thread:
    """`threading.Thread`, as far as the product uses it."""

    def __init__(self, scheduler: "Scheduler", target: Callable, *, name: str, args: tuple = (), **_: bool) -> None:
        self.scheduler, self.target, self.args, self.name = scheduler, target, args, name
        self.ended = Event(scheduler)

    def start(self) -> None:
        def run() -> None:
            self.target(*self.args)
            self.ended.set()

        self.scheduler.spawn(self.name, self.scheduler.current.process, run)

    def join(self, timeout: float | None = None) -> None:
        self.ended.wait(timeout)


class Chances:
    """How likely each thing is at one point, and by how much the clock moves there (seconds, at most)."""

    def __init__(self) -> None:
        self.switch = 0.0
        self.death = 0.0
        self.freeze = 0.0
        self.least = 0.0  # weight of a point at which somebody dies or is stopped
        self.tick = 0.002


class Scheduler:
    def __init__(self, dice: Random, tell: Callable[[str, str], None]) -> None:
        self.dice, self.tell, self.chances = dice, tell, Chances()
        self.now, self.points = 0.0, 0
        self.hub = getcurrent()
        self.current: Strand | None = None
        self.strands: list[Strand] = []
        self.timers: list[tuple[float, int, Callable[[], None]]] = []
        self.order = count()
        self.is_over = False
        self.trace = blake2b(digest_size=16)
        self.abandoned: list[greenlet] = []
        self.on_death: Callable[[Strand], None] = lambda _: None
        self.on_killed: Callable[[Process], None] = lambda _: None
        self.on_stopped: Callable[[Process], None] = lambda _: None
        self.on_crash: Callable[[Strand, BaseException], None] = lambda *_: None
        self.on_resume: Callable[[Process], None] = lambda _: None

    # what a strand calls

    def point(self, what: str, *, weight: float = 1.0) -> None:
        """A moment at which anything may happen; the more likely death or a stop, the longer it lasts (`weight`).

        Raises GreenletExit once the world is over.
        """
        strand = self.current
        if self.is_over:
            raise GreenletExit
        if strand is None:
            return
        self.points += 1
        chances, dice = self.chances, self.dice
        death, freeze = weight * chances.death, weight * chances.freeze
        self.now += chances.tick * dice.random()
        self.trace.update(f"{self.now:.6f} {strand.name} {what}\n".encode())
        drawn = dice.random()
        if strand.process.is_mortal and weight >= chances.least:
            if drawn < death:
                self.kill(strand.process, what)
                self.leave()
            drawn -= death
            if drawn < freeze:
                self.freeze(strand.process, what)
                self.leave()
            drawn -= freeze
        if drawn < chances.switch:
            strand.wake_at = self.now
            self.leave()

    def rest(self, seconds: float) -> None:
        """Let the others go on for so long."""
        if self.is_over:
            raise GreenletExit
        self.current.wake_at = self.now + seconds
        self.leave()

    def leave(self) -> None:
        """Back to the hub. Comes back when it is this strand's turn; never where its process is dead."""
        self.hub.switch()
        if self.is_over:
            raise GreenletExit

    # what befalls processes

    def kill(self, process: Process, what: str = "") -> None:
        """As SIGKILL: with all of its threads and children."""
        if not process.is_alive:
            return
        self.tell(process.name, f"dies at {what}" if what else "dies")
        for each in self.family(process):
            each.is_alive = False
            for strand in [strand for strand in self.strands if strand.process is each]:
                self.strands.remove(strand)
                self.abandoned.append(strand.run)
                self.on_death(strand)
            self.on_killed(each)

    def family(self, process: Process) -> list[Process]:
        children = {id(s.process): s.process for s in self.strands if s.process.parent is process}
        return [process, *children.values()]

    def freeze(self, process: Process, what: str) -> None:
        """As SIGSTOP, and SIGCONT later."""
        seconds = self.dice.choice((3.0, 20.0, 50.0, 100.0)) * (0.5 + self.dice.random())
        self.tell(process.name, f"is stopped for {seconds:.0f} s at {what}")
        process.frozen_until = self.now + seconds
        self.on_stopped(process)

    # the hub

    def spawn(self, name: str, process: Process, function: Callable[[], None]) -> Strand:
        def live() -> None:
            try:
                function()
            except GreenletExit:
                pass
            except Exception as error:  # noqa: BLE001 - whatever it is, the world tells of it
                if not self.is_over:
                    self.on_crash(strand, error)
            strand.has_ended = True

        strand = Strand(name, process, greenlet(live, self.hub))
        strand.wake_at = self.now
        self.strands.append(strand)
        return strand

    def at(self, seconds: float, what: Callable[[], None]) -> None:
        """Do it so many seconds from now, whoever lives then."""
        heapq.heappush(self.timers, (self.now + seconds, next(self.order), what))

    def run(self, *, until: Callable[[], bool], limit: float) -> bool:
        """Let everybody live until that is so; False where it is not so after `limit` seconds of the world."""
        end = self.now + limit
        while not until():
            if self.now > end:
                return False
            while self.timers and self.timers[0][0] <= self.now:
                heapq.heappop(self.timers)[2]()
            ready = [s for s in self.strands if s.wake_at <= self.now and s.process.frozen_until <= self.now]
            if not ready:
                moments = [max(s.wake_at, s.process.frozen_until) for s in self.strands]
                if self.timers:
                    moments.append(self.timers[0][0])
                following = min(moments, default=NEVER)
                if following == NEVER:
                    return until()
                self.now = max(self.now, following)
                continue
            self.resume(ready[0] if len(ready) == 1 else self.dice.choice(ready))
        return True

    def resume(self, strand: Strand) -> None:
        self.current = strand
        self.on_resume(strand.process)
        strand.run.switch()
        self.current = None
        if strand.has_ended and strand in self.strands:
            self.strands.remove(strand)

    def close(self) -> None:
        """The end of the world: what still waits is thrown out of its greenlet, and can do nothing on its way."""
        self.is_over, self.current = True, None
        for run in [*(strand.run for strand in self.strands), *self.abandoned]:
            if run:
                with suppress(BaseException):  # its connections are closed already, so anything may come
                    run.throw(GreenletExit)
        self.strands.clear()
        self.abandoned.clear()
