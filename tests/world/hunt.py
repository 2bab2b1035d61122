"""Many worlds, in two processes; what is wrong in one is told in words, with the command that shows it again."""

import gc
import logging
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path

from tests.world import company
from tests.world.world import Outcome, run

KEPT = Path(__file__).with_name("failed_seeds.txt")
PROCESSES = 2
LAST_LINES = 60  # of a story


def kept_seeds() -> list[int]:
    """Seeds that have failed once: they come first."""
    lines = (line.partition("#")[0].strip() for line in KEPT.read_text().splitlines())
    return [int(line) for line in lines if line]


@contextmanager
def ground() -> Iterator[Path]:
    """A folder in memory with the template; the product's own logs go nowhere but to those who watch."""
    quieten()
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        company.make_template(Path(folder) / "template")
        gc.freeze()
        yield Path(folder)


def quieten() -> None:
    root = logging.getLogger()
    root.handlers.clear()
    root.setLevel(logging.INFO)
    root.addHandler(logging.NullHandler())
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def tell(seed: int) -> int:
    """The story of one world; 1 where something is wrong in it."""
    with ground() as folder:
        outcome = run(seed, folder)
    sys.stdout.write("\n".join(outcome.story) + f"\n{outcome.digest}\n")
    return 1 if outcome.failures else 0


def work(seeds: Iterable[int], until: float, folder: Path, answers: multiprocessing.Queue) -> None:
    number, lasted, began = 0, 0.0, time.process_time()
    for seed in seeds:
        if time.monotonic() > until:
            break
        outcome = run(seed, folder)
        number, lasted = number + 1, lasted + outcome.lasted
        if outcome.failures:
            answers.put(outcome)
        if number % 50 == 0:
            gc.collect()
    answers.put((number, lasted, time.process_time() - began))


def hunt(*, seconds: float, first: int | None = None) -> int:
    """Worlds for so long: first those that have failed once, then new ones. 1 where something is wrong in one."""
    start = random.SystemRandom().randrange(10**9) if first is None else first
    with ground() as folder:
        context = multiprocessing.get_context("fork")
        answers = context.Queue()
        began = time.monotonic()
        for place in range(PROCESSES):
            seeds = chain(kept_seeds()[place::PROCESSES], count(start + place, PROCESSES))
            context.Process(target=work, args=(seeds, began + seconds, folder, answers), daemon=True).start()
        failed: list[Outcome] = []
        ended: list[tuple[int, float, float]] = []
        while len(ended) < PROCESSES:
            answer = answers.get()
            if isinstance(answer, Outcome):
                failed.append(answer)
                tell_failure(answer)
            else:
                ended.append(answer)
        passed = time.monotonic() - began
    worlds, lasted, used = (sum(each) for each in zip(*ended, strict=True))
    sys.stdout.write(
        f"{worlds} worlds in {passed:.0f} s ({60 * worlds / passed:.0f} a minute, {1000 * used / worlds:.0f} ms of a"
        f" processor each), {lasted / passed:.0f} times as fast as the clock; {len(failed)} failed\n"
    )
    return 1 if failed else 0


def tell_failure(outcome: Outcome) -> None:
    story = "\n".join(outcome.story[-LAST_LINES:])
    wrong = "\n".join(f"  * {each}" for each in outcome.failures)
    sys.stdout.write(f"{story}\nWorld {outcome.seed}:\n{wrong}\nAgain: script/worlds --seed {outcome.seed}\n\n")
    sys.stdout.flush()


def search(*, seconds: float) -> int:
    """Worlds from the first seed on until something is wrong in one; 1 where that was so. The last line tells it."""
    with ground() as folder:
        began = time.monotonic()
        for seed in count(1):
            passed = time.monotonic() - began
            if passed > seconds:
                sys.stdout.write(f"not found in {seed - 1} worlds\n")
                return 0
            if wrong := run(seed, folder).failures:
                sys.stdout.write(f"world {seed}, {passed:.0f} s: {wrong[0][:160]}\n")
                return 1
    raise AssertionError
