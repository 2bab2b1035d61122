"""The employee import beside the limit, by turns, in one process on one database."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from employees.models import Employee
from integrations.jobs.gc_paused import collector_paused
from integrations.models import SyncJob
from script.benchmark import company, floor, product
from script.benchmark.databases import start_afresh
from script.benchmark.measuring import seconds_of

Timings = dict[str, float]  # seconds of "first", "same" and "changed"
Writing = Callable[[Path, dict[str, int], int], None]

REPEATED = 3  # a run without news takes too little time to be timed once


def measure(*, members: int, answers: str, floor_first: bool) -> dict[str, Timings]:
    """Seconds by contestant: the product and the limit, in either order."""
    folder = Path(answers)
    contestants = [("product", time_product), ("floor", time_floor)]
    return {name: time(members, folder) for name, time in (reversed(contestants) if floor_first else contestants)}


def takers(members: int) -> int:
    """How many members the rules take."""
    return sum(not company.is_flawed(number) for number in range(members))


def changed(members: int) -> int:
    return sum(number % company.CHANGED_EVERY == company.CHANGED_EVERY // 2 for number in range(members))


def time_product(members: int, folder: Path) -> Timings:
    start_afresh()
    product.connect_company()
    people = takers(members)

    def timed(answers: str, **expected: int) -> float:
        job = product.queue_import()
        seconds = seconds_of(partial(product.run_import, job, folder / answers))
        product.check(job, **expected)
        return seconds

    first = timed("base", created=people)
    before = list(Employee.objects.order_by("pk").values_list())
    same = median([timed("base", unchanged=people, created=0, updated=0) for _ in range(REPEATED)])
    if list(Employee.objects.order_by("pk").values_list()) != before:
        raise AssertionError("a run without news wrote a row")
    return {"first": first, "same": same, "changed": timed("changed", updated=changed(members))}


def time_floor(members: int, folder: Path) -> Timings:
    departments, job = prepare()
    base, other = folder / "base" / "members", folder / "changed" / "members"

    def timed(run: Writing, file: Path) -> float:
        with collector_paused():  # the limit is not to be held up by what we have avoided
            return seconds_of(partial(run, file, departments, job))

    first = timed(floor.first_run, base)
    floor.keep_fingerprints(base)
    same = median([timed(floor.next_run, base) for _ in range(REPEATED)])
    news = timed(floor.next_run, other)
    found = (Employee.objects.count(), Employee.objects.filter(position=company.NEW_POSITION).count())
    if found != (takers(members), changed(members)):
        raise AssertionError(found)
    return {"first": first, "same": same, "changed": news}


def prepare() -> tuple[dict[str, int], int]:
    """A fresh database: the departments by code, and the number of a job that changes can belong to."""
    start_afresh()
    return product.connect_company(), SyncJob.objects.create(kind=SyncJob.Kind.EMPLOYEES).pk
