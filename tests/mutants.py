"""Sows faults into the pure modules one by one (mutmut, in a copy of the code), and tells which no test noticed.

`script/mutants` calls this. What may survive stands in `mutants.md` beside it, by the line as the fault has it. mutmut
makes the faults; the tests are collected once, and each fault has a fork of that process, in which those tests run
that come to its function, the quickest first, for a few seconds. One that takes ten times the processor time is
noticed: it never ends.
"""

import functools
import gc
import json
import os
import re
import resource
import shutil
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import NoReturn

import pytest

ROOT = Path(__file__).parents[1]
EXPLAINED = Path(__file__).with_suffix(".md")
NOTICED, SURVIVED, UNTRIED = "noticed", "survived", "no test comes to it"
AT_ONCE = 2
ENOUGH = 3.0  # seconds of tests for a fault: slow ones, with hundreds of examples, need not be all that notices it
STRICT = re.compile(r", (strict=(True|False|None))?(?=\))")  # of a zip: see mutants.md
MOST_MEMORY = 4 << 30  # bytes: a fault may make a list without end


def main(modules: list[str]) -> int:
    """Sow into the modules and print a line for each; 1 where a fault is neither noticed nor explained."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "code"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "static_root", "__pycache__"))
        if modules:
            settings = copy / "pyproject.toml"
            chosen = json.dumps([f"{module.replace('.', '/')}*" for module in modules])
            settings.write_text(re.sub(r"(?m)^only_mutate = .*$", f"only_mutate = {chosen}", settings.read_text()))
        os.chdir(copy)  # where mutmut looks for everything
        field = Field(sow())
        os.chdir("mutants")
        status = pytest.main(["-q", "--tb=short", "--rootdir=.", *selection(modules)], plugins=[field])
        return int(status) or int(field.has_unexplained)


def sow() -> dict[Path, list[str]]:
    """Write the code with all faults, each asleep, to `mutants`, and let it be found first; each module's faults."""
    from mutmut import __main__ as mutmut  # only script/mutants has it installed
    from mutmut.mutation.data import SourceFileMutationData
    from mutmut.utils.file_utils import walk_mutatable_files

    os.environ["MUTANT_UNDER_TEST"] = "mutant_generation"
    Path("mutants").mkdir(exist_ok=True)
    mutmut.copy_src_dir()
    mutmut.copy_also_copy_files()
    mutmut.setup_source_paths()
    faults: dict[Path, list[str]] = {}
    for path in sorted(walk_mutatable_files()):
        if error := mutmut.create_file_mutants(path).error:
            raise error
        data = SourceFileMutationData(path=path)
        data.load()
        faults[path] = list(data.exit_code_by_key)
    return faults


def selection(modules: Sequence[str]) -> list[str]:
    """The tests of the modules' rooms, or the file that is called like one; all where a module has neither."""
    from mutmut.configuration import config

    found: list[str] = []
    for module in modules:
        place = Path("tests", *module.split("."))
        room = place if place.is_dir() else place.parent
        own = room if room.parent.name == "rules" or room == place else place.with_name(f"test_{place.name}.py")
        if own.exists():
            found.append(str(own))
    whole = list(config().pytest_add_cli_args_test_selection)
    return sorted(set(found)) if modules and len(found) == len(modules) else whole


