"""Turns of observers at rest, on a real server of the queue and without one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection

from integrations.jobs import turns
from mikiwame_kaonavi.broker import prepare_broker
from mikiwame_kaonavi.processes import start, stop


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    broker = prepare_broker(tmp_path)
    process = start(broker.command, environment={})
    broker.wait_until_ready(within=60)
    monkeypatch.setattr(turns.current_app, "connection_for_write", lambda: Connection(broker.url))
    yield
    stop([process], within=5)


@pytest.mark.processes
@pytest.mark.usefixtures("queue")
def test_one_of_all_who_come_in_time_has_the_turn():
    assert [turns.take("look", 60) for _ in range(3)] == [True, False, False]
    assert turns.take("another", 0.001)
    assert any(turns.take("another", 60) for _ in range(10_000))


def test_everybody_has_it_where_the_queue_knows_no_turns():
    assert [turns.take("look", 60) for _ in range(2)] == [True, True]


def test_everybody_has_it_where_the_queue_is_away(monkeypatch):
    nobody = "redis://127.0.0.1:1/0"
    options = {"max_retries": 0, "socket_connect_timeout": 1}
    monkeypatch.setattr(
        turns.current_app, "connection_for_write", lambda: Connection(nobody, transport_options=options)
    )
    assert turns.take("look", 60)
