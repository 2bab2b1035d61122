"""One world: a seed, what it makes of a company and its people, and what those who watch say of it."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import NamedTuple

from integrations.jobs.gc_paused import collector_paused
from tests.world import company, sorts
from tests.world.actors import Stage
from tests.world.broker import Broker
from tests.world.by_itself import AUTOMATION
from tests.world.checks import Checks
from tests.world.database import Database
from tests.world.network import Line, clock_of
from tests.world.scheduler import Scheduler, Strand
from tests.world.seams import Machine, replaced, replacements

MakeDatabase = Callable[[Scheduler, int], Database]
PEOPLE = ("web", "the outside", AUTOMATION)  # where those are who end by themselves once the world is calm
PEACE = 4 * 3600.0  # seconds of the world after which a run that has not ended never will


def dice_of(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - it shall be the same each time


def sort_of(seed: int) -> sorts.Sort:
    """What its dice decide first."""
    return sorts.draw(dice_of(seed))


class World:
    def __init__(self, seed: int, make_database: MakeDatabase) -> None:
        self.seed, self.dice = seed, dice_of(seed)
        self.sort = sorts.draw(self.dice)
        self.story: list[str] = []
        self.failures: list[str] = []
        self.scheduler = Scheduler(self.dice, self.tell)
        self.machine = Machine(self.scheduler)
        self.broker = Broker(self.scheduler)
        self.tenant = company.make_tenant(clock_of(self.scheduler), self.dice, self.sort)
        self.line = Line(self.scheduler, self.tenant)
        self.database = make_database(self.scheduler, seed)

    def tell(self, who: str, what: str) -> None:
        line = f"{self.scheduler.now:9.3f}  {who}: {what}"
        self.story.append(line)
        self.scheduler.trace.update(line.encode())

    def fail(self, what: str) -> None:
        if what not in self.failures:
            self.failures.append(what)
            self.tell("WRONG", what)

    def crash(self, strand: Strand, error: BaseException) -> None:
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
        self.fail(f"{strand.name} of {strand.process.name} ended by {type(error).__name__}: {error} ({where})")

    def live(self) -> None:
        """From the first moment to the quiet end."""
        self.stage = stage = Stage(self)
        pairs = replacements(self)
        pairs += self.database.replacements()
        with ExitStack() as stack:
            stack.enter_context(collector_paused())
            stack.enter_context(replaced(pairs, self.dice, self.scheduler))
            stack.callback(self.database.close)
            stack.callback(self.scheduler.close)
            self.scheduler.on_death = self.database.drop
            self.scheduler.on_crash = self.crash
            stage.furnish()
            self.checks = Checks(self)
            with self.checks.watching() as checks:
                stage.open()
                self.scheduler.run(until=lambda: self.scheduler.now > stage.horizon, limit=stage.horizon + 1)
                stage.calm()
                if not self.scheduler.run(until=self.is_quiet, limit=PEACE):
                    self.fail("a run does not end")
                else:
                    checks.at_rest()
                    stage.settle(checks)

    def is_quiet(self) -> bool:
        """Nobody clicks any more, nobody is stopped, and nothing is unfinished."""
        processes = [strand.process for strand in self.scheduler.strands]
        now = self.scheduler.now
        if any(one.name in PEOPLE or one.frozen_until > now for one in processes):
            return False
        found = self.database.side.execute(
            "SELECT count(*) FROM integrations_syncjob WHERE status IN ('queued', 'running')"
        )
        return not found.fetchone()[0]


class Outcome(NamedTuple):
    """What became of a world. `digest` is of all that happened in it, `lasted` in seconds of its own clock."""

    seed: int
    failures: list[str]
    story: list[str]
    digest: str
    lasted: float


def run(seed: int, make_database: MakeDatabase) -> Outcome:
    """The world of this seed."""
    world = World(seed, make_database)
    world.live()
    scheduler = world.scheduler
    return Outcome(seed, world.failures, world.story, scheduler.trace.hexdigest(), scheduler.now)
