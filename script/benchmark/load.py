"""Pages and clicks while everybody is imported and fifty people watch: the whole product as real processes."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from django.urls import reverse

from employees.models import Employee
from integrations.models import SyncJob
from mikiwame_kaonavi.processes import answers as is_listening
from mikiwame_kaonavi.processes import free_port, start, stop
from script.benchmark import product
from script.benchmark.crowd import Person, Samples, stroll, watch
from script.benchmark.databases import PASSED_ON, start_afresh

LOCAL = 200  # people who are not in カオナビ, at whom somebody works meanwhile
PAUSE = 0.05  # seconds between two pages of one visitor
LONGEST_START = 120.0  # seconds until the product listens
LONGEST_RUN = 180.0  # seconds
MOST_RUNS = 12
WARM_UP = 4  # rounds, so that each web process has drawn each page
LOOK_EVERY = 0.2


def measure(*, answers: str, database_url: str, people: int, seconds: float) -> dict[str, Any]:
    """What was asked for at rest and under load, with percentiles; how many imports that was, and how long they took.

    Each import after the first finds another 役職 for everybody, so that all are written each time. At rest is
    afterwards, when everybody is there.
    """
    start_afresh()
    sessions = prepare(people + 2)
    connections.close_all()
    with (
        TemporaryDirectory() as folder,
        recorded(Path(answers)) as kaonavi,
        served(Path(folder), database_url, kaonavi) as port,
    ):
        loaded, runs = under_load(port, sessions, seconds)
        rest = at_rest(port, sessions, seconds / 4)
    return {
        "rest": rest.summary(),
        "load": loaded.summary(),
        "runs": runs,
        "people": people,
        "errors": told(rest, loaded),
    }


def prepare(people: int) -> list[str]:
    """A connected company with some people of our own, and the sessions of so many administrators."""
    product.connect_company()
    Employee.objects.bulk_create(
        Employee(email=f"local{number}@example.co.jp", last_name="青木", first_name="葵") for number in range(LOCAL)
    )
    return [session_of(f"load{number}") for number in range(people)]


def session_of(name: str) -> str:
    client = Client()
    client.force_login(User.objects.get_or_create(username=name, is_superuser=True)[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def recorded(answers: Path) -> Iterator[str]:
    """A カオナビ that answers from files; its address."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "script.benchmark.recorded",
        str(port),
        str(answers / "base"),
        str(answers / "moved"),
    ]
    process = start(command, environment={name: os.environ[name] for name in PASSED_ON if name in os.environ})
    try:
        wait_for(partial(is_listening, port), LONGEST_START, "the recorded カオナビ")
        yield f"http://127.0.0.1:{port}/api"
    finally:
        stop([process], within=2)


@contextmanager
def served(folder: Path, database_url: str, kaonavi: str) -> Iterator[int]:
    """The product as `script/serve` runs it, on this database; its port."""
    port = free_port()
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "script.benchmark.served",
        "BENCHMARK_FOLDER": str(folder),
        "DJANGO_SECRET_KEY": settings.SECRET_KEY,
        "CREDENTIAL_KEYS": ",".join(settings.CREDENTIAL_KEYS),
        "KAONAVI_API_URL": kaonavi,
        "SITE_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "script.benchmark.serving", str(folder), f"--port={port}"]
    with (folder / "log").open("wb") as log:
        process = start(command, environment=environment, output=log)
        try:
            wait_for(lambda: is_listening(port) or process.poll() is not None, LONGEST_START, "the product")
            assert process.poll() is None, "the product did not start"  # noqa: S101 - a measurement's own check
            yield port
        except BaseException:
            sys.stderr.write((folder / "log").read_text(errors="replace")[-4000:])
            raise
        finally:
            stop([process], within=15)


