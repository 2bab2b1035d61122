"""A checkout whose folder is called what people call folders, started by a link from elsewhere, on IPv6 alone."""

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import requests

from mikiwame_kaonavi.launcher import ROOT
from mikiwame_kaonavi.processes import start, stop
from tests.processes.deployment import PASSED_ON, product_environment
from tests.processes.ports import free_port

pytestmark = [pytest.mark.processes, pytest.mark.long]

NEEDED = ["accounts", "assessments", "departments", "employees", "integrations", "mikiwame_kaonavi", "templates"]


def test_it_serves_pages_static_files_runs_and_the_simulator(tmp_path: Path):
    folder = tmp_path / "人事 #1 100%25 a?b=c [新]"
    for name in [*NEEDED, "script"]:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs/images", folder / "docs/images")
    for name in ("manage.py", "pyproject.toml", "docs/manual.ja.md"):
        shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to((ROOT / ".venv").resolve())
    link = tmp_path / "serve"
    link.symlink_to(folder / "script" / "serve")
    environment = {name: text for name, text in product_environment().items() if name in PASSED_ON}
    port, log = free_port(), tmp_path / "log"
    manage = [str(folder / ".venv/bin/python"), str(folder / "manage.py")]
    state, simulated = tmp_path / "simulator #1?.json", free_port()
    simulator = [*manage, "kaonavi_simulator", "--sample-company", "--port", str(simulated), "--state", str(state)]
    environment["KAONAVI_API_URL"] = f"http://127.0.0.1:{simulated}/api/v2.0"
    with log.open("ab") as output:
        processes = [
            start(["bash", str(link), "--host", "::1", "--port", str(port)], environment=environment, output=output),
            start(simulator, environment=environment, output=output),
        ]
    try:
        deadline = time.monotonic() + 300
        while f"http://[::1]:{port}/ で利用できます" not in log.read_text() or " ready." not in log.read_text():
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        page = requests.get(f"http://[::1]:{port}/", timeout=30)
        assert page.ok
        [style, *_] = re.findall(r'href="(/static/[^"]+\.css)"', page.text)
        assert requests.get(f"http://[::1]:{port}{style}", timeout=30).ok
        requests.post(f"http://127.0.0.1:{simulated}/_control/ticks", timeout=30).raise_for_status()
        keys = requests.get(f"http://127.0.0.1:{simulated}/_control/credentials", timeout=30).json()
        secret = {"KAONAVI_CONSUMER_SECRET": keys["consumer_secret"]}
        for words in (["connect", "--key", keys["consumer_key"]], ["sync", "departments", "--json"]):
            done = subprocess.run(
                [*manage, "kaonavi", *words],
                env=environment | secret,
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
            )
            assert done.returncode in {0, 3}, done.stderr + log.read_text()
        assert json.loads(done.stdout)["created"] > 0
        assert (folder / ".data" / "db.sqlite3").exists()
    finally:
        stop(processes, within=15)