class Field:
    """A plugin of pytest, which in place of one run of the tests makes many."""

    def __init__(self, faults: Mapping[Path, Sequence[str]]) -> None:
        self.faults = faults
        self.paths = {name: path for path, names in faults.items() for name in names}
        self.tallies: defaultdict[Path, Counter[str]] = defaultdict(Counter)
        self.tests: defaultdict[str, list[tuple[float, pytest.Item]]] = defaultdict(list)
        self.has_unexplained = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Whether an example fails is all that is asked: none need be made smaller."""
        import hypothesis  # after pytest, which looks into it as a plugin

        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile("faults", hypothesis.settings.get_profile("short"), phases=phases)
        hypothesis.settings.load_profile("faults")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.look_where_tests_go(session.items)
        if session.testsfailed:
            return True
        os.environ["MUTANT_UNDER_TEST"] = ""
        gc.unfreeze()  # what the tests' own conftest put out of sight
        for each in gc.get_objects():
            if isinstance(each, functools._lru_cache_wrapper):
                each.cache_clear()  # it would answer from before the fault
        gc.collect()
        gc.freeze()  # else each fork would look through it all, and have pages of its own for it
        every = {item: (time, item) for tests in self.tests.values() for time, item in tests}
        child = os.fork() or try_fault("", list(every.values()))
        if os.waitpid(child, 0)[1]:
            raise pytest.UsageError("a test fails in a fork without any fault")
        at_work: dict[int, str] = {}
        for fault in self.paths:
            tests = self.tests[fault.partition("__mutmut_")[0]]
            if not tests:
                self.note(fault, UNTRIED)
                continue
            if len(at_work) == AT_ONCE:
                self.wait(at_work)
            at_work[os.fork() or try_fault(fault, tests)] = fault
        while at_work:
            self.wait(at_work)
        return True

    def look_where_tests_go(self, items: Sequence[pytest.Item]) -> None:
        """Which tests come to which function, and how long they take. What all tests share stays set up."""
        from mutmut.state import state

        os.environ["MUTANT_UNDER_TEST"] = "stats"
        for item, following in zip(items, [*items[1:], items[0]], strict=True):
            state()._stats.clear()
            began = process_time()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            for function in state()._stats:
                self.tests[function].append((process_time() - began, item))
        for function, tests in self.tests.items():
            tests.sort(key=lambda each: each[0])
            sums = accumulate(time for time, _ in tests)
            self.tests[function] = [test for test, passed in zip(tests, sums, strict=True) if passed < ENOUGH]

    def wait(self, at_work: dict[int, str]) -> None:
        child, status = os.wait()
        self.note(at_work.pop(child), SURVIVED if status == 0 else NOTICED)

    def note(self, fault: str, fate: str) -> None:
        """What became of a fault; said at once where it is neither noticed nor explained."""
        path = self.paths[fault]
        if fate != NOTICED:
            was, line = lines_of(fault, path)
            if f"`{line}`" in explanations(path) or STRICT.sub("", was) == STRICT.sub("", line):
                fate = "explained"
            else:
                self.has_unexplained = True
                sys.stdout.write(f"{fault} ({fate}): {line}\n")
        tally = self.tallies[path]
        tally[fate] += 1
        if tally.total() == len(self.faults[path]):
            told = ", ".join(f"{number} {fate}" for fate, number in tally.items())
            sys.stdout.write(f"{path}: {tally.total()} faults, {told}\n")
        sys.stdout.flush()


def try_fault(fault: str, tests: Sequence[tuple[float, pytest.Item]]) -> NoReturn:
    """In a process of its own: ends it well only where each test passes, in ten times its usual processor time."""
    os.environ["MUTANT_UNDER_TEST"] = fault
    signal.setitimer(signal.ITIMER_PROF, 2 + 10 * sum(time for time, _ in tests))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        for (_, item), (_, following) in pairwise([*tests, tests[-1]]):
            run(item, following)
    except BaseException:  # noqa: BLE001 - a test that fails, or pytest's own ways out
        os._exit(1)
    os._exit(0)


def run(item: pytest.Item, following: pytest.Item) -> None:
    """The steps of a test without a report: why it fails nobody asks, and to tell it takes longer than the test."""
    if isinstance(item, pytest.Function):
        item._initrequest()
    item.ihook.pytest_runtest_setup(item=item)
    item.ihook.pytest_runtest_call(item=item)
    item.ihook.pytest_runtest_teardown(item=item, nextitem=following)


def lines_of(fault: str, path: Path) -> tuple[str, str]:
    """The line as it is, and as the fault has it."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant
    from mutmut.utils.file_utils import change_cwd

    with change_cwd(".."):
        diff = get_diff_for_mutant(fault, path=path).splitlines()[3:]
    was, now = (" ".join(line[1:].strip() for line in diff if line.startswith(sign)) for sign in "-+")
    return was, now


@functools.cache
def explanations(path: Path) -> str:
    """What `mutants.md` has below the module's name."""
    return EXPLAINED.read_text().partition(f"\n## {path}\n")[2].partition("\n## ")[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
