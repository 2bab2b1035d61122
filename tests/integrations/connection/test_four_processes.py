"""One company, four processes on one database: the limit as カオナビ's side of the line sees it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from integrations.kaonavi.simulator.server import run_in_thread
from integrations.kaonavi.simulator.tenant import Tenant
from mikiwame_kaonavi.launcher import ROOT
from mikiwame_kaonavi.processes import kill_group, start
from tests.integrations.connection.callers import PROCESSES
from tests.processes.deployment import product_environment

pytestmark = [pytest.mark.processes, pytest.mark.long]  # `test_reservations` and `test_window` show it in one process

LIMIT = 5
WINDOW = 3.0  # seconds, instead of カオナビ's minute
WINDOWS = 3  # in a row that must be well used
PATIENCE = 180.0  # seconds for them to come about, however busy the machine is


@pytest.fixture
def tenant() -> Tenant:
    company = Tenant(task_delay=0, update_limit=LIMIT, update_window=WINDOW)
    company.add_member("E1")
    company.use_template("latest")
    company.tick_all()
    return company


@contextmanager
def callers(tenant: Tenant, api_url: str, database_url: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The four processes while the block runs; then all are killed at once, whatever they are doing."""
    sheet = tenant.state.sheets[0]
    environment = product_environment(
        DATABASE_URL=database_url,
        CELERY_BROKER_URL="memory://",
        KAONAVI_API_URL=api_url,
        KAONAVI_UPDATE_LIMIT=str(LIMIT),
        KAONAVI_UPDATE_WINDOW=str(WINDOW),
        CALLERS_KEY=tenant.credentials.consumer_key,
        CALLERS_SECRET=tenant.credentials.consumer_secret,
        PYTHONPATH=str(ROOT),
    )
    arguments = [str(sheet.id), str(sheet.item("受検者詳細リンク").id), "E1"]
    command = [sys.executable, "-m", "tests.integrations.connection.callers", *arguments]
    with log.open("ab") as output:
        process = start(command, environment=environment, output=output)
    try:
        yield process
    finally:
        kill_group(process)
        process.wait()


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.02)


def moments(tenant: Tenant) -> list[float]:
    """When カオナビ received each update call."""
    with tenant.lock:
        return sorted(call.time for call in tenant.update_calls)


def use_of_the_limit(received: list[float]) -> float:
    """The best share of the limit that some windows in a row have used: the rest of the time belongs to other
    programs.
    """
    calls = LIMIT * WINDOWS
    spans = [last - first for first, last in zip(received, received[calls:], strict=False)]
    return WINDOWS * WINDOW / min(spans, default=float("inf"))


def test_they_never_make_a_call_too_many_and_use_nine_tenths_of_the_limit(
    tenant: Tenant, database_url: str, tmp_path: Path
):
    log = tmp_path / "callers.log"
    with run_in_thread(tenant) as api_url:
        with callers(tenant, api_url, database_url, log) as process:
            wait_until(lambda: use_of_the_limit(moments(tenant)) >= 0.9, process, log)
        before = len(moments(tenant))
        with callers(tenant, api_url, database_url, log) as process:  # the book outlives those who wrote it
            wait_until(lambda: len(moments(tenant)) > before, process, log)

    received = moments(tenant)
    gaps = [later - earlier for earlier, later in zip(received, received[LIMIT:], strict=False)]
    assert min(gaps) >= WINDOW
    assert {call.status for call in tenant.update_calls} == {200}
    tokens = [call for call in tenant.calls if call.path == "/token"]
    assert len(tokens) <= PROCESSES, "they share one token"
