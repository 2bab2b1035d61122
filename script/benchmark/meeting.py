"""One contestant with the import in a process of its own: the product, or what others would write. How long it takes,
how much memory, and the rows that it ends with.
"""

from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from employees.models import Employee
from integrations.models import SyncChange
from script.benchmark import product, rivals
from script.benchmark.databases import start_afresh
from script.benchmark.imports import prepare, takers
from script.benchmark.measuring import peak_of, seconds_of

Run = Callable[[Path], object]  # folder with カオナビ's answers

RIVALS: dict[str, Callable[[Path, dict[str, int], int], None]] = {
    "update_or_create": rivals.loop,
    "diffsync": rivals.diffsync,
    "diffsync in bulk": partial(rivals.diffsync, in_bulk=True),
    "import-export": rivals.import_export,
    "import-export in bulk": partial(rivals.import_export, in_bulk=True),
    "pandas and to_sql": rivals.pandas,
}
ANSWERS = {"first": "base", "same": "base", "changed": "changed"}
REPEATED = 3  # a run without news takes too little time to be timed once …
LONG = 1.0  # … unless it takes more seconds than this


def measure(
    *, who: str, packages: list[str], members: int, answers: str, before: str, situations: list[str]
) -> dict[str, Any]:
    """Seconds and bytes by situation, and a digest of the rows: people, and what changed of them.

    The `packages` are imported and a small company (`before`) is taken first, which nobody is charged with.
    """
    for package in packages:
        import_module(package)
    run = contestant(who)
    run(Path(before) / "base")
    run = contestant(who)
    found: dict[str, Any] = {}
    for situation in situations:
        found[situation] = timed(partial(run, Path(answers) / ANSWERS[situation]), once=situation != "same")
    if Employee.objects.count() != takers(members):
        raise AssertionError(f"{who}: {Employee.objects.count()}")
    return found | {"rows": digest()}


def contestant(who: str) -> Run:
    """Its run on a fresh database."""
    if who == "product":
        start_afresh()
        product.connect_company()
        return lambda answers: product.run_import(product.queue_import(), answers)
    departments, job = prepare()
    return lambda answers: RIVALS[who](answers / "members", departments, job)


def timed(run: Callable[[], object], *, once: bool) -> dict[str, float]:
    seconds: list[float] = []
    memory = peak_of(lambda: seconds.append(seconds_of(run)))
    while not once and len(seconds) < REPEATED and seconds[0] < LONG:
        seconds.append(seconds_of(run))
    return {"seconds": median(seconds), "bytes": memory}


def digest() -> str:
    """The same for the same people and the same news of them, whatever their numbers in the database are."""
    people = list(Employee.objects.order_by("email").values_list(*rivals.FIELDS))
    changes = [
        (*row, sorted((name, pair) for name, pair in fields.items() if not name.startswith("department")))
        for *row, fields in SyncChange.objects.order_by("key", "pk").values_list(
            "what", "key", "name", "action", "fields"
        )
    ]  # of a department we keep the code, they its number
    return blake2b(msgspec.json.encode((people, changes)), digest_size=16).hexdigest()
