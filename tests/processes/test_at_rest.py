"""The whole product on one machine while nobody uses it: how much memory its processes take, and what they ask of the
database.
"""

import os
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from mikiwame_kaonavi.launcher import ROOT
from tests.processes.served import Served, without_numpy

pytestmark = [pytest.mark.processes, pytest.mark.long]

MOST_MEMORY = 300 * 2**20  # bytes of all processes together
SELDOM = 10.0  # seconds between two of the same statement, whoever sends it
AT_REST = {"sqlite": 60.0, "postgresql": 25.0}  # a minute shows what two clocks ask at once now and then


def statements(told: Path, since: float) -> dict[str, list[float]]:
    """When each was sent since that moment."""
    sent: dict[str, list[float]] = defaultdict(list)
    for line in told.read_text().splitlines():
        moment, _, text = line.split("\t")
        if float(moment) >= since:
            sent[text].append(float(moment))
    return sent


def test_it_takes_little_memory_and_asks_seldom(tmp_path: Path, database_url: str):
    told = tmp_path / "statements"
    path = os.pathsep.join((without_numpy(tmp_path), str(ROOT)))
    telling = {"DJANGO_SETTINGS_MODULE": "tests.processes.telling", "PYTHONPATH": path}
    served = Served(tmp_path, DATABASE_URL=database_url, TOLD_STATEMENTS=str(told), **telling)
    try:
        served.wait_until_ready()
        served.visit()
        memory = served.memory()
        since = time.monotonic()
        time.sleep(AT_REST[database_url.partition(":")[0]])
        sent = statements(told, since)
        assert any("integrations_syncjob" in text for text in sent)  # somebody looks all the same
        assert {text: gap for text, times in sent.items() if (gap := shortest_gap(times)) < SELDOM} == {}
        assert max(memory, served.memory()) <= MOST_MEMORY
    finally:
        served.stop()


def shortest_gap(times: list[float]) -> float:
    times = sorted(times)
    return min((later - earlier for earlier, later in pairwise(times)), default=SELDOM)
