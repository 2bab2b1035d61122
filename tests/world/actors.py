"""Who lives in a world: processes of the product, those who click, those who change カオナビ, and what befalls them."""

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connections

from integrations import actions, tasks
from integrations.jobs import ending, lease, runner, workers
from integrations.supervisor import Supervisor
from tests.world import attacker, clicks, company, outside
from tests.world.by_itself import AUTOMATION, ByItself
from tests.world.network import FATES
from tests.world.scheduler import Event, Process

VERSIONED = (lease, runner, ending, actions)


class Parking:
    """In place of the lock of one process's looks: an observer sleeps while no run is unfinished."""

    def __init__(self, event: Event) -> None:
        self.event = event

    def __enter__(self) -> None:
        self.event.wait()

    def __exit__(self, *_: object) -> None:
        pass


class Stage:
    def __init__(self, world) -> None:
        self.world, self.dice, self.scheduler = world, world.dice, world.scheduler
        self.numbers = iter(range(100, 100_000))
        self.busy = Event(self.scheduler)
        self.parking = Parking(self.busy)
        self.sort = sort = world.sort
        self.kinds = self.dice.choice(sort.plots)
        self.horizon = self.dice.choice(sort.horizons)
        self.clicks = self.dice.randint(*sort.clicks)
        self.is_calm = False
        self.trouble = self.dice.choice(sort.trouble)
        self.bad_luck = self.dice.choice(sort.bad_luck)
        self.luck_of_messages = self.dice.choice(
            ("lost", "doubled", "doubled", "late", "away", "")
        )  # what befalls most
        self.pause = self.dice.choice(sort.pauses)
        self.loss = Event(self.scheduler)  # of a worker that is gone or stopped, for those who do not wait
        self.has_two_versions = self.dice.random() < sort.two_versions
        self.newest = 1
        self.by_itself = ByItself(world, self)

    def furnish(self) -> None:
        settings.KAONAVI_CHUNK_RECORDS = self.dice.randint(*self.sort.records)
        company.settle_in(self.world.tenant, self.dice, self.sort)
        self.foreign = outside.furnish(self.world.tenant, self.dice, self.sort)
        self.by_itself.furnish()
        connections.close_all()

    def open(self) -> None:
        """Everybody begins."""
        dice, chances, scheduler = self.dice, self.scheduler.chances, self.scheduler
        if self.has_two_versions:
            scheduler.on_resume = self.take_version
        scheduler.on_killed = self.after_death
        scheduler.on_stopped = self.after_stop
        for number in range(dice.choice(self.sort.workers)):
            self.start_worker(number)
        self.start_beat()
        self.clickers = ("hanako", "taro")[: dice.randint(1, 2)]
        self.has_attacker = dice.random() < 0.1
        self.start_web()
        outside.spawn(self.world, self)
        self.by_itself.open()
        chances.switch = dice.choice((0.05, 0.2, 0.5))
        chances.death = dice.choice(self.sort.deaths)
        chances.freeze = dice.choice(self.sort.stops)
        chances.least = self.sort.least
        self.world.line.weather = self.weather
        self.world.broker.chance = self.luck
        self.world.database.trouble = self.stumble if dice.random() < 0.2 else lambda _: False

    # processes

    def process(self, name: str, parent: Process | None = None, *, is_mortal: bool = True) -> Process:
        process = Process(name, next(self.numbers), parent, is_mortal=is_mortal)
        process.format = self.newest
        return self.world.machine.born(process)

    def live(self, process: Process, name: str, function: Callable[[], None]) -> None:
        self.scheduler.spawn(name, process, function)

    def start_worker(self, number: int) -> None:
        main = self.process(f"worker{number}")
        if self.has_two_versions and not self.is_calm:
            main.format = self.dice.choice((1, 2))
        name = f"{lease.host()}:{main.number}"
        clock = SimpleNamespace(now=lambda: 1000.0 + self.scheduler.now)
        look = Supervisor(sends=True, clock=clock.now)
        self.live(main, f"observer{number}", partial(look.run, partial(workers.announce, name)))
        self.start_pool(main)

    def start_pool(self, main: Process) -> None:
        child = self.process(f"pool of {main.name}", main)
        child.format = main.format
        self.live(child, f"pool of {main.name}", partial(self.serve, child))

    def start_web(self) -> None:
        """Whoever clicked when it died clicks on; what is lost is the click."""
        self.web = self.process("web")
        if self.has_two_versions and not self.is_calm:
            self.web.format = self.dice.choice((1, 2))
        for name in self.clickers:
            self.live(self.web, name, partial(clicks.administrator, self.world, self, name))
        if self.has_attacker:
            self.live(self.web, "attacker", partial(attacker.attack, self.world, self))
        if self.by_itself.is_there:
            self.live(self.web, "webhook", self.by_itself.bring_events)

    def start_beat(self) -> None:
        beat = self.process("beat")
        look = Supervisor(sends=False, clock=lambda: 1000.0 + self.scheduler.now)
        self.live(beat, "observer of beat", look.run)

    def serve(self, child: Process) -> None:
        """What a pool process of Celery does."""
        task = tasks.advance_job
        while True:
            message = self.world.broker.take()
            child.message = message
            self.world.tell(child.name, f"takes message {message.args}")
            task.push_request(id=f"task-{message.number}", args=message.args)
            try:
                task.run(*message.args)
            except Exception as error:
                if not is_of_database(error):
                    raise
                self.world.tell(child.name, f"gives up: {type(error).__name__}")
            finally:
                task.pop_request()
            connections.close_all()
            child.message = None

    def after_death(self, process: Process) -> None:
        """Its message comes again, sometimes only much later; its keeper starts it anew."""
        message = getattr(process, "message", None)
        if message is not None:
            self.world.broker.put(message.args, self.dice.choice((0.1, 0.1, 3600.0)))
        pause = self.dice.choice((1.0, 10.0, 70.0))
        if process.parent is not None:
            self.after_stop(process)
            if process.parent.is_alive:
                self.scheduler.at(pause, partial(self.start_pool, process.parent))
        elif process.name.startswith("worker"):
            self.scheduler.at(pause, partial(self.start_worker, int(process.name[6:])))
        elif process.name == "beat":
            self.scheduler.at(pause, self.start_beat)
        elif process.name == "web":
            self.scheduler.at(pause, self.start_web)

    def after_stop(self, process: Process) -> None:
        """Nobody can tell it from a death before it goes on."""
        if process.parent is not None and self.sort.restarts:
            self.loss.set()

    def take_version(self, process: Process) -> None:
        for module in VERSIONED:
            module.FORMAT = process.format

    # what befalls them

    def weather(self, method: str) -> str:
        is_frail = self.trouble and method in self.sort.frail
        return self.dice.choice(FATES) if is_frail and self.dice.random() < self.trouble else ""

    def luck(self) -> str:
        if self.dice.random() < self.bad_luck:
            return self.luck_of_messages or self.dice.choice(("lost", "doubled", "late", "away"))
        return ""

    def stumble(self, sql: str) -> bool:
        del sql
        return self.dice.random() < 0.002

    def calm(self) -> None:
        """From now on nothing goes wrong, and everybody is there: whatever is unfinished must end."""
        world, scheduler = self.world, self.scheduler
        self.is_calm = True
        scheduler.chances.death = scheduler.chances.freeze = 0.0
        scheduler.chances.switch = 0.02
        self.trouble = self.bad_luck = 0.0
        world.database.trouble = lambda _: False
        world.database.slowness = 0.0
        world.tenant.state.faults.clear()
        world.tenant.knobs.task_delay = 0.0
        settings.KAONAVI_CHUNK_RECORDS = 1000
        world.tell("world", "is calm from now on")
        if not self.web.is_alive:
            self.start_web()
        if self.by_itself.is_there:
            self.live(self.process(AUTOMATION, is_mortal=False), "looks at last", self.by_itself.look_at_last)
        processes = {id(s.process): s.process for s in scheduler.strands}.values()
        if self.has_two_versions:
            self.newest = self.web.format = 2
            for process in processes:
                if process.name.startswith("worker"):
                    scheduler.kill(process)

    def settle(self, checks) -> None:
        """Each kind once, so that both sides are as they should be; perhaps one once more, which changes nothing."""
        world = self.world
        if not world.database.side.execute("SELECT count(*) FROM integrations_kaonaviconnection").fetchone()[0]:
            return
        runs = [(kind, False) for kind in self.kinds]
        if self.dice.random() < self.sort.again:
            runs.append((self.dice.choice(self.kinds), True))
        for kind, is_second in runs:
            checks.begin_quiet()
            self.live(self.web, f"quiet {kind}", partial(self.quietly, kind))
            if not self.scheduler.run(until=checks.has_ended, limit=4 * 3600.0):
                world.fail(f"the quiet run of {kind} does not end")
                return
            checks.end_quiet(kind, is_second=is_second)

    def quietly(self, kind: str) -> None:
        by = User.objects.get(username="hanako")
        actions.start_job(kind=kind, by=by, approve=True)
        connections.close_all()


def is_of_database(error: Exception) -> bool:
    return ending.is_of_database(error)
