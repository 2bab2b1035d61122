"""The table at the end of a test run: each fault, how often it was tried, and what it did to rows and runs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.faults.site import Site
from tests.processes.fixtures import KINDS, new_database

COLUMNS = ("tried", "lost", "doubled", "stuck")
HEADINGS = ("times tried", "rows lost", "rows doubled", "stuck runs")


@pytest.fixture(scope="session", params=KINDS)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product as real processes with a broker of its own, on each kind of database in turn (the long run)."""
    folder = tmp_path_factory.mktemp(f"site-{request.param}")
    site = Site(folder, database_url=new_database(request, folder))
    try:
        site.open()
        yield site
    finally:
        site.close()


@pytest.fixture
def times() -> int:
    """How often a fault is tried: once where it always strikes at the same point."""
    return 1


@pytest.fixture
def tries(site: Site, times: int, record_property: Callable[[str, object], None]) -> Callable[[str], Iterator[int]]:
    """Puts the deployment in order before each round of a loop over it, and asks afterwards what the fault has left.

    Whatever the fault was, the run's rows are all there or none is, the next run completes, and nothing stays
    unfinished.
    """

    def strike(fault: str) -> Iterator[int]:
        tally: dict[str, Any] = {"fault": fault, "database": site.kind} | dict.fromkeys(COLUMNS, 0)
        record_property("fault", tally)
        for number in range(times):
            site.put_in_order()
            tally["tried"] += 1
            yield number
            count(site, tally)
            assert [tally[name] for name in COLUMNS[1:]] == [0, 0, 0], tally

    return strike


def count(site: Site, tally: dict[str, int | str]) -> None:
    """Add to the tally what the fault has left behind, before and after the run that follows it."""
    rows = site.desk.people()["rows"]
    lost = site.people - rows if 0 < rows < site.people else 0
    unfinished = site.desk.unfinished()
    if not unfinished:
        assert site.end_of(site.desk.start())["status"] == "succeeded"
    after = site.desk.people()
    add(tally, "lost", max(lost, site.people - after["rows"]))
    add(tally, "doubled", max(0, after["rows"] - site.people) + after["created_twice"])
    add(tally, "stuck", len(unfinished))


def add(tally: dict[str, int | str], name: str, number: int) -> None:
    tally[name] = int(tally[name]) + number


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table, where faults were tried."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)]
    tallies = [
        value
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == "fault"
    ]
    if not tallies:
        return
    tallies.sort(key=lambda one: (one["fault"], one["database"]))
    lines: list[tuple[str, ...]] = [("fault", "database", *HEADINGS)]
    lines += [(one["fault"], one["database"], *(str(one[name]) for name in COLUMNS)) for one in tallies]
    lines.append(("all", "", *(str(sum(int(tally[name]) for tally in tallies)) for name in COLUMNS)))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    terminalreporter.section("faults")
    for fault, database, *numbers in lines:
        right = "  ".join(number.rjust(width) for number, width in zip(numbers, widths[2:], strict=True))
        terminalreporter.line(f"{fault.ljust(widths[0])}  {database.ljust(widths[1])}  {right}")
