"""The queue's faults, as /readyz and /metrics of a real web process tell them; and beat's."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.processes.deployment import Deployment
from tests.processes.ports import free_port
from tests.processes.watching import is_well_again, numbers, says, troubles, watched

pytestmark = [pytest.mark.processes, pytest.mark.long]


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("watched")
    (folder / "db.sqlite3").write_bytes(migrated_sqlite.read_bytes())
    yield from watched(folder, f"sqlite:///{folder / 'db.sqlite3'}", "web", "beat")


@pytest.fixture
def broker(deployment: Deployment) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(deployment.broker.url) as client:
        yield client
        client.config_set("maxmemory", 0)
        client.replicaof("NO", "ONE")
    is_well_again(deployment)
    assert numbers(deployment)['mikiwame_problem{part="broker"}'] == "0.0"


def test_one_that_is_full(deployment: Deployment, broker: redis.Redis):
    broker.config_set("maxmemory", 1)
    assert troubles(deployment) == {"broker": "キュー（Redis）のメモリーが足りません。"}
    told = numbers(deployment)
    assert told['mikiwame_problem{part="broker"}'] == "1.0"
    assert told['mikiwame_jobs_total{kind="employees",status="succeeded"}'] == "0.0"


def test_one_that_takes_no_writes(deployment: Deployment, broker: redis.Redis):
    broker.replicaof("127.0.0.1", free_port())
    assert troubles(deployment) == {"broker": "キュー（Redis）が読み取り専用で、書き込めません。"}
    assert numbers(deployment)['mikiwame_problem{part="broker"}'] == "1.0"


@pytest.mark.usefixtures("broker")
def test_one_that_does_not_answer(deployment: Deployment):
    deployment.send("broker", signal.SIGSTOP)
    try:
        assert set(says(deployment, "broker", "時間内に応答しませんでした")) == {"broker"}
        told = numbers(deployment)
        assert told['mikiwame_scrape_problem{part="broker"}'] == "1.0"
        assert (told["mikiwame_broker_up"], "mikiwame_queue_messages" in told) == ("0.0", False)
    finally:
        deployment.send("broker", signal.SIGCONT)


def test_one_that_does_not_run(deployment: Deployment):
    deployment.kill("broker")
    assert set(says(deployment, "broker", "動いていないか、接続を受け付けていません")) == {"broker"}
    assert numbers(deployment)["mikiwame_broker_up"] == "0.0"
    deployment.start("broker")
    is_well_again(deployment)


def test_beat_that_stands_still_is_seen(deployment: Deployment):
    deployment.send("beat", signal.SIGSTOP)
    first = float(numbers(deployment)["mikiwame_beat_age_seconds"])
    deployment.wait_until(
        lambda: float(numbers(deployment)["mikiwame_beat_age_seconds"]) > max(first, 15), what="beat grows old"
    )
    deployment.send("beat", signal.SIGCONT)
    deployment.wait_until(lambda: float(numbers(deployment)["mikiwame_beat_age_seconds"]) < 10, what="beat goes on")
