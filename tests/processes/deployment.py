"""The product as real processes in a folder of its own: what faults and journeys are tried on."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from mikiwame_kaonavi.broker import Broker, prepare_broker
from mikiwame_kaonavi.launcher import ROOT, SOFT_END, beat, web, worker
from mikiwame_kaonavi.processes import answers, kill_group, start, stop
from tests.processes.ports import free_port, keep
from tests.processes.terminal import Terminal

MANAGE = [sys.executable, str(ROOT / "manage.py")]
# locked by each test that restores (`in_turn`): one restores at a time in a data folder, and theirs is the same
RESTORING = Path(tempfile.gettempdir()) / "mikiwame-tests-restoring"
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "TZ")  # nothing else of the test run reaches the product


@contextmanager
def in_turn(arguments: Sequence[str]) -> Iterator[None]:
    """While a management command runs: a restore waits until no other test's does."""
    with RESTORING.open("a") if "restore" in arguments else nullcontext() as lock:
        if lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def product_environment(**variables: str) -> dict[str, str]:
    """An environment for the product that names every secret, so that no key is made in the working tree."""
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return passed_on | {
        "PYTHONUNBUFFERED": "1",
        "WEB_CONCURRENCY": "2",
        **SOFT_END,
        "DJANGO_DEBUG": "true",
        "DJANGO_SECRET_KEY": "the tests protect nothing, so that everybody may read this key",
        "CREDENTIAL_KEYS": "dGhlLXRlc3RzLXByb3RlY3Qtbm90aGluZy0tLS0tLS0=",
        **variables,
    }


class Deployment:
    """Broker, simulator, worker, beat and web on one database. Each is started by name when a test wants it.

    `environment` may be changed before a program is started. Logs are `folder`/NAME.log.
    """

    def __init__(self, folder: Path, *, database_url: str) -> None:
        self.folder = folder
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.web_port, self.simulator_port = free_port(), free_port()
        self.web_url = f"http://localhost:{self.web_port}"
        self.simulator_url = f"http://127.0.0.1:{self.simulator_port}"
        self.broker: Broker = prepare_broker(folder)
        keep(urlsplit(self.broker.url).port or 0)
        self.environment = product_environment(
            DATABASE_URL=database_url,
            CELERY_BROKER_URL=self.broker.url,
            SITE_URL=self.web_url,
            KAONAVI_API_URL=f"{self.simulator_url}/api/v2.0",
            DJANGO_SETTINGS_MODULE="tests.processes.settings",
            PYTHONPATH=str(ROOT),
        )
        self.terminal: Terminal | None = None

    def start(self, *names: str, sample_company: bool = False) -> None:
        """Start programs of the product together and wait until each can be used. A simulator starts empty, with all
        ticks on.
        """
        before = {}
        for name in names:
            command = self._command(name, sample_company=sample_company)
            with self._log(name).open("ab") as log:
                before[name] = log.tell()
                self.processes[name] = start(command, environment=self.environment, output=log)
        for name in names:
            self.wait_until(partial(self._is_ready, name, before[name]), what=f"{name} is ready")
            if name == "simulator" and not sample_company:
                self.control("POST", "ticks")

    def kill(self, name: str) -> None:
        """SIGKILL a program with its children, as a crash of the machine would."""
        kill_group(self.processes[name])
        self.processes.pop(name).wait()

    def stop(self, *names: str, within: float = 60) -> None:
        """Ask programs to end, the way an operator does it."""
        stop([self.processes.pop(name) for name in names], within=within)

    def close(self) -> None:
        """The end of everything, at once: to ask idle programs and wait for them takes seconds and shows nothing."""
        for process in self.processes.values():
            kill_group(process)
        while self.processes:
            self.processes.popitem()[1].wait()
        self.close_terminal()

    def send(self, name: str, signal_number: signal.Signals) -> None:
        """Send a signal to the main process of a program."""
        self.processes[name].send_signal(signal_number)

    def manage(self, *arguments: str, expect: int | None = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a management command, which must end with `expect` (None: with whatever it likes).

        It is a fork of a process that has read the product with the present environment; other values of that one need
        a Python of their own.
        """
        run = self._run if variables.keys() & self.environment.keys() else self._run_at_terminal
        with in_turn(arguments):
            done = run(arguments, variables)
        assert expect is None or done.returncode == expect, (
            f"{arguments} → {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
        return done

    def _run(self, arguments: Sequence[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*MANAGE, *arguments],
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def _run_at_terminal(self, arguments: Sequence[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
        if self.terminal is not None and self.terminal.environment != self.environment:
            self.close_terminal()
        if self.terminal is None:
            self.terminal = Terminal(self.environment, self._log("terminal"))
        return self.terminal.run(arguments, variables)

    def close_terminal(self) -> None:
        if self.terminal is not None:
            self.terminal.close()
            self.terminal = None

    def connect(self) -> None:
        """Connect the product to the simulator with the keys that are good now."""
        keys = self.control("GET", "credentials")
        arguments = ["kaonavi", "connect", "--key", keys["consumer_key"]]
        self.manage(*arguments, KAONAVI_CONSUMER_SECRET=keys["consumer_secret"])

    def sync(self, kind: str, *options: str, expect: int | None = 0) -> dict[str, Any]:
        """Run a sync through the queue, wait for its end, and give the job as `--json` prints it."""
        done = self.manage("kaonavi", "sync", kind, "--json", *options, expect=expect)
        return dict(json.loads(done.stdout))

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the simulator's `/_control/PATH`: knobs, faults, tenant, templates, ticks, calls, credentials, clock."""
        answer = requests.request(method, f"{self.simulator_url}/_control/{path}", json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def log(self, name: str) -> str:
        """What a program has said so far."""
        return self._log(name).read_text(errors="replace")

    def wait_until(self, is_so: Callable[[], Any], *, what: str, within: float = 120) -> Any:
        """Ask again and again until the answer is true, and give it. Fails the test after `within` seconds."""
        deadline = time.monotonic() + within
        while True:
            if answer := is_so():
                return answer
            if time.monotonic() > deadline:
                raise AssertionError(f"never so: {what}\n{self._last_words()}")
            time.sleep(0.05)

    def _last_words(self, lines: int = 25) -> str:
        """The end of each program's log; all of them would bury whatever else the test run has to say."""
        logs = {path.name: path.read_text(errors="replace").splitlines() for path in sorted(self.folder.glob("*.log"))}
        return "\n".join("\n".join([f"--- {name}", *said[-lines:]]) for name, said in logs.items())

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _command(self, name: str, *, sample_company: bool) -> list[str]:
        if name == "simulator":
            state = str(self.folder / "simulator.json")
            sample = ["--sample-company"] if sample_company else []
            return [*MANAGE, "kaonavi_simulator", "--port", str(self.simulator_port), "--state", state, *sample]
        return {
            "broker": self.broker.command,
            "web": web(host="127.0.0.1", port=self.web_port),
            "worker": worker(),
            "beat": beat(self.folder),
        }[name]

    def _is_ready(self, name: str, before: int) -> bool:
        if name == "broker":
            self.broker.wait_until_ready(within=60)
            return True
        if name in {"web", "simulator"}:
            return answers(self.web_port if name == "web" else self.simulator_port)
        said = self._log(name).read_bytes()[before:]
        return (b" ready." if name == "worker" else b"Starting...") in said
