"""Runs without worker, broker and beat: one that was killed makes room for the next; output may be left unread."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.processes.deployment import MANAGE, Deployment

pytestmark = pytest.mark.processes

LAYOUT = "GET /member_layouts"
SLOW_MEMBERS = {"kind": "slow", "path": "^/members", "seconds": 30}
QUIET = ("Traceback", "BrokenPipe", "Exception ignored")


@pytest.fixture
def company(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Deployment, int]]:
    """The product with a simulator beside it and nothing else: so many members, both sheets, connected."""
    deployment = Deployment(tmp_path, database_url=database_url)
    try:
        deployment.start("simulator")
        fill(deployment, request.param)
        for template in ("latest", "all"):
            deployment.control("POST", "templates", {"template": template})
        deployment.control("POST", "ticks")
        deployment.connect()
        yield deployment, request.param
    finally:
        deployment.close()


def fill(deployment: Deployment, people: int, mail: str = "m{}@example.co.jp") -> None:
    members = [
        {
            "id": number,
            "code": f"{number:05}",
            "name": f"社員 {number}",
            "name_kana": f"シャイン {number}",
            "mail": mail.format(number),
        }
        for number in range(1, people + 1)
    ]
    deployment.control("PUT", "tenant", {"members": members})


def begin(deployment: Deployment, kind: str) -> subprocess.Popen[bytes]:
    """Start a run without a queue, and do not wait for it."""
    return deployment_process(deployment, "sync", kind, "--inline", "--json")


def deployment_process(deployment: Deployment, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*MANAGE, "kaonavi", *arguments],
        env=deployment.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def kill_amid(deployment: Deployment, kind: str, call: str, moment: float) -> None:
    """SIGKILL a run so many seconds after it has made this call."""
    deployment.control("DELETE", "calls")
    with begin(deployment, kind) as process:
        deployment.wait_until(lambda: has_called(deployment, call), what=f"the run makes {call}")
        Event().wait(moment)
        process.kill()


def has_called(deployment: Deployment, call: str) -> bool:
    return any(f"{one['method']} {one['path']}".startswith(call) for one in deployment.control("GET", "calls"))


def runs(deployment: Deployment) -> list[dict[str, Any]]:
    return list(json.loads(deployment.manage("kaonavi", "jobs", "--json").stdout))


@pytest.mark.parametrize(("company", "database_url"), [(40, "sqlite")], indirect=True)
def test_an_import_that_was_killed_is_started_again_at_once(company):
    deployment, people = company
    deployment.control("POST", "faults", [SLOW_MEMBERS])
    with begin(deployment, "employees") as process:
        deployment.wait_until(lambda: deployment.control("GET", "faults") == [], what="the run reads the members")
        process.kill()
    assert deployment.sync("employees", "--inline")["created"] == people
    assert [(run["status"], run["issues"][0]["reason"]) for run in runs(deployment)[1:]] == [
        ("interrupted", "RUN_INTERRUPTED")
    ]


@pytest.mark.long
@pytest.mark.parametrize("company", [1000], indirect=True)
def test_an_import_killed_at_several_moments_brings_everybody(company):
    deployment, people = company
    for moment in (0.2, 0.9, 1.6):
        kill_amid(deployment, "employees", LAYOUT, moment)
    last = deployment.sync("employees", "--inline")
    assert last["created"] + last["unchanged"] == people
    ended = runs(deployment)
    assert {run["status"] for run in ended} <= {"interrupted", "succeeded"}
    assert sum(run["created"] for run in ended if run["status"] == "succeeded") == people
    assert all(run["issues"][0]["reason"] == "RUN_INTERRUPTED" for run in ended if run["status"] == "interrupted")


@pytest.mark.long
@pytest.mark.parametrize("company", [300], indirect=True)
def test_an_upload_killed_at_several_moments_is_started_again_at_once_and_nothing_is_lost_or_doubled(company):
    deployment, people = company
    deployment.environment |= {"KAONAVI_CHUNK_RECORDS": "50", "KAONAVI_UPDATE_WINDOW": "1"}
    deployment.control("PATCH", "knobs", {"task_delay": 0.3, "update_window": 1})
    deployment.sync("employees", "--inline")
    rows = [f"m{number}@example.co.jp,検査,2026-04-01" for number in range(1, people + 1)]
    file = deployment.folder / "results.csv"
    file.write_text("\n".join(["メールアドレス,検査名,受検日", *rows]) + "\n")
    deployment.manage("assessments", "import", str(file))
    for call, moment in (("PATCH /sheets", 0), ("GET /sheets", 0.5), ("GET /sheets", 1.8)):
        kill_amid(deployment, "results", call, moment)
    last = deployment.sync("results", "--inline")
    assert (last["status"], last["failed"]) == ("succeeded", 0)
    for sheet in deployment.control("GET", "tenant")["sheets"]:
        shown = {code: len(records) for code, records in sheet["rows"].items()}
        assert shown == dict.fromkeys((f"{number:05}" for number in range(1, people + 1)), 1)
    assert {run["status"] for run in runs(deployment)} <= {"interrupted", "succeeded"}


@pytest.fixture
def _terminal() -> Iterator[None]:
    """What is started listens to the closing of a terminal, even where these tests were started not to (nohup)."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.long
@pytest.mark.usefixtures("_terminal")
@pytest.mark.parametrize(("company", "database_url"), [(3, "sqlite")], indirect=True)
def test_a_run_whose_terminal_is_closed_ends_as_with_ctrl_c(company):
    deployment, _ = company
    deployment.control("POST", "faults", [SLOW_MEMBERS])
    with begin(deployment, "employees") as process:
        deployment.wait_until(lambda: has_called(deployment, LAYOUT), what="the run works")
        process.send_signal(signal.SIGHUP)
        process.communicate(timeout=60)
    assert [run["status"] for run in runs(deployment)] == ["cancelled"]


@pytest.mark.long
@pytest.mark.parametrize(("company", "database_url"), [(3, "sqlite")], indirect=True)
def test_every_command_ends_quietly_and_with_its_own_code_where_nobody_reads_its_output(company):
    deployment, _ = company
    fill(deployment, 3, mail="no address {}")
    assert deployment.sync("employees", "--inline", expect=3)["failed"] == 3
    commands = [
        (["jobs"], 0),
        (["jobs", "--json"], 0),
        (["issues", "1"], 0),
        (["issues", "1", "--csv"], 0),
        (["check"], 0),
        (["sync", "employees", "--inline", "--json"], 3),
        (["--help"], 0),
    ]
    processes = [(deployment_process(deployment, *arguments), arguments, code) for arguments, code in commands]
    for process, _, _ in processes:
        assert process.stdout is not None
        process.stdout.close()
    for process, arguments, code in processes:
        assert process.stderr is not None
        said = process.stderr.read().decode()
        process.stderr.close()
        assert (process.wait(), [words for words in QUIET if words in said]) == (code, []), (arguments, said)
