"""The name of a process: it is never taken for another one, of this machine or of any other."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.jobs import owner

SLEEPER = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()"]


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(SLEEPER, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


@pytest.fixture(params=["/proc", "ps"])
def _either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With Linux's own files, and where there are none."""
    if request.param == "ps":
        monkeypatch.setattr(owner, "PROC", tmp_path / "nothing")


@pytest.mark.usefixtures("_either_way")
def test_a_living_process_is_known_to_live(process):
    assert owner.standing(owner.name_of(os.getpid())) == "alive"
    assert owner.standing(owner.name_of(process.pid)) == "alive"


@pytest.mark.usefixtures("_either_way")
def test_a_killed_process_is_gone_also_while_nobody_has_collected_it(process):
    name = owner.name_of(process.pid)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, and still in the list of processes
    assert owner.standing(name) == "gone"
    process.wait()
    assert owner.standing(name) == "gone"


@pytest.mark.usefixtures("_either_way")
def test_another_process_of_the_same_number_is_not_taken_for_it(process):
    host, pid, started, machine = owner.name_of(process.pid).split(" ")
    assert owner.standing(f"{host} {pid} {started}0 {machine}") == "gone"


@pytest.mark.parametrize("place", [0, 3])
def test_of_another_host_a_reboot_or_another_namespace_nothing_is_known(process, place):
    parts = owner.name_of(process.pid).split(" ")
    parts[place] += "x"
    process.kill()
    process.wait()
    assert owner.standing(" ".join(parts)) == "unknown"


@pytest.mark.parametrize("name", ["", "host:12", "a b c", f"{os.uname().nodename} x y z"])
def test_of_a_run_without_such_a_name_nothing_is_known(name):
    assert owner.standing(name) == "unknown"


def test_where_nobody_can_tell_a_start_nothing_is_claimed(monkeypatch, tmp_path, process):
    monkeypatch.setattr(owner, "PROC", tmp_path)
    monkeypatch.setattr(owner, "PS", str(tmp_path / "ps"))
    assert owner.standing(owner.name_of(process.pid)) == "unknown"


def test_a_name_of_a_program_with_brackets_does_not_confuse_it(monkeypatch, tmp_path):
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "stat").write_text("7 (a) Z (b)) S " + " ".join(str(number) for number in range(4, 53)))
    monkeypatch.setattr(owner, "PROC", tmp_path)
    assert owner.started(7) == "22"
