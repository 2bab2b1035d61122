"""Many worlds, in two processes; what is wrong in one is told in words, with the command that shows it again."""

import gc
import logging
import multiprocessing
import os
import queue
import random
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import partial
from itertools import chain, count, islice
from pathlib import Path
from types import ModuleType

from integrations.jobs.gc_paused import collector_paused
from tests.world.world import MakeDatabase, Outcome, run, sort_of

KEPT = Path(__file__).with_name("failed_seeds.txt")
PROCESSES = 2
LAST_LINES = 60  # of a story
Enter = Callable[[], AbstractContextManager[MakeDatabase]]


def kept_seeds() -> list[int]:
    """Seeds that have failed once: they come first."""
    lines = (line.partition("#")[0].strip() for line in KEPT.read_text().splitlines())
    return [int(line) for line in lines if line]


@contextmanager
def ground(kind: ModuleType) -> Iterator[MakeDatabase]:
    """What makes the databases of worlds; the product's own logs go nowhere but to those who watch."""
    quieten()
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    with (
        tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder,
        kind.ground(Path(folder)) as make_database,
    ):
        gc.freeze()
        yield make_database


def quieten() -> None:
    root = logging.getLogger()
    root.handlers.clear()
    root.setLevel(logging.INFO)
    root.addHandler(logging.NullHandler())
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def tell(seed: int, kind: ModuleType) -> int:
    """The story of one world; 1 where something is wrong in it."""
    with ground(kind) as make_database:
        outcome = run(seed, make_database)
    wrong = [f"  * {each}" for each in outcome.failures]
    sys.stdout.write("\n".join([*outcome.story, *wrong, outcome.digest]) + "\n")
    return 1 if outcome.failures else 0


def work(
    seeds: Iterable[int], seconds: float, enter: Enter, processors: set[int], answers: multiprocessing.Queue
) -> None:
    os.sched_setaffinity(0, processors)
    with enter() as make_database, collector_paused():
        number, lasted, before, until = 0, 0.0, time.process_time(), time.monotonic() + seconds
        for seed in seeds:
            if time.monotonic() > until:
                break
            outcome = run(seed, make_database)
            number, lasted = number + 1, lasted + outcome.lasted
            if outcome.failures:
                answers.put(outcome)
            if number % 50 == 0:
                gc.collect()
                gc.freeze()  # what is still there are caches
        used = time.process_time() - before
    server = os.times()
    answers.put((number, lasted, used + server.children_user + server.children_system))


def hunt(
    kind: ModuleType, *, seconds: float, first: int | None = None, number: int | None = None, sort: str | None = None
) -> int:
    """Worlds for so long, and so many at most: first those that have failed once, then new ones. 1 where one failed.

    Those of one sort alone, where it is named.
    """
    start = random.SystemRandom().randrange(10**9) if first is None else first
    is_wanted = None if sort is None else lambda seed: sort_of(seed).name == sort
    with ExitStack() as stack:
        enter: Enter = partial(ground, kind)
        if kind.IS_SHARED:
            shared = stack.enter_context(enter())
            enter = lambda: nullcontext(shared)  # noqa: E731 - it has a type
        context = multiprocessing.get_context("fork")
        answers = context.Queue()
        began = time.monotonic()
        processes, processors = [], sorted(os.sched_getaffinity(0))
        for place in range(PROCESSES):
            seeds = islice(filter(is_wanted, chain(kept_seeds(), count(start))), place, number, PROCESSES)
            one = {processors[place % len(processors)]}  # a server and its client take turns: they need no second one
            args = (seeds, seconds, enter, set(processors) if kind.IS_SHARED else one, answers)
            processes.append(context.Process(target=work, args=args, daemon=True))
            processes[-1].start()
        failed: list[Outcome] = []
        ended: list[tuple[int, float, float]] = []
        while len(ended) < PROCESSES:
            try:
                answer = answers.get(timeout=10)
            except queue.Empty:
                if any(process.exitcode for process in processes):
                    raise ChildProcessError("worlds have ended before their time") from None
                continue
            if isinstance(answer, Outcome):
                failed.append(answer)
                tell_failure(answer, kind)
            else:
                ended.append(answer)
        passed = time.monotonic() - began
    worlds, lasted, used = (sum(each) for each in zip(*ended, strict=True))
    sys.stdout.write(
        f"{worlds} worlds in {passed:.0f} s ({60 * worlds / passed:.0f} a minute, {1000 * used / worlds:.0f} ms of a"
        f" processor each), {lasted / passed:.0f} times as fast as the clock; {len(failed)} failed\n"
    )
    return 1 if failed else 0


def tell_failure(outcome: Outcome, kind: ModuleType, *, fault: str = "") -> None:
    story = "\n".join(outcome.story[-LAST_LINES:])
    wrong = "\n".join(f"  * {each}" for each in outcome.failures)
    again = f"script/worlds --database {kind.__name__.rpartition('.')[2]} --seed {outcome.seed}"
    if fault:
        again += f" --fault {shlex.quote(fault)}"
    sys.stdout.write(f"{story}\nWorld {outcome.seed}:\n{wrong}\nAgain: {again}\n\n")
    sys.stdout.flush()


def search(kind: ModuleType, *, seconds: float, fault: str) -> int:
    """Worlds with this fault from the first seed on until something is wrong in one; 1 where that was so.

    Tells its story; the last line says which world it was, and what was wrong.
    """
    with ground(kind) as make_database:
        began = time.monotonic()
        for seed in count(1):
            passed = time.monotonic() - began
            if passed > seconds:
                sys.stdout.write(f"not found in {seed - 1} worlds\n")
                return 0
            outcome = run(seed, make_database)
            if outcome.failures:
                tell_failure(outcome, kind, fault=fault)
                sys.stdout.write(f"world {seed}, {passed:.0f} s: {outcome.failures[0][:160]}\n")
                return 1
    raise AssertionError
