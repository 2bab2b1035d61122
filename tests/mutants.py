"""Sows faults into the pure modules one by one (mutmut, in a copy of the code), and tells which no test noticed.

`script/mutants` calls this. What may survive stands in `mutants.md` beside it, by the line as the fault has it. A
fault whose tests took far too long is told apart: they may never end with it, or the machine was busy.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
EXPLAINED = Path(__file__).with_suffix(".md")
NOTICED = ("killed", "caught by type check")
LATE = "timeout"


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
        subprocess.run([sys.executable, "-m", "mutmut", "run"], check=True)
        return tell()


def tell() -> int:
    """Print what became of the faults; 1 where one is neither noticed nor explained."""
    explained = EXPLAINED.read_text()
    unknown = 0
    for path, faults in results():
        tally = Counter[str]()
        for name, (status, line) in faults.items():
            if status == "not checked":
                continue
            known = "noticed" if status in NOTICED else "explained" if f"`{line}`" in explained else ""
            tally[known or ("late" if status == LATE else "unknown")] += 1
            if not known:
                unknown += 1
                sys.stdout.write(f"{name} ({status}): {line}\n")
        if tally:
            told = ", ".join(f"{tally[each]} {each}" for each in ("noticed", "explained", "late", "unknown"))
            sys.stdout.write(f"{path}: {tally.total()} faults, {told}\n")
    return 1 if unknown else 0


def results() -> Iterator[tuple[Path, dict[str, tuple[str, str]]]]:
    """For each module: of each fault what became of it and, where no test noticed, its line as the fault has it."""
    from mutmut.mutation.data import SourceFileMutationData  # only script/mutants has it installed
    from mutmut.mutation.diff_apply import get_diff_for_mutant
    from mutmut.stats import status_by_exit_code
    from mutmut.utils.file_utils import walk_mutatable_files

    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        told = {}
        for name, code in data.exit_code_by_key.items():
            status = status_by_exit_code[code]
            diff = "" if status in (*NOTICED, "not checked") else get_diff_for_mutant(name, path=path)
            told[name] = status, " ".join(line[1:].strip() for line in diff.splitlines()[3:] if line.startswith("+"))
        yield path, told


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
