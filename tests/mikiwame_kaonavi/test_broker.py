"""The embedded broker, as a real server."""

import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from mikiwame_kaonavi.broker import Broker, BrokerError, prepare_broker
from mikiwame_kaonavi.processes import start, stop

pytestmark = pytest.mark.processes


def run(broker: Broker) -> subprocess.Popen[bytes]:
    server = start(broker.command, environment={}, output=subprocess.DEVNULL)
    broker.wait_until_ready(within=60)
    return server


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = prepare_broker(tmp_path)
    server = run(broker)
    yield broker
    stop([server], within=5)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_answers_at_the_address_that_it_leaves_in_a_file(broker, tmp_path):
    address = (tmp_path / "broker-url").read_text()
    assert address == broker.url
    assert redis.Redis.from_url(address).ping() is True


def test_it_asks_for_the_password(broker):
    stranger = redis.Redis.from_url(broker.url.replace(broker.url.split("@")[0], "redis://"))
    with pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_it_listens_on_this_machine_alone(broker):
    with redis.Redis.from_url(broker.url, decode_responses=True) as client:
        assert client.config_get("bind") == {"bind": "127.0.0.1"}


def test_it_lets_nobody_else_read_the_password(broker, tmp_path):
    assert mode(tmp_path / "broker-url") == 0o600
    assert mode(tmp_path / "broker" / "valkey.conf") == 0o600
    assert mode(tmp_path / "broker") == 0o700
    password = broker.url.split(":")[2].split("@")[0]
    assert not any(password in part for part in broker.command)
    assert password not in repr(broker)


def test_it_forgets_no_message_when_it_is_killed(tmp_path):
    broker = prepare_broker(tmp_path)
    server = run(broker)
    with redis.Redis.from_url(broker.url) as client:
        for number in range(500):
            client.rpush("celery", number)
    server.send_signal(signal.SIGKILL)
    server.wait()
    server = run(prepare_broker(tmp_path))
    with redis.Redis.from_url(broker.url) as client:
        assert client.lrange("celery", 0, -1) == [b"%d" % number for number in range(500)]
    stop([server], within=5)


def test_it_keeps_its_address_from_one_start_to_the_next(tmp_path):
    assert prepare_broker(tmp_path).url == prepare_broker(tmp_path).url


def test_it_moves_when_somebody_else_has_its_port(broker, tmp_path):
    assert prepare_broker(tmp_path).url != broker.url


def test_it_works_in_a_folder_with_blanks_in_its_name(tmp_path):
    folder = tmp_path / "データ と 空白"
    broker = prepare_broker(folder)
    server = run(broker)
    with redis.Redis.from_url(broker.url, decode_responses=True) as client:
        assert client.config_get("dir") == {"dir": str(folder / "broker")}
    stop([server], within=5)


def test_it_says_so_when_the_server_does_not_come_up(tmp_path):
    with pytest.raises(BrokerError, match="起動しません"):
        prepare_broker(tmp_path).wait_until_ready(within=0)


@pytest.mark.parametrize("name", ["社員 #1 100%25", '"[新] 連携" a?b*', "a\\b", "a\\[b]"])
def test_its_folder_may_be_called_what_people_call_folders(name, tmp_path):
    broker = prepare_broker(tmp_path / name)
    server = run(broker)
    try:
        with redis.Redis.from_url(broker.url, decode_responses=True) as client:
            assert client.config_get("dir") == {"dir": str(tmp_path / name / "broker")}
    finally:
        stop([server], within=5)
