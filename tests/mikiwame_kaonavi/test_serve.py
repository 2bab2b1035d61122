"""The launcher with the real programs, as `script/serve` runs it, in a folder of its own."""

import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
import redis
import requests

from mikiwame_kaonavi.launcher import ROOT
from tests.processes.deployment import product_environment
from tests.processes.ports import free_port

pytestmark = [pytest.mark.processes, pytest.mark.long]  # `test_launcher` has programs that start at once

PROGRAM = """
import sys
from pathlib import Path
from mikiwame_kaonavi import launcher
launcher.DATA = Path(sys.argv.pop(1))
launcher.main()
"""


def title_of(process: psutil.Process) -> list[str]:
    return [process.name(), *process.cmdline()]


class Served:
    """A running launcher with its folder and its port."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "serve.log"
        shutil.copy(database, folder / "db.sqlite3")
        self.environment = product_environment(DATABASE_URL=f"sqlite:///{folder / 'db.sqlite3'}")
        with self.log.open("wb") as log:
            self.process = psutil.Popen(self.command(self.port), env=self.environment, cwd=ROOT, stdout=log, stderr=log)

    def command(self, port: int) -> list[str]:
        return [sys.executable, "-c", PROGRAM, str(self.folder / "data"), "--port", str(port)]

    def programs(self, word: str) -> list[psutil.Process]:
        """The launcher's direct children that are called so, or have it in the title that they gave themselves."""
        return [child for child in self.process.children() if word in re.split("[ -]", " ".join(title_of(child)))]

    def wait_until(self, is_so: Callable[[], object], *, within: float = 120) -> None:
        deadline = time.monotonic() + within
        while not is_so():
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)


@contextmanager
def serving(folder: Path, database: Path) -> Iterator[Served]:
    served = Served(folder, database)
    try:
        served.wait_until(lambda: "で利用できます" in served.log.read_text() and " ready." in served.log.read_text())
        yield served
    finally:
        with suppress(psutil.NoSuchProcess):
            served.process.terminate()
        served.process.wait()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served"), migrated_sqlite) as served:
        yield served


def test_the_pages_can_be_opened(served):
    page = requests.get(f"http://localhost:{served.port}/", timeout=30)
    assert page.ok
    assert "ログイン" in page.text


def test_the_broker_is_where_its_file_says_and_nobody_else_can_read_it(served):
    address = served.folder / "data" / "broker-url"
    assert stat.S_IMODE(address.stat().st_mode) == 0o600
    with redis.Redis.from_url(address.read_text()) as client:
        assert client.ping()


def test_no_process_list_shows_the_password_of_the_broker(served):
    password = (served.folder / "data" / "broker-url").read_text().split("@")[0].split(":")[-1]
    shown = [part for process in served.process.children(recursive=True) for part in process.cmdline()]
    assert shown
    assert not any(password in part for part in shown)


def test_a_second_one_on_the_same_data_is_refused(served):
    second = subprocess.run(
        served.command(free_port()),
        env=served.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert second.returncode == 1
    assert f"すでに起動しています（プロセス {served.process.pid}）" in second.stderr


def test_a_port_that_somebody_has_is_refused(served, tmp_path):
    second = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "data"), "--port", str(served.port)],
        env=served.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert second.returncode == 1
    assert f"ポート{served.port}はほかのプログラムが使っています" in second.stderr


def test_a_worker_that_dies_is_started_again(served):
    [worker] = served.programs("worker")
    worker.kill()
    served.wait_until(lambda: not worker.is_running() and served.programs("worker"))
    served.wait_until(lambda: served.log.read_text().count(" ready.") >= 2)


def end(served: Served, how: signal.Signals) -> int:
    """Its exit code, after that signal and once all of its family is gone."""
    family = served.process.children(recursive=True)
    assert len(family) >= 7  # broker, web and its two, worker and its two, beat
    served.process.send_signal(how)
    code = served.process.wait(timeout=60)
    assert psutil.wait_procs(family, timeout=60)[1] == []
    return int(code)


def test_nothing_is_left_when_it_ends(served):  # the last that is done to it
    assert end(served, signal.SIGTERM) == 0


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 0), (signal.SIGKILL, -signal.SIGKILL)])
def test_nothing_is_left_when_it_is_interrupted_or_killed(how, code, tmp_path, migrated_sqlite):
    with serving(tmp_path, migrated_sqlite) as served:
        assert end(served, how) == code
