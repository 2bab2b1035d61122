"""The simulator of 練習モード as one of the launcher's programs: it runs while a marker in the data folder asks for it."""

import shutil
import sys
from pathlib import Path
from typing import Protocol

from mikiwame_kaonavi.broker import write_secret
from mikiwame_kaonavi.processes import free_port, port_is_free

NAME = "simulator"


class Programs(Protocol):
    """What of the launcher is needed."""

    def add(self, name: str, command: list[str]) -> None: ...
    def remove(self, name: str) -> None: ...


class Practice:
    """Starts and ends it. Its company stays what it was over a restart, and is forgotten with the marker."""

    def __init__(self, data: Path, manage: Path, programs: Programs) -> None:
        self.folder = data / "practice"
        self.manage = manage
        self.programs = programs
        self.is_running = False
        if not (self.folder / "wanted").exists():  # a launcher that was killed at the end of it has not cleared up
            shutil.rmtree(self.folder, ignore_errors=True)

    def tend(self) -> None:
        """Look for the marker."""
        is_wanted = (self.folder / "wanted").exists()
        if is_wanted and not self.is_running:
            self.start()
        elif self.is_running and not is_wanted:
            self.programs.remove(NAME)
            self.is_running = False
            shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        port = self.remembered_port() or free_port()
        state = str(self.folder / "state.json")
        command = [sys.executable, str(self.manage), "kaonavi_simulator", "--port", str(port), "--state", state]
        self.programs.add(NAME, [*command, "--sample-company"])
        self.is_running = True
        write_secret(self.folder / "address", f"http://127.0.0.1:{port}")

    def remembered_port(self) -> int | None:
        """The port of before, so that an address that somebody has read goes on being right."""
        address = self.folder / "address"
        if not address.exists():
            return None
        port = int(address.read_text().rpartition(":")[2])
        return port if port_is_free(port) else None
