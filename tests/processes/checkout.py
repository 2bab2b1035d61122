"""A copy of the product in a folder of its own, as somebody has it under /opt/mikiwame: with its own .env and .data."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from mikiwame_kaonavi.launcher import ROOT
from mikiwame_kaonavi.processes import start

HOME = "/opt/mikiwame"  # where the papers put the product
NOTHING: Mapping[str, str] = MappingProxyType({})
NOT_COPIED = (
    ".git",
    ".venv",
    ".data",
    ".env",
    ".*_cache",
    ".hypothesis",
    "__pycache__",
    "static_root",
    "tests",
)


class Checkout:
    """Commands run in it as in a terminal that knows nothing of the test run."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "mikiwame"
        shutil.copytree(ROOT, self.root, ignore=shutil.ignore_patterns(*NOT_COPIED))
        self.lend_packages()
        self.environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}

    def lend_packages(self) -> None:
        """Ours, and a note that they are what is asked for: nothing is to be installed into them."""
        packages = self.root / ".venv"
        packages.mkdir()
        for path in Path(sys.prefix).iterdir():
            if path.name != "locked":
                (packages / path.name).symlink_to(path)
        lock = hashlib.sha256((self.root / "script/locks/embedded.txt").read_bytes()).hexdigest()
        (packages / "locked").write_text(f"{lock}  -\n")

    def write_settings(self, **variables: str) -> None:
        """Its .env."""
        (self.root / ".env").write_text("".join(f"{name}={value}\n" for name, value in variables.items()))

    def run(
        self, words: Sequence[str], variables: Mapping[str, str] = NOTHING, *, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """A command that ends by itself, with variables besides those of its .env."""
        done = subprocess.run(
            words,
            cwd=self.root,
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert not check or done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        return done

    def manage(self, *words: str, **variables: str) -> str:
        return self.run([".venv/bin/python", "manage.py", *words], variables).stdout

    def start(self, words: list[str], log: Path, **variables: str) -> subprocess.Popen[bytes]:
        """A command that runs until it is told to end, and dies with us."""
        with log.open("ab") as output:
            words = ["/usr/bin/env", f"--chdir={self.root}", *words]
            return start(words, environment=self.environment | variables, output=output)


class Unit:
    """A unit of docs/systemd, as far as it can be followed without systemd."""

    def __init__(self, name: str) -> None:
        self.path = ROOT / "docs/systemd" / name
        self.text = self.path.read_text()

    def values(self, key: str) -> list[str]:
        return re.findall(rf"^{key}=(.*)$", self.text, flags=re.MULTILINE)

    def commands(self, replaced: dict[str, str]) -> list[list[str]]:
        """What it starts, one after the other, with the places of the test."""
        lines = self.values("ExecStart")
        for old, new in replaced.items():
            lines = [line.replace(old, new) for line in lines]
        return [line.split() for line in lines]

    def environment(self) -> dict[str, str]:
        return dict(value.split("=", 1) for value in self.values("Environment"))

    def stop(self, process: subprocess.Popen[bytes]) -> int:
        """As systemd stops it: SIGTERM, and patience as long as it says. Gives the exit code."""
        process.send_signal(signal.SIGTERM)
        return process.wait(float(self.values("TimeoutStopSec")[0]))
