"""The upload of results: how long planning takes, and how many update calls it comes to. カオナビ is played by the
simulator.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
from django.conf import settings

from assessments.models import Assessment, PersonalityType, Scale
from employees.models import Employee
from integrations import actions
from integrations.connection.session import open_client
from integrations.jobs import runner
from integrations.models import SyncJob
from integrations.upload import source
from mikiwame_kaonavi.processes import answers, free_port, start, stop
from script.benchmark.databases import ROOT, environment, start_afresh
from script.benchmark.measuring import peak_of

LONGEST_PAUSE = 0.1  # seconds; pauses are for a カオナビ that needs time
SITUATIONS = ("first", "changed", "same")
CHANGED_EVERY = 100


def measure(*, people: int) -> dict[str, dict[str, float]]:
    """For each situation: seconds of processor time for planning, update calls, and bytes at the peak."""
    start_afresh()
    fill(people)
    source.links()  # which loads all of our pages, once in a worker's life
    measured = {}
    with simulator(people) as control:
        for situation in SITUATIONS:
            if situation == "changed":
                add_results(range(0, people, CHANGED_EVERY), date(2026, 5, 1))
            before = update_calls(control)
            found: dict[str, float] = {}
            found["bytes"] = peak_of(lambda found=found: found.update(seconds=upload()))  # type: ignore[misc]  # bound now
            measured[situation] = found | {"calls": update_calls(control) - before}
    return measured


def upload() -> float:
    """Run an upload to its end; gives what its first step, in which everything is planned, takes of the processor."""
    job = actions.start_job(kind=SyncJob.Kind.RESULTS, by=None, inline=True)
    number, planning = job.lease, None
    while True:
        started = time.process_time()
        wake = runner.advance(job.pk, number, worker="measured", connect=open_client)
        planning = time.process_time() - started if planning is None else planning
        if wake is None:
            break
        number = wake.lease_number
        time.sleep(min(wake.seconds, LONGEST_PAUSE))
    job.refresh_from_db()
    if job.status != SyncJob.Status.SUCCEEDED:
        raise AssertionError(f"{job.status}: {job.message}")
    return planning


def fill(people: int) -> None:
    """Employees with one result each."""
    Employee.objects.bulk_create(
        (
            Employee(email=f"p{number}@example.co.jp", employee_number=code_of(number), last_name="青木")
            for number in range(people)
        ),
        batch_size=1000,
    )
    add_results(range(people), date(2026, 4, 1))


def add_results(numbers: range, taken_on: date) -> None:
    kinds = list(PersonalityType.objects.order_by("pk"))
    scales = list(Scale.objects.values_list("code", flat=True))
    pks = dict(Employee.objects.values_list("employee_number", "pk"))
    Assessment.objects.bulk_create(
        (
            Assessment(
                employee_id=pks[code_of(number)],
                taken_on=taken_on - timedelta(days=number % 300),
                personality_type=kinds[number % len(kinds)],
                scores={code: 30.0 + (number + place) % 400 / 10 for place, code in enumerate(scales)},
            )
            for number in numbers
        ),
        batch_size=1000,
    )


def code_of(number: int) -> str:
    return f"E{number:06}"


@contextmanager
def simulator(people: int) -> Iterator[str]:
    """A simulator with these members and both sheets, to which the product is connected. Gives its `/_control`."""
    with TemporaryDirectory() as folder:
        port = free_port()
        state = str(Path(folder) / "state.json")
        command = [sys.executable, str(ROOT / "manage.py"), "kaonavi_simulator", "--port", str(port), "--state", state]
        with (Path(folder) / "log").open("wb") as log:
            process = start(command, environment=environment("sqlite://:memory:"), output=log)
        try:
            while not answers(port):
                time.sleep(0.05)
            control = f"http://127.0.0.1:{port}/_control"
            set_up(control, people)
            settings.KAONAVI_API_URL = f"http://127.0.0.1:{port}/api/v2.0"
            keys = requests.get(f"{control}/credentials", timeout=30).json()
            actions.connect(key=keys["consumer_key"], secret=keys["consumer_secret"], by=None)
            yield control
        finally:
            stop([process], within=5)


def set_up(control: str, people: int) -> None:
    members = [
        {
            "id": number + 1,
            "code": code_of(number),
            "name": "青木 葵",
            "name_kana": "アオキ アオイ",
            "mail": f"p{number}@example.co.jp",
        }
        for number in range(people)
    ]
    knobs = {"task_delay": 0, "update_window": settings.KAONAVI_UPDATE_WINDOW}
    calls: list[tuple[str, str, Any]] = [
        ("PATCH", "knobs", knobs),
        ("PUT", "tenant", {"members": members}),
        ("POST", "templates", {"template": "latest"}),
        ("POST", "templates", {"template": "all"}),
        ("POST", "ticks", {}),
    ]
    for method, path, body in calls:
        requests.request(method, f"{control}/{path}", json=body, timeout=120).raise_for_status()


def update_calls(control: str) -> int:
    return sum(call["is_update"] for call in requests.get(f"{control}/calls", timeout=120).json())
