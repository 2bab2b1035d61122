"""Sows faults into the pure modules one by one (mutmut, in a copy of the code), and tells which no test noticed.

`script/mutants` calls this. What may survive stands in `mutants.md` beside it, by the line as the fault has it. mutmut
makes the faults; the tests are collected once, and each fault has a fork of that process, in which those tests run
that come to its function, the quickest first. One that takes ten times the processor time is noticed: it never ends.
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
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import pytest
from _pytest.runner import runtestprotocol

ROOT = Path(__file__).parents[1]
EXPLAINED = Path(__file__).with_suffix(".md")
NOTICED, SURVIVED, UNTRIED = "noticed", "survived", "no test comes to it"
AT_ONCE = 2
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
        status = pytest.main(["-q", "--tb=short", "--rootdir=.", *selection()], plugins=[field])
        os.chdir(copy)
        return int(status) or tell(field.fates)


def sow() -> list[str]:
    """Write the code with all the faults, each asleep, to `mutants`, and let it be found first; the faults' names."""
    from mutmut import __main__ as mutmut  # only script/mutants has it installed

    os.environ["MUTANT_UNDER_TEST"] = "mutant_generation"
    Path("mutants").mkdir(exist_ok=True)
    mutmut.copy_src_dir()
    mutmut.copy_also_copy_files()
    mutmut.setup_source_paths()
    for path, _ in sown():
        if error := mutmut.create_file_mutants(path).error:
            raise error
    return [name for _, faults in sown() for name in faults]


def selection() -> list[str]:
    from mutmut.configuration import config

    return list(config().pytest_add_cli_args_test_selection)


def sown() -> Iterator[tuple[Path, list[str]]]:
    """For each module the names of its faults."""
    from mutmut.mutation.data import SourceFileMutationData
    from mutmut.utils.file_utils import walk_mutatable_files

    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        yield path, list(data.exit_code_by_key)


class Field:
    """A plugin of pytest, which in place of one run of the tests makes many."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = faults
        self.fates: dict[str, str] = {}
        self.tests: defaultdict[str, list[tuple[float, pytest.Item]]] = defaultdict(list)

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
        at_work: dict[int, str] = {}
        for fault in self.faults:
            tests = self.tests[fault.partition("__mutmut_")[0]]
            if not tests:
                self.fates[fault] = UNTRIED
                continue
            if len(at_work) == AT_ONCE:
                self.wait(at_work)
            if child := os.fork():
                at_work[child] = fault
            else:
                try_fault(fault, tests)
        while at_work:
            self.wait(at_work)
        return True

    def look_where_tests_go(self, items: Sequence[pytest.Item]) -> None:
        """Which tests come to which function, and how long they take."""
        from mutmut.state import state

        os.environ["MUTANT_UNDER_TEST"] = "stats"
        for item, following in zip(items, [*items[1:], None], strict=True):
            state()._stats.clear()
            began = process_time()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            for function in state()._stats:
                self.tests[function].append((process_time() - began, item))
        for tests in self.tests.values():
            tests.sort(key=lambda each: each[0])

    def wait(self, at_work: dict[int, str]) -> None:
        child, status = os.wait()
        self.fates[at_work.pop(child)] = SURVIVED if status == 0 else NOTICED


def try_fault(fault: str, tests: Sequence[tuple[float, pytest.Item]]) -> None:
    """In a process of its own: ends it well only where each test passes, in ten times its usual processor time."""
    os.environ["MUTANT_UNDER_TEST"] = fault
    signal.setitimer(signal.ITIMER_PROF, 2 + 10 * sum(time for time, _ in tests))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    following = [*[item for _, item in tests[1:]], None]
    for (_, item), next_item in zip(tests, following, strict=True):
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=next_item)):
            os._exit(1)
    os._exit(0)


def tell(fates: dict[str, str]) -> int:
    """Print what became of the faults; 1 where one is neither noticed nor explained."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    explained = EXPLAINED.read_text()
    unknown = 0
    for path, faults in sown():
        tally = Counter[str]()
        for name in faults:
            fate = fates[name]
            if fate != NOTICED:
                diff = get_diff_for_mutant(name, path=path)
                line = " ".join(line[1:].strip() for line in diff.splitlines()[3:] if line.startswith("+"))
                if f"`{line}`" in explained:
                    fate = "explained"
                else:
                    unknown += 1
                    sys.stdout.write(f"{name} ({fate}): {line}\n")
            tally[fate] += 1
        if tally:
            told = ", ".join(f"{number} {fate}" for fate, number in tally.items())
            sys.stdout.write(f"{path}: {tally.total()} faults, {told}\n")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
