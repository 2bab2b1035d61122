"""The launcher's part of 練習モード: a simulator runs exactly while a marker asks for it."""

import os
import threading
from pathlib import Path

import pytest

from integrations.practice import simulator
from mikiwame_kaonavi.launcher import ROOT, Launcher
from mikiwame_kaonavi.practice_program import Practice


class Programs:
    """What a launcher was asked to do."""

    def __init__(self) -> None:
        self.running: dict[str, list[str]] = {}

    def add(self, name: str, command: list[str]) -> None:
        self.running[name] = command

    def remove(self, name: str) -> None:
        del self.running[name]


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    (tmp_path / "practice").mkdir(mode=0o700)
    return tmp_path / "practice"


def test_it_runs_while_the_marker_is_there(folder: Path) -> None:
    programs = Programs()
    practice = Practice(folder.parent, ROOT / "manage.py", programs)
    practice.tend()
    assert programs.running == {}
    folder.mkdir(exist_ok=True)  # as whoever asks for it does
    (folder / "wanted").touch()
    practice.tend()
    assert "--sample-company" in programs.running["simulator"]
    assert simulator.simulator_address() == f"http://127.0.0.1:{programs.running['simulator'][4]}"
    (folder / "wanted").unlink()
    practice.tend()
    assert programs.running == {}
    assert not folder.exists()


def test_a_launcher_that_starts_again_gives_it_the_same_address(folder: Path) -> None:
    (folder / "wanted").touch()
    addresses = set()
    for _ in range(2):
        Practice(folder.parent, ROOT / "manage.py", Programs()).tend()
        addresses.add(simulator.simulator_address())
    assert len(addresses) == 1


def test_what_a_launcher_left_that_was_killed_while_it_ended_goes_at_the_next_start(folder: Path) -> None:
    (folder / "state.json").write_text("{}")
    Practice(folder.parent, ROOT / "manage.py", Programs())
    assert not folder.exists()


def test_its_address_is_readable_by_us_alone(folder: Path) -> None:
    (folder / "wanted").touch()
    Practice(folder.parent, ROOT / "manage.py", Programs()).tend()
    assert (folder / "address").stat().st_mode & 0o077 == 0


@pytest.mark.long
@pytest.mark.processes
def test_a_real_one_comes_with_its_company_and_goes_without_a_trace(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(simulator, "PATIENCE", 120.0)  # of a busy machine
    launcher = Launcher(os.environ)
    practice = Practice(folder.parent, ROOT / "manage.py", launcher)
    is_over = threading.Event()

    def serve() -> None:
        while not is_over.is_set():
            launcher.tend(timeout=0.05)
            practice.tend()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        simulator.begin()
        [program] = launcher.programs
        assert len(simulator.control("GET", "tenant")["members"]) > 1000
        simulator.end()
        assert launcher.programs == []
        assert program.process is not None
        assert program.process.poll() is not None
        assert not folder.exists()
    finally:
        is_over.set()
        thread.join()
        launcher.stop()
