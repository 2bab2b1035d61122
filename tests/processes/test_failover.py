"""A broker that fails over: the worker lives on, and both it and whoever sends find the new master."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from mikiwame_kaonavi.processes import answers, start
from tests.processes.deployment import MANAGE, ROOT, Deployment
from tests.processes.fixtures import new_database
from tests.processes.ports import free_port

pytestmark = [pytest.mark.processes, pytest.mark.long]


# a message that no run waits for, at each line; what it fails of is told by a line of log instead
SENDER = """
import sys
from integrations.tasks import wake
for _ in sys.stdin:
    wake(0, 0)
    print("sent", flush=True)
"""


class Pair(Deployment):
    """The product with two servers for its queue behind an address that moves; `broker` is the first of them."""

    def __init__(self, folder: Path, *, database_url: str) -> None:
        super().__init__(folder, database_url=database_url)
        self.way, self.address = folder / "master", free_port()
        self.ports = {"broker": self.port_of(self.broker.url), "other": free_port()}
        self.password = self.broker.url.split("@")[0].split(":")[2]
        self.environment["CELERY_BROKER_URL"] = self.broker.url.replace(
            f":{self.ports['broker']}/", f":{self.address}/"
        )

    @staticmethod
    def port_of(url: str) -> int:
        return int(url.rsplit(":", 1)[1].split("/", maxsplit=1)[0])

    def start_both(self) -> None:
        """The first server is the master, the second its replica."""
        self.start("broker")
        self.start_other()
        self.lead_to("broker")
        self.run_beside(
            "address", [sys.executable, "-m", "tests.processes.moving_address", str(self.address), str(self.way)]
        )
        self.wait_until(lambda: answers(self.address), what="the address")
        self.follow("other", "broker")

    def start_other(self, *options: str) -> None:
        command = [*self.broker.command, "--port", str(self.ports["other"]), "--dir", str(self.folder), *options]
        self.run_beside("other", command)
        self.wait_until(lambda: answers(self.ports["other"]), what="the other server")

    def run_beside(self, name: str, command: list[str]) -> None:
        with self._log(name).open("ab") as log:
            self.processes[name] = start(command, environment=self.environment | {"PYTHONPATH": str(ROOT)}, output=log)

    @contextmanager
    def sender(self) -> Iterator[Callable[[], str]]:
        """A process that has sent messages before, as the web process has; gives what it says of the next one."""
        command = [*MANAGE, "shell", "--no-imports", "-c", SENDER]
        with subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:

            def send() -> str:
                process.stdin.write("\n")
                process.stdin.flush()
                return process.stdout.readline()

            yield send
            process.stdin.close()

    def lead_to(self, name: str) -> None:
        draft = self.way.with_suffix(".new")
        draft.write_text(str(self.ports[name]))
        draft.replace(self.way)

    def client(self, name: str) -> redis.Redis:
        return redis.Redis(port=self.ports[name], password=self.password, retry=Retry(NoBackoff(), 0))

    def follow(self, name: str, master: str) -> None:
        """Make one the replica of the other, and wait until it has all."""
        with self.client(name) as client:
            client.config_set("masterauth", self.password)
            client.replicaof("127.0.0.1", self.ports[master])
            self.wait_until(
                lambda: client.info("replication")["master_link_status"] == "up", what=f"{name} follows {master}"
            )

    def fail_over(self, old: str, new: str) -> None:
        """The other becomes the master; the old one, to which everybody is connected, answers READONLY from now on.

        Changes nothing where it is so already: either test may be the first in its process.
        """
        with self.client(new) as client:
            client.replicaof("NO", "ONE")
        self.lead_to(new)
        self.follow(old, new)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    request.param = "sqlite"
    pair = Pair(folder, database_url=new_database(request, folder))
    try:
        pair.start_both()
        pair.start("simulator", "web", "worker")
        pair.connect()
        pair.control("PUT", "tenant", {"departments": [{"code": "1", "name": "営業部"}]})
        yield pair
    finally:
        pair.close()


@pytest.fixture
def worker(pair: Pair) -> Iterator[psutil.Process]:
    """The worker, which must be the same at the end."""
    worker = psutil.Process(pair.processes["worker"].pid)
    yield worker
    assert worker.is_running()
    assert worker.status() != psutil.STATUS_ZOMBIE


def test_after_a_failover_runs_pass_the_new_master(pair, worker):
    assert pair.sync("departments")["status"] == "succeeded"
    with pair.sender() as send:
        assert send() == "sent\n"
        pair.fail_over("broker", "other")
        assert send() == "sent\n"
    for _ in range(2):
        assert pair.sync("departments")["status"] == "succeeded"
    with pair.client("broker") as old, pytest.raises(redis.ReadOnlyError):
        old.lpush("celery", "message")


def test_a_server_that_still_loads_its_data_is_waited_for(pair, worker):
    """It answers LOADING to everything; each of its 300 keys is made to take 30 ms."""
    pair.fail_over("broker", "other")
    with pair.client("other") as client:
        client.mset({f"key-{number}": "x" * 1100 for number in range(300)})
        client.bgrewriteaof()
        pair.wait_until(lambda: not writes_its_file(client), what="the file is written anew")
        pair.stop("other")
        pair.start_other("--key-load-delay", "30000", "--loading-process-events-interval-bytes", "1024")
        with pytest.raises(redis.BusyLoadingError):
            client.ping()
        assert pair.sync("departments")["status"] == "succeeded"


def writes_its_file(client: redis.Redis) -> bool:
    state = client.info("persistence")
    return bool(state["aof_rewrite_in_progress"] or state["aof_rewrite_scheduled"])