def pages() -> list[Callable[[Person], object]]:
    listing = reverse("employees:list")
    somebody = Employee.objects.order_by("pk")[LOCAL // 2]
    addresses = {
        "people": listing,
        "search": f"{listing}?q=member0000",
        "home": reverse("home"),
        "a person": reverse("employees:detail", args=[somebody.pk]),
        "list of runs": reverse("integrations:jobs"),
    }
    return [partial(Person.look, name=name, address=address) for name, address in addresses.items()]


def clicks() -> list[Callable[[Person], object]]:
    """Storing a person by the page, each time with another value."""
    address = reverse("employees:edit", args=[Employee.objects.earliest("pk").pk])
    numbers = count()

    def edit(person: Person) -> object:
        form = urlencode({"last_name": "青木", "position": f"役職{next(numbers)}"})
        return person.click("click that stores a person", address, form)

    return [edit]


def at_rest(port: int, sessions: Sequence[str], seconds: float) -> Samples:
    """The same pages and clicks with nobody else there."""
    samples, end = Samples(), threading.Event()
    visitor = Person(port, sessions[0], samples)
    steps = [*pages(), *clicks()]
    connections.close_all()
    with going(partial(stroll, visitor, steps, end, pause=PAUSE), end=end):
        time.sleep(seconds)
    return samples


def under_load(port: int, sessions: Sequence[str], seconds: float) -> tuple[Samples, list[float]]:
    """The pages, the clicks and those who watch, while one import follows the other; seconds of each import."""
    samples, end = Samples(), threading.Event()
    administrator, clicker, *watchers = (Person(port, session, samples) for session in sessions)
    for step in [*pages(), *clicks()] * WARM_UP:
        step(Person(port, sessions[0], Samples()))
    ways = [
        partial(stroll, administrator, pages(), end, pause=PAUSE),
        partial(stroll, clicker, clicks(), end, pause=PAUSE),
    ]
    runs: list[float] = []
    until = time.monotonic() + seconds
    shown = [begin(administrator)]
    spread = [3.0 * number / len(watchers) for number in range(len(watchers))]
    ways += [
        partial(watch, person, lambda: reverse("integrations:job", args=[shown[-1]]), end, delay=delay)
        for person, delay in zip(watchers, spread, strict=True)
    ]
    with going(*ways, end=end):
        while True:
            runs.append(seconds_of_run(shown[-1]))
            if time.monotonic() > until or len(runs) >= MOST_RUNS:
                break
            shown.append(begin(administrator))
    return samples, runs


def begin(person: Person) -> int:
    """Press 「カオナビと同期」; the number of the run."""
    person.click("click that starts an import", reverse("integrations:start"), "kind=employees")
    job = SyncJob.objects.latest("pk").pk
    connections.close_all()
    return job


def seconds_of_run(number: int) -> float:
    """Wait for the end of a run. Raises AssertionError for one that ended badly."""

    def job() -> SyncJob | None:
        found = SyncJob.objects.get(pk=number)
        connections.close_all()
        return None if found.is_unfinished else found

    found = wait_for(job, LONGEST_RUN, "the end of an import")
    if found.status not in {SyncJob.Status.SUCCEEDED, SyncJob.Status.PARTIAL}:
        raise AssertionError(f"{found.status}: {found.message}")
    return (found.finished_at - found.created_at).total_seconds()


@contextmanager
def going(*ways: Callable[[], object], end: threading.Event) -> Iterator[None]:
    """All of these at once, in threads, while the block runs."""
    threads = [threading.Thread(target=way, daemon=True) for way in ways]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        end.set()
        for thread in threads:
            thread.join()


def wait_for(look: Callable[[], Any], seconds: float, what: str) -> Any:
    """What `look` gives as soon as it is something. Raises AssertionError when the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(LOOK_EVERY)
    raise AssertionError(f"waited {seconds:g} s for {what}")


def told(*samples: Samples) -> list[str]:
    """Each error with what was asked for."""
    return [f"{name}: {error}" for each in samples for name, errors in each.errors.items() for error in errors]
