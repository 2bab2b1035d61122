"""`manage.py kaonavi_simulator` as a process of its own."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from integrations.kaonavi.simulator.server import open_tenant

ROOT = Path(__file__).resolve().parents[4]

pytestmark = pytest.mark.processes


@contextmanager
def simulator(state: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running process and the address of its API."""
    command = [sys.executable, "manage.py", "kaonavi_simulator", "--port", "0", "--state", str(state), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"API: (http://\S+)\)", line)
            assert found, line
            yield process, found[1]
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
def test_it_serves_stops_cleanly_and_remembers(tmp_path: Path, number: signal.Signals):
    state = tmp_path / "state.json"
    with simulator(state, "--sample-company") as (process, base):
        keys = json.loads(state.read_text())["credentials"]
        root = base.removesuffix("/api/v2.0")
        requests.patch(f"{root}/_control/knobs", json={"hourly_limit": 77}, timeout=30).raise_for_status()
        auth = (keys["consumer_key"], keys["consumer_secret"])
        token = requests.post(f"{base}/token", data={"grant_type": "client_credentials"}, auth=auth, timeout=30)
        headers = {"Kaonavi-Token": token.json()["access_token"]}
        process.send_signal(number)
        assert process.wait(60) == 0

    with simulator(state) as (_, base):
        members = requests.get(f"{base}/members", headers=headers, timeout=30)
        assert len(members.json()["member_data"]) == 1200
        root = base.removesuffix("/api/v2.0")
        assert requests.get(f"{root}/_control/knobs", timeout=30).json()["hourly_limit"] == 77


def test_a_fresh_one_is_empty_with_all_ticks_off(tmp_path: Path):
    state = open_tenant(tmp_path / "state.json", sample_company=False).state
    assert (state.members, state.ticks) == ([], {})
