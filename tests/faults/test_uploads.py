"""The worker of an upload is killed with SIGKILL while カオナビ works on its calls, or at any moment; another goes on."""

from collections.abc import Iterator
from threading import Event
from time import monotonic
from typing import Any

import pytest

from tests.faults.site import Site, on_one_database

pytestmark = [
    pytest.mark.processes,
    pytest.mark.long,  # `test_kills` plays all of this in one process
    on_one_database,
]

PEOPLE = 5
MOMENTS = 6


class Upload:
    """Five tested people, the same upload again and again, and what both sheets hold after an undisturbed one."""

    def __init__(self, site: Site) -> None:
        self.site = site
        for number in range(1, PEOPLE + 1):
            site.desk.examine(number=number, taken_on="2026-04-01", score=50.0)
        job = self.start()
        began = monotonic()
        assert site.end_of(job)["status"] == "succeeded"
        self.duration = monotonic() - began
        self.undisturbed = site.sheets()

    def start(self) -> int:
        """Begin with empty sheets, but for the record of another vendor on the second one."""
        sheets = self.site.control("GET", "tenant")["sheets"]
        latest, every = sheets
        link = next(item["id"] for item in every["items"] if item["name"] == "受検者詳細リンク")
        latest["rows"], every["rows"] = {}, {"00001": [{str(link): ["https://other.example.com/r/1"]}]}
        self.site.control("PUT", "tenant", {"sheets": sheets})
        return int(self.site.desk.start(kind="results"))

    def kill_worker_of(self, job: int) -> None:
        """SIGKILL its worker; another one ends the run, and the sheets are as they ought to be."""
        self.site.replace(self.site.worker_on(job) or "worker")
        assert self.site.end_of(job)["status"] == "succeeded"
        assert self.site.sheets() == self.undisturbed
        self.site.start_all()


@pytest.fixture
def upload(site: Site) -> Iterator[Upload]:
    with site.with_sheets(task_delay=0.1):
        yield Upload(site)


CALLS: dict[str, dict[str, Any]] = {
    "the members are read": {"method": "GET", "path": "^/members"},
    "an update is under way": {"method": "PATCH", "path": "^/sheets/"},
    "the second update is under way": {"method": "PATCH", "path": "^/sheets/", "after": 1},
    "the task is asked for": {"method": "GET", "path": "^/tasks/"},
    "the sheets are read again": {"method": "GET", "path": "^/sheets/", "after": 2},
}


def test_a_worker_killed_in_the_middle_of_a_call_leaves_the_sheets_like_an_undisturbed_one(
    site: Site, upload: Upload
) -> None:
    for call in CALLS.values():
        site.control("POST", "faults", [{**call, "kind": "slow", "seconds": 2}])
        job = upload.start()
        site.wait_until(lambda: site.control("GET", "faults") == [], what=f"カオナビ works on {call}")
        upload.kill_worker_of(job)


def test_a_worker_killed_at_any_moment_never_spoils_a_sheet(site: Site, upload: Upload) -> None:
    for number in range(MOMENTS):
        job = upload.start()
        Event().wait((number + 0.5) / MOMENTS * upload.duration)
        upload.kill_worker_of(job)
