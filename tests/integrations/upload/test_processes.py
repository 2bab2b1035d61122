"""The upload by a real worker, killed with SIGKILL while カオナビ works on its calls, and once with 20,000 people."""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial

import psutil
import pytest

from mikiwame_kaonavi.launcher import ROOT
from tests.processes.deployment import Deployment

pytestmark = [
    pytest.mark.long,  # `test_kills` plays all of this in one process
    pytest.mark.processes,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

PEOPLE = """
from datetime import date
from uuid import UUID
from assessments.models import Assessment, PersonalityType, Scale
from employees.models import Employee
numbers = [f"E{{n:05}}" for n in range({people})]
Employee.objects.bulk_create(
    [Employee(email=f"{{n.lower()}}@example.co.jp", employee_number=n, last_name="田中", first_name=n) for n in numbers],
    batch_size=500,
)
scores = dict.fromkeys(Scale.objects.values_list("code", flat=True), 50.0)
kind = PersonalityType.objects.get(code="promoter")
Assessment.objects.bulk_create(
    [
        Assessment(
            public_id=UUID(int=pk), employee_id=pk, taken_on=date(2026, 4, 1), personality_type=kind, scores=scores
        )
        for pk in Employee.objects.values_list("pk", flat=True)
    ],
    batch_size=500,
)
"""


@pytest.fixture
def company(deployment: Deployment) -> Callable[[int], None]:
    """So many tested people, each a member of カオナビ, which has both sheets; the worker notices deaths quickly."""

    def found(people: int, **knobs: object) -> None:
        deployment.environment |= {
            "DJANGO_SETTINGS_MODULE": "tests.integrations.imports.results.quick_settings",
            "PYTHONPATH": str(ROOT),
            "SITE_URL": "http://localhost:8000",
            "KAONAVI_UPDATE_WINDOW": "0.5",
        }
        deployment.start("simulator", "worker")
        members = [
            {
                "id": n + 1,
                "code": f"E{n:05}",
                "name": "田中 太郎",
                "name_kana": "タナカ タロウ",
                "mail": f"e{n:05}@example.co.jp",
            }
            for n in range(people)
        ]
        deployment.control("PUT", "tenant", {"members": members})
        for template in ("latest", "all"):
            deployment.control("POST", "templates", {"template": template})
        deployment.control("POST", "ticks")
        deployment.control("PATCH", "knobs", {"task_delay": 0.1, "update_window": 0.5, **knobs})
        deployment.connect()
        deployment.manage("shell", "-c", PEOPLE.format(people=people))

    return found


def rows(deployment: Deployment) -> dict[str, object]:
    """What both sheets hold."""
    return {sheet["name"]: sheet["rows"] for sheet in deployment.control("GET", "tenant")["sheets"]}


def clear(deployment: Deployment) -> None:
    """Empty both sheets, but for the record of another vendor on the second one."""
    sheets = deployment.control("GET", "tenant")["sheets"]
    latest, every = sheets
    link = next(item["id"] for item in every["items"] if item["name"] == "受検者詳細リンク")
    latest["rows"], every["rows"] = {}, {"E00001": [{str(link): ["https://other.example.com/r/1"]}]}
    deployment.control("PUT", "tenant", {"sheets": sheets})


def status(deployment: Deployment) -> str:
    """The newest run's status, read past the product."""
    file = deployment.environment["DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(file)) as database:
        [found] = database.execute("SELECT status FROM integrations_syncjob ORDER BY id DESC LIMIT 1").fetchone()
    return str(found)


def run_and_kill(deployment: Deployment, when: Callable[[], object]) -> None:
    """Start an upload, SIGKILL the worker with all its children at that moment, and let another one end it."""
    clear(deployment)
    deployment.manage("kaonavi", "sync", "results", "--no-wait")
    when()
    deployment.kill("worker")
    deployment.start("worker")
    deployment.wait_until(lambda: status(deployment) not in {"queued", "running"}, what="the run has ended", within=90)


FAULTS = {
    "while the members are read": {"method": "GET", "path": "^/members", "kind": "slow"},
    "while an update is under way": {"method": "PATCH", "path": "^/sheets/", "kind": "slow"},
    "while the second update is under way": {"method": "PATCH", "path": "^/sheets/", "kind": "slow", "after": 1},
    "while the task is asked for": {"method": "GET", "path": "^/tasks/", "kind": "slow"},
    "while the sheets are read again": {"method": "GET", "path": "^/sheets/", "kind": "slow", "after": 2},
}


@pytest.mark.parametrize("moment", FAULTS)
def test_a_worker_killed_in_the_middle_of_a_call_leaves_the_sheets_like_an_undisturbed_one(moment, deployment, company):
    company(5)
    clear(deployment)
    deployment.sync("results")
    undisturbed = rows(deployment)

    def struck() -> None:
        deployment.wait_until(lambda: deployment.control("GET", "faults") == [], what=f"the worker is killed {moment}")

    deployment.control("POST", "faults", [{**FAULTS[moment], "seconds": 4}])
    run_and_kill(deployment, struck)

    assert status(deployment) == "succeeded"
    assert rows(deployment) == undisturbed


@pytest.mark.parametrize("part", ["first", "second"])
def test_a_worker_killed_at_any_of_twenty_random_moments_never_spoils_a_sheet(part, deployment, company):
    company(5)
    deployment.environment["KAONAVI_CHUNK_RECORDS"] = "3"  # two calls a sheet, each three seconds until カオナビ has it
    deployment.stop("worker")
    deployment.start("worker")
    clear(deployment)
    deployment.sync("results")
    undisturbed = rows(deployment)
    moments = {"first": (0, 6), "second": (6, 12)}[part]  # two tests, so that two processes share them
    for seconds in [random.uniform(*moments) for _ in range(10)]:  # noqa: S311 - moments, not secrets
        run_and_kill(deployment, partial(time.sleep, seconds))
        assert status(deployment) == "succeeded", seconds
        assert rows(deployment) == undisturbed, seconds


@contextmanager
def memory_of(process: psutil.Process) -> Iterator[list[int]]:
    """The largest memory of any one of a process's family, in bytes, growing while the block runs."""
    peak, stopped = [0], threading.Event()

    def watch() -> None:
        while not stopped.wait(0.1):
            for each in [process, *process.children(recursive=True)]:
                with suppress(psutil.NoSuchProcess):
                    peak[0] = max(peak[0], each.memory_info().rss)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        stopped.set()
        thread.join()


def test_twenty_thousand_people_take_forty_calls_and_little_memory(deployment, company):
    company(20_000, update_limit=5)

    with memory_of(psutil.Process(deployment.processes["worker"].pid)) as peak:
        job = deployment.sync("results")

    assert (job["status"], job["created"]) == ("succeeded", 20_000)
    assert job["message"] == "カオナビに20,000件中20,000件の反映を確認しました。"
    calls = deployment.control("GET", "calls")
    assert len([call for call in calls if call["method"] == "PATCH"]) == 40
    assert 429 not in {call["status"] for call in calls}
    assert peak[0] < 300_000_000
