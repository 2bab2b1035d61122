"""The whole product on one machine while nobody uses it: how much memory its processes take, and what they ask of the
database.
"""

import re
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
import requests

from mikiwame_kaonavi.launcher import ROOT
from tests.processes.served import Served

pytestmark = [pytest.mark.processes, pytest.mark.long]

MOST_MEMORY = 300.0  # MB of all processes together
SELDOM = 10.0  # seconds between two of the same statement, whoever sends it
AT_REST = 60.0
PAGES = (
    "",
    "employees/",
    "departments/",
    "jobs/",
    "problems/",
    "analysis/",
    "settings/",
    "settings/accounts/",
    "guide/",
)


def visit(served: Served) -> None:
    """Open the main pages so often that each web process has shown each of them."""
    key = served.log_in()
    for page in PAGES:
        for _ in range(6):
            address = f"{served.address}/{page}"
            answer = requests.get(address, cookies={"sessionid": key}, headers={"Connection": "close"}, timeout=60)
            assert (answer.status_code, answer.url) == (200, address)


def memory_of(served: Served) -> float:
    """The proportional set size of all its processes, in MB."""
    root = psutil.Process(served.process.pid)
    family = [root, *root.children(recursive=True)]
    assert len(family) >= 9  # launcher, broker, web and its two, worker and its two, beat
    return sum(proportional(process.pid) for process in family)


def statements(told: Path, since: float) -> dict[str, list[float]]:
    """When each was sent since that moment."""
    sent: dict[str, list[float]] = defaultdict(list)
    for line in told.read_text().splitlines():
        moment, _, text = line.split("\t")
        if float(moment) >= since:
            sent[text].append(float(moment))
    return sent


def proportional(pid: int) -> float:
    [size] = re.findall(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), flags=re.MULTILINE)
    return int(size) / 1024


def test_it_takes_little_memory_and_asks_seldom(tmp_path: Path, database_url: str):
    told = tmp_path / "statements"
    telling = {"DJANGO_SETTINGS_MODULE": "tests.processes.telling", "PYTHONPATH": str(ROOT)}
    served = Served(tmp_path, DATABASE_URL=database_url, TOLD_STATEMENTS=str(told), **telling)
    try:
        served.wait_until_ready()
        visit(served)
        memory = memory_of(served)
        since = time.monotonic()
        time.sleep(AT_REST)
        sent = statements(told, since)
        assert any("integrations_syncjob" in text for text in sent)  # somebody looks all the same
        assert {text: gap for text, times in sent.items() if (gap := shortest_gap(times)) < SELDOM} == {}
        assert max(memory, memory_of(served)) <= MOST_MEMORY
    finally:
        served.stop()


def shortest_gap(times: list[float]) -> float:
    times = sorted(times)
    return min((later - earlier for earlier, later in pairwise(times)), default=SELDOM)
