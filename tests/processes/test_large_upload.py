"""An upload of 8,000 people by a real worker."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
import pytest

from tests.processes.deployment import Deployment

pytestmark = [
    pytest.mark.long,
    pytest.mark.processes,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

NUMBER = 8_000
CHUNK = 1_000
LARGEST_PROCESS = 200_000_000  # bytes; one that waits has 117,000,000
PEOPLE = f"""
from datetime import date
from uuid import UUID
from assessments.models import Assessment, PersonalityType, Scale
from employees.models import Employee
numbers = [f"E{{n:05}}" for n in range({NUMBER})]
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


def employ(deployment: Deployment) -> None:
    """So many tested people, each a member of カオナビ, which has both sheets."""
    members = [
        {
            "id": n + 1,
            "code": f"E{n:05}",
            "name": "田中 太郎",
            "name_kana": "タナカ タロウ",
            "mail": f"e{n:05}@example.co.jp",
        }
        for n in range(NUMBER)
    ]
    deployment.control("PUT", "tenant", {"members": members})
    for template in ("latest", "all"):
        deployment.control("POST", "templates", {"template": template})
    deployment.control("POST", "ticks")
    deployment.connect()
    deployment.manage("shell", "-c", PEOPLE)


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


def test_thousands_of_people_take_a_call_a_thousand_and_sheet_and_little_memory(deployment: Deployment) -> None:
    deployment.environment |= {"KAONAVI_UPDATE_WINDOW": "0.5"}
    deployment.start("simulator", "worker")
    employ(deployment)
    deployment.control("PATCH", "knobs", {"task_delay": 0, "update_limit": 5, "update_window": 0.5})

    with memory_of(psutil.Process(deployment.processes["worker"].pid)) as peak:
        job = deployment.sync("results")

    assert (job["status"], job["created"]) == ("succeeded", NUMBER)
    assert job["message"] == "カオナビに8,000件中8,000件の反映を確認しました。"
    calls = deployment.control("GET", "calls")
    assert len([call for call in calls if call["method"] == "PATCH"]) == 2 * NUMBER / CHUNK
    assert 429 not in {call["status"] for call in calls}
    assert peak[0] < LARGEST_PROCESS
