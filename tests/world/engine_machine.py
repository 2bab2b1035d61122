"""What can happen to the engine, in small pieces that hypothesis puts into any order."""

from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from integrations import actions
from integrations.jobs.dropping import drop_forgotten
from integrations.models import SourceFile, SyncJob
from integrations.rules.plan import Outcome
from tests.world.engine_kinds import IMPORT, KINDS
from tests.world.engine_world import DEEDS, NEWEST, Actor, World, file_of

MOST_LOOKS = 80  # a run that is left alone ends within so many: four minutes
kinds = st.sampled_from([kind.code for kind in KINDS])
versions = st.sampled_from([NEWEST, 1])
places = st.integers(0, 2)  # among those who work, or wait; counted around
halves = st.booleans()


class EngineMachine(RuleBasedStateMachine):
    """Rules are what people, processes, clocks and the queue do. After each piece of work all is judged."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @initialize()
    def open(self) -> None:
        self.world.open()

    def teardown(self) -> None:
        try:
            if self.world.is_sound:
                self.end_in_peace()
        finally:
            self.world.close()

    # --- people ------------------------------------------------------------------------------------------------------
    @rule(kind=kinds, dry_run=st.booleans(), version=versions, halfway=halves)
    def start(self, *, kind: str, dry_run: bool, version: int, halfway: bool) -> None:
        def work() -> None:
            with suppress(actions.AlreadyRunning):
                actions.start_job(kind=kind, by=None, dry_run=dry_run, file=file_of(kind))

        self.do(self.world.begin("person", work, version=version), halfway=halfway)

    @precondition(lambda self: self.world.seen.jobs)
    @rule(age=st.integers(0, 1), halfway=halves)
    def cancel(self, *, age: int, halfway: bool) -> None:
        job = self.job(age)

        def work() -> None:
            try:
                actions.cancel_job(job, by=None)
            except actions.TooLate:
                assert SyncJob.objects.get(pk=job.pk).status in SyncJob.ENDS, (
                    "any run that has not ended can be stopped"
                )

        self.do(self.world.begin("canceller", work), halfway=halfway)

    @precondition(lambda self: any(row["status"] == "held" for row in self.world.seen.jobs.values()))
    @rule(age=st.integers(0, 1), version=versions, halfway=halves)
    def approve(self, *, age: int, version: int, halfway: bool) -> None:
        job = self.job(age)

        def work() -> None:
            with suppress(actions.AlreadyRunning, actions.TooLate):
                actions.approve_job(job, by=None)

        self.do(self.world.begin("person", work, version=version), halfway=halfway)

    @rule(kind=kinds)
    def run_by_command(self, kind: str) -> None:
        self.world.run_here(kind)

    @rule()
    def the_source_changes(self) -> None:
        self.world.source.append(Outcome.FAILED)

    # --- processes ---------------------------------------------------------------------------------------------------
    @precondition(lambda self: self.world.messages)
    @rule(message=places, process=st.integers(0, 1), twice=st.booleans())
    def deliver(self, *, message: int, process: int, twice: bool) -> None:
        worker = self.world.processes[process]
        if worker is None or (worker.actor is not None and not worker.actor.greenlet.dead):
            return
        place = message % len(self.world.messages)
        carried = self.world.messages[place]
        if not twice:
            del self.world.messages[place]
        self.world.deliver(carried, worker)

    @precondition(lambda self: self.world.actors)
    @rule(who=places, pieces=st.sampled_from([1, 2, 4]), deed=st.sampled_from(list(DEEDS)))
    def go_on(self, who: int, pieces: int, deed: str) -> None:
        actor = self.actor(who)
        actor.deed = deed
        for _ in range(pieces):
            if not actor.greenlet.dead:
                self.world.go_on(actor)

    @precondition(lambda self: self.world.actors)
    @rule(who=places, deed=st.sampled_from(list(DEEDS)))
    def finish(self, who: int, deed: str) -> None:
        actor = self.actor(who)
        actor.deed = deed
        self.world.finish(actor)

    @precondition(lambda self: self.world.actors)
    @rule(who=places, trouble=st.sampled_from(["before", "after"]))
    def lose_the_database(self, who: int, trouble: str) -> None:
        actor = self.actor(who)
        actor.trouble = trouble
        self.world.go_on(actor)

    @rule(process=st.integers(0, 1))
    def kill(self, process: int) -> None:
        worker = self.world.processes[process]
        if worker is not None and worker.actor is not None:
            self.world.kill(worker.actor)
        self.world.processes[process] = None

    @precondition(lambda self: self.world.waiting)
    @rule(who=places)
    def kill_whoever_waits(self, who: int) -> None:
        self.world.kill(self.world.waiting[who % len(self.world.waiting)])

    @rule(process=st.integers(0, 1), halfway=halves)
    def stop(self, *, process: int, halfway: bool) -> None:
        worker = self.world.processes[process]
        if worker is not None:
            self.world.processes[process] = None
            self.do(self.world.leave(worker), halfway=halfway)

    @rule(process=st.integers(0, 1), version=versions)
    def start_process(self, process: int, version: int) -> None:
        if self.world.processes[process] is None:
            self.world.processes[process] = self.world.new_process(version)

    @rule(process=st.integers(0, 1))
    def look(self, process: int) -> None:
        worker = self.world.processes[process]
        if worker is not None:
            self.world.look(worker.supervisor, worker.version)

    # --- clocks and the queue ----------------------------------------------------------------------------------------
    @rule(looks=st.sampled_from([1, 5, 16]), hearts_beat=st.booleans())
    def pass_time(self, *, looks: int, hearts_beat: bool) -> None:
        self.world.pass_time(looks, hearts_beat=hearts_beat)

    @rule(hours=st.sampled_from([2, -2, 24 * 31]))
    def clocks_jump(self, hours: int) -> None:
        self.world.jump(hours)

    @rule()
    def night_falls(self) -> None:
        self.do(self.world.begin("night", drop_forgotten), halfway=False)

    @precondition(lambda self: self.world.messages)
    @rule(message=places)
    def lose_a_message(self, message: int) -> None:
        del self.world.messages[message % len(self.world.messages)]

    @rule(is_away=st.booleans())
    def broker(self, *, is_away: bool) -> None:
        self.world.broker_is_away = is_away

    # ---
    def job(self, age: int) -> SyncJob:
        """The newest run, or one before it, as a page has shown it."""
        numbers = sorted(self.world.seen.jobs, reverse=True)
        return SyncJob.objects.get(pk=numbers[age % len(numbers)])

    def actor(self, who: int) -> Actor:
        return self.world.actors[who % len(self.world.actors)]

    def do(self, actor: Actor, *, halfway: bool) -> None:
        if not halfway:
            self.world.finish(actor)

    def end_in_peace(self) -> None:
        """From now on nothing goes wrong: what runs must end, and the engine be free for the next run."""
        world = self.world
        world.broker_is_away = False
        if not any(process is not None and process.version == NEWEST for process in world.processes):
            world.processes[0] = world.new_process(NEWEST)
        self.work_off()
        for _ in range(MOST_LOOKS):
            if not any(row["status"] in SyncJob.UNFINISHED for row in world.seen.jobs.values()):
                break
            world.pass_time(1, hearts_beat=True)
            self.work_off()
        else:
            raise AssertionError("a run that is left alone ends")
        self.start(kind=IMPORT.code, dry_run=False, version=NEWEST, halfway=False)
        self.work_off()
        assert self.world.seen.jobs[max(self.world.seen.jobs)]["status"] in SyncJob.COMPLETED
        assert not SourceFile.objects.filter(job__status__in=SyncJob.ENDS).exists(), "a file goes with its run"

    def work_off(self) -> None:
        """Everybody ends what they have begun, and takes what lies in the queue."""
        world = self.world
        while world.actors or world.messages:
            for actor in world.actors:
                world.finish(actor)
            for process in filter(None, world.processes):
                if world.messages and process.version == NEWEST:
                    world.deliver(world.messages.pop(0), process)
