"""`python -m script.benchmark`: measure everything on both kinds of database, print one table, write it down."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from script.benchmark import clicks, company, page, report, resting
from script.benchmark.databases import KINDS, ROOT, database, environment

RIVALS = {  # what one would write otherwise → packages that only the bench installs
    "update_or_create": [],
    "diffsync": ["diffsync", "structlog"],
    "diffsync in bulk": ["diffsync", "structlog"],
    "import-export": ["import_export", "tablib"],
    "import-export in bulk": ["import_export", "tablib"],
    "pandas and to_sql": ["pandas", "sqlalchemy"],
}
NO_DATABASE = "–"
PAGE = ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Scale:
    """How much is measured. `rounds` are by turns over all sizes; `rivals` meet at `rivals_at` members, once."""

    sizes: tuple[int, ...]
    rounds: int
    rivals: list[str]
    rivals_at: int
    results: int
    people: tuple[int, int]
    departments: int
    issues: int
    looks: int
    watchers: int
    load_seconds: int
    workbook: int


FULL = Scale((1_000, 10_000, 50_000), 3, [*RIVALS], 10_000, 10_000, (1_000, 100_000), 2_000, 50_000, 11, 50, 30, 50_000)
LARGE = replace(FULL, sizes=(*FULL.sizes, 100_000))
QUICK = Scale(
    (200,), 1, ["update_or_create"], 200, 100, (100, 200), 50, 500, 1, 5, 2, 500
)  # needs no package that is measured beside us


def main() -> None:
    arguments = parse(sys.argv[1:])
    scale = QUICK if arguments.quick else LARGE if arguments.large else FULL
    started, load = datetime.now(UTC), os.getloadavg()[0]
    with TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        if arguments.pages or arguments.clicks:
            part, told = (pages, report.pages) if arguments.pages else (clicks_of_all, report.clicks)
            print(report.as_markdown(lines_of(part, told, scale, folder)))  # noqa: T201 - what the command is for
            return
        for size in scale.sizes:
            say(f"{size:,} members are made up")
            company.write_answers(folder / str(size) / "base", size)
            company.write_answers(folder / str(size) / "changed", size, changed_every=company.CHANGED_EVERY)
            company.write_answers(folder / str(size) / "moved", size, changed_every=1)
        rivals = find_spec("python_calamine") is not None
        workbooks = child(NO_DATABASE, "sqlite://:memory:", "workbooks", rows=scale.workbook, rivals=rivals)
        measured = {kind: measure(kind, scale, folder) for kind in KINDS}
        bytes_of = {size: (folder / str(size) / "base" / "members").stat().st_size for size in scale.sizes}
    others = report.workbooks(NO_DATABASE, workbooks)
    table = report.as_markdown([*report.lines(measured, bytes_of, rivals_at=scale.rivals_at), *others])
    ended = datetime.now(UTC)
    machine = page.machine(ended, (ended - started).total_seconds() / 60, load, os.getloadavg()[0])
    text = f"{machine}\n\n{table}\n"
    print(text)  # noqa: T201 - what the command is for
    if arguments.output:
        page.write(Path(os.environ.get("CALLED_FROM", ""), arguments.output), text)


def parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke run with few rows; its figures mean nothing")
    parser.add_argument("--large", action="store_true", help="100,000 members besides")
    alone = parser.add_mutually_exclusive_group()
    alone.add_argument("--pages", action="store_true", help="the pages alone, printed and not written down")
    alone.add_argument("--clicks", action="store_true", help="the clicks alone, likewise")
    parser.add_argument(
        "--output", type=Path, help="where the table is written (docs/benchmarks.md; with --quick nowhere)"
    )
    arguments = parser.parse_args(words)
    if arguments.output is None and not arguments.quick:
        arguments.output = PAGE
    return arguments


def measure(kind: str, scale: Scale, folder: Path) -> dict[str, Any]:
    """Everything on one kind of database, as the children tell it."""
    with database(kind, folder) as url:
        largest = str(folder / str(min(scale.sizes[-1], FULL.sizes[-1])))
        return {
            "imports": imports(kind, url, scale, folder),
            "rivals": {rival: meet(rival, kind, url, scale, folder) for rival in scale.rivals},
            "memory": {
                f"{who} {situation}": child(kind, url, "memory", who=who, situation=situation, answers=largest)["bytes"]
                for who in ("product", "floor")
                for situation in ("first", "same")
            },
            "at rest": resting.measure(kind, url, folder),
            "memory at": int(Path(largest).name),
            "writers": child(kind, url, "writers", answers=largest, database_url=url),
            "load": child(
                kind, url, "load", answers=largest, database_url=url, people=scale.watchers, seconds=scale.load_seconds
            ),
            "clicks": clicks_of_all(kind, url, scale, folder),
            "uploads": child(kind, url, "uploads", people=scale.results),
            "results": scale.results,
            "pages": pages(kind, url, scale, folder),
            "error file": child(kind, url, "downloads"),  # of the runs that the pages have made
            "figures": {
                people: child(kind, url, "figures", people=people, departments=scale.departments)
                for people in sorted(scale.people)
            },
        }


def lines_of(
    part: Callable[[str, str, Scale, Path], Any],
    told: Callable[[str, Any], Iterator[report.Line]],
    scale: Scale,
    folder: Path,
) -> Iterator[report.Line]:
    """What the report tells of a part, on both kinds of database."""
    for kind in KINDS:
        with database(kind, folder) as url:
            yield from told(kind, part(kind, url, scale, folder))


def clicks_of_all(kind: str, url: str, scale: Scale, folder: Path) -> dict[int, Any]:
    """Size → situations. The largest company that is asked about has one round."""
    sizes = [size for size in scale.sizes if size <= FULL.sizes[-1]]
    rounds = {size: scale.rounds if size < FULL.sizes[-1] else 1 for size in sizes}
    return {size: clicks.measure(kind, url, folder, members=size, rounds=rounds[size]) for size in sizes}


def pages(kind: str, url: str, scale: Scale, _: Path) -> dict[int, dict[str, Any]]:
    """Small company and large."""
    measured = partial(child, kind, url, "pages", departments=scale.departments, issues=scale.issues, looks=scale.looks)
    return {people: with_memory(kind, url, measured(people=people)) for people in sorted(scale.people)}


def with_memory(kind: str, url: str, pages: dict[str, Any]) -> dict[str, Any]:
    """The pages with the memory that each takes, on the database that they were measured on."""
    taken = child(kind, url, "visits", addresses=[page["address"] for page in pages.values()])
    return {name: page | {"bytes": found} for (name, page), found in zip(pages.items(), taken, strict=True)}


def imports(kind: str, url: str, scale: Scale, folder: Path) -> dict[int, list[dict[str, Any]]]:
    """Size → rounds. The sizes take turns, so that a noisy minute disturbs all of them."""
    rounds: dict[int, list[dict[str, Any]]] = {size: [] for size in scale.sizes}
    for number in range(scale.rounds):
        for size in scale.sizes:
            answers = str(folder / str(size))
            timed = child(kind, url, "imports", members=size, answers=answers, floor_first=bool(number % 2))
            rounds[size].append(timed)
    return rounds


def meet(rival: str, kind: str, url: str, scale: Scale, folder: Path) -> dict[str, Any]:
    """The product, and the rival just after it. Raises AssertionError where they end with other rows."""
    size, small = scale.rivals_at, scale.sizes[0]
    alone = partial(
        child,
        kind,
        url,
        "meeting",
        members=size,
        answers=str(folder / str(size)),
        before=str(folder / str(small)),
        situations=["first", "same"],
    )
    ours, theirs = alone(who="product", packages=[]), alone(who=rival, packages=RIVALS[rival])
    if ours["rows"] != theirs["rows"]:
        raise AssertionError(f"{rival} ends with other rows")
    return {"product": ours, "rival": theirs}


def child(kind: str, url: str, name: str, **arguments: Any) -> Any:
    """One measurement in a process of its own."""
    shown = {key: value for key, value in arguments.items() if isinstance(value, int | list) and value}
    say(f"{kind}: {name} {shown}")
    command = [sys.executable, "-m", "script.benchmark.child", name, msgspec.json.encode(arguments).decode()]
    done = subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, env=environment(url), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True
    )
    return msgspec.json.decode(done.stdout)


def say(line: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {line}", file=sys.stderr, flush=True)  # noqa: T201 - for whoever waits


if __name__ == "__main__":
    main()
