"""A whole deployment on which faults are tried, one after the other: real processes, short intervals, a small
company.
"""

import json
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis

from mikiwame_kaonavi.launcher import ROOT
from mikiwame_kaonavi.processes import kill_group, start
from tests.processes.deployment import Deployment

UNFINISHED = {"queued", "running"}
LONGEST_ANSWER = 120  # seconds
# Faults amid a transaction, or with many who write, are tried on each kind of database; in others it has no part.
on_one_database = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


class Refusal(Exception):  # noqa: N818 - what the product said, not a failure of the test
    """The desk's answer was an error; `kind` is the exception's name."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        super().__init__(text)


class Desk:
    """A terminal of the product that stays open: `desk.start(kind="results")` calls that function of
    `tests.faults.desk`.
    """

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.desk"],
                env=environment,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                process_group=0,
            )

    def ask(self, call: str, **arguments: Any) -> None:
        """Put a question without waiting for the answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"call": call, **arguments}).encode() + b"\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        """The next answer. Raises Refusal."""
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], LONGEST_ANSWER)[0], "the desk does not answer"
        line = self.process.stdout.readline()
        assert line, "the desk has died, see desk.log"
        answer = json.loads(line)
        if "error" in answer:
            raise Refusal(answer["error"], answer["text"])
        return answer["gives"]

    def __getattr__(self, call: str) -> Any:
        def ask_and_hear(**arguments: Any) -> Any:
            self.ask(call, **arguments)
            return self.hear()

        return ask_and_hear

    def close(self) -> None:
        kill_group(self.process)
        self.process.communicate()


COMPLEMENT = ("broker", "simulator", "worker", "worker2", "beat")


class Site(Deployment):
    """A deployment that is put in order again after each fault. It has two workers, so that one may die."""

    people = 120

    def __init__(self, folder: Path, *, database_url: str) -> None:
        super().__init__(folder, database_url=database_url)
        self.kind = database_url.partition(":")[0]
        self.environment |= {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "FAULTS_CODE_VERSION": "this",
        }
        self.starting: dict[str, int] = {}  # programs that may not be ready yet: how long their log was before
        self.desk = self.open_desk()
        self.others: list[Desk] = []

    def open_desk(self) -> Desk:
        return Desk(self.environment, self.folder / "desk.log")

    def desks(self, number: int) -> list[Desk]:
        """So many terminals; they stay open."""
        while len(self.others) < number:
            self.others.append(self.open_desk())
        return self.others[:number]

    def open(self) -> None:
        """Start everything, and connect."""
        self.start_all()
        self.fill(self.people)
        self.control("POST", "ticks")
        self.connect_desk()

    def connect_desk(self) -> None:
        """Connect the product to the simulator."""
        keys = self.control("GET", "credentials")
        self.desk.connect(key=keys["consumer_key"], secret=keys["consumer_secret"])

    def close(self) -> None:
        super().close()
        for desk in [self.desk, *self.others]:
            desk.close()

    def fill(self, people: int) -> None:
        """A company in カオナビ with so many members and no departments."""
        members = [
            {
                "id": number,
                "code": f"{number:05}",
                "name": f"社員 {number}",
                "name_kana": f"シャイン {number}",
                "mail": f"m{number}@example.co.jp",
            }
            for number in range(1, people + 1)
        ]
        self.people = people
        self.control("PUT", "tenant", {"members": members})

    @contextmanager
    def with_sheets(self, *, task_delay: float = 0) -> Iterator[None]:
        """Both result sheets in カオナビ, and nothing on them; nobody and no run is known."""
        self.put_in_order()
        self.control("PUT", "tenant", {"sheets": []})
        for template in ("latest", "all"):
            self.control("POST", "templates", {"template": template})
        self.control("POST", "ticks")
        self.control("PATCH", "knobs", {"task_delay": task_delay, "update_limit": 1000})
        yield
        self.put_in_order()
        self.control("PUT", "tenant", {"sheets": []})

    def sheets(self) -> dict[str, Any]:
        """What each sheet holds."""
        return {sheet["name"]: sheet["rows"] for sheet in self.control("GET", "tenant")["sheets"]}

    def put_in_order(self) -> None:
        """Everything runs, nothing is held back, and nobody and no run is known."""
        for file in [*self.folder.glob("stop-*"), *self.folder.glob("reached-*")]:
            file.unlink()
        self.start_all()
        for job in self.desk.unfinished():
            self.desk.cancel(job=job)
        self.desk.wipe()
        self.control("DELETE", "calls")

    def start_all(self) -> None:
        """Whatever does not run is started; all of it can be used afterwards."""
        for name in COMPLEMENT:
            if not self.is_alive(name):
                self.launch(name)
        for name in list(self.starting):
            self.ready(name)

    def launch(self, name: str) -> None:
        """Start a program without waiting for it: a fault takes its time, and so does the start of its successor."""
        brakes = {"FAULTS_FOLDER": str(self.folder)} if name.startswith("worker") else {}
        with self._log(name).open("ab") as log:
            self.starting[name] = log.tell()
            self.processes[name] = start(self._command(name), environment=self.environment | brakes, output=log)

    def run_beside(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        """Start a command of the product without waiting for it; what it says is in a log of that name."""
        with self._log(name).open("wb") as log:
            self.processes[name] = start(command, environment=self.environment, output=log)
        return self.processes[name]

    def ready(self, name: str) -> None:
        """Wait until a launched program can be used."""
        before = self.starting.pop(name)
        self.wait_until(partial(self._is_ready, name, before), what=f"{name} is ready")

    def replace(self, name: str) -> None:
        """SIGKILL a program with all its children, and launch its successor."""
        self.kill(name)
        self.launch(name)

    def is_alive(self, name: str) -> bool:
        """Whether the program runs; what is left of a dead one is cleared away."""
        process = self.processes.get(name)
        if process is not None and process.poll() is not None:
            kill_group(process)
            del self.processes[name]
        return name in self.processes

    def brake(self, point: str) -> None:
        """Stop the next process that reaches the point; see `tests.faults.brake`."""
        (self.folder / f"reached-{point}").unlink(missing_ok=True)
        (self.folder / f"stop-{point}").touch()

    def reached(self, point: str) -> int:
        """Wait until a process stands at the point; its number."""
        file = self.folder / f"reached-{point}"

        def text() -> str:
            assert self.desk.unfinished(), f"the run ended before it reached {point}"
            return file.read_text() if file.exists() else ""

        return int(self.wait_until(text, what=f"somebody reaches {point}"))

    def release(self, point: str) -> None:
        (self.folder / f"stop-{point}").unlink(missing_ok=True)

    @contextmanager
    def braked(self, point: str) -> Iterator[tuple[int, int]]:
        """A run of people that stands at the point inside the block: its number, and its process. It goes on
        afterwards.
        """
        self.brake(point)
        try:
            job = self.desk.start()
            yield job, self.reached(point)
        finally:
            self.release(point)

    def end_of(self, job: int, *, within: float = 180) -> dict[str, Any]:
        """The run as it ended, which it must within that time."""
        return dict(self.wait_until(partial(self.ended, job), what=f"run {job} has ended", within=within))

    def ended(self, job: int) -> dict[str, Any] | None:
        row = self.desk.job(job=job)
        return None if row["status"] in UNFINISHED else row

    def freeze(self, name: str) -> None:
        """SIGSTOP to a program and all its children, but not amid a write: SQLite's lock would stay with them."""
        while True:
            for process in self.family(name):
                process.suspend()
            if self.desk.can_write():
                return
            self.thaw(name)

    def thaw(self, name: str) -> None:
        for process in self.family(name):
            with suppress(psutil.NoSuchProcess):  # its main process, which wakes first, may have ended it
                process.resume()

    def family(self, name: str) -> list[psutil.Process]:
        try:
            main = psutil.Process(self.processes[name].pid)
            return [main, *main.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def kill_main(self, name: str) -> None:
        """SIGKILL to the main process of a worker alone. Its pool follows it, as it ought to."""
        family = self.family(name)
        self.send(name, signal.SIGKILL)
        self.processes.pop(name).wait()
        _, alive = psutil.wait_procs(family, timeout=60)
        assert alive == [], "a pool outlived its worker"
        self.launch(name)

    def hears(self, name: str, words: str) -> None:
        """Wait until a program has said these words."""
        self.wait_until(lambda: words in self.log(name), what=f"{name} says {words}")

    def broker_client(self) -> redis.Redis:
        return redis.Redis.from_url(self.broker.url)

    def pushes(self) -> int:
        """How often a message was put into the queue, by a sender or by a redelivery, since the broker began."""
        with self.broker_client() as client:
            commands = client.info("commandstats")
        return sum(commands.get(f"cmdstat_{name}", {"calls": 0})["calls"] for name in ("lpush", "rpush"))

    def drained(self) -> bool:
        """Whether no message waits in the queue."""
        with self.broker_client() as client:
            return not client.llen("celery")

    def worker_on(self, job: int) -> str:
        """The name of the worker that has the run, or had it last; "" where none has taken it."""
        pid = self.desk.job(job=job)["worker"].partition(":")[2]
        return next((name for name, process in self.processes.items() if str(process.pid) == pid), "")

    def _command(self, name: str, *, sample_company: bool = False) -> list[str]:
        return super()._command(name.rstrip("0123456789"), sample_company=sample_company)

    def _is_ready(self, name: str, before: int) -> bool:
        if not name.startswith("worker"):
            return super()._is_ready(name, before)
        return b" ready." in self._log(name).read_bytes()[before:]
