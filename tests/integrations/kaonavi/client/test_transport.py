"""What only a real connection can do: drip, fall silent, break, or never come about."""

import gzip
import socket
import struct
import time
from collections.abc import Callable

import pytest
import requests

from integrations.kaonavi import client as client_module
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import NotPermitted, NotUnderstood, Unavailable
from integrations.kaonavi.types import Record, SheetMember
from tests.fakes import FakeQuota, FakeTokens
from tests.integrations.kaonavi.client.misbehaving import server

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BODY = b'{"member_data": [{"code": "K1"}]}'
BIG = [SheetMember("K1", (Record({5: ("x" * 3_000_000,)}),))]

Connect = Callable[..., KaonaviClient]


@pytest.fixture
def connect():
    with requests.Session() as session:
        session.trust_env = False

        def connect(base_url: str, *, timeout: float = 20) -> KaonaviClient:
            return KaonaviClient(
                base_url,
                "key",
                "secret",
                session=session,
                tokens=FakeTokens("token"),
                quota=FakeQuota(),
                timeout=timeout,
                sleep=lambda _: None,
            )

        yield connect


def send(*pieces: bytes):
    def behaviour(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return behaviour


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def fall_silent(connection: socket.socket) -> None:
    connection.recv(1)  # returns when the client has given up


def drip(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
    for _ in range(500):  # far longer than the client's patience, but not for ever
        connection.sendall(b" ")
        time.sleep(0.01)


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY,
        HEAD + b"Connection: close\r\n\r\n" + BODY,
        HEAD
        + b"Transfer-Encoding: chunked\r\n\r\n"
        + b"5\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (BODY[:5], len(BODY) - 5, BODY[5:]),
        HEAD + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n" + gzip.compress(BODY),
    ],
    ids=["counted", "until closed", "chunked", "compressed"],
)
def test_it_reads_a_body_however_it_is_sent(connect: Connect, answer: bytes):
    with server(send(answer)) as base_url:
        assert [each.code for each in connect(base_url).members().items] == ["K1"]


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"Content-Length: 999\r\n\r\n" + BODY,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"21\r\n" + BODY[:9],
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 33\r\n\r\n" + BODY,
        b"this is no HTTP\r\n\r\n",
        b"",
    ],
    ids=["counted", "chunked", "not really compressed", "no HTTP", "nothing"],
)
def test_it_never_takes_a_broken_answer_for_a_whole_one(connect: Connect, answer: bytes):
    with server(send(answer)) as base_url, pytest.raises(Unavailable):
        connect(base_url).members()


def test_it_stops_an_answer_that_drips_in_too_slowly(connect: Connect):
    with server(drip) as base_url, pytest.raises(Unavailable, match="時間内"):
        connect(base_url, timeout=0.2).members()


def test_it_stops_waiting_for_an_answer_that_never_comes(connect: Connect):
    with server(fall_silent) as base_url, pytest.raises(Unavailable, match="時間内") as lost:
        connect(base_url, timeout=0.2).patch_sheet(71, [])
    assert lost.value.outcome_unknown


def test_it_does_not_know_what_became_of_an_update_whose_connection_was_reset(connect: Connect):
    with server(reset) as base_url, pytest.raises(Unavailable) as lost:
        connect(base_url).patch_sheet(71, BIG)
    assert lost.value.outcome_unknown


def test_it_knows_that_an_update_never_left_when_nobody_listens(connect: Connect):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unavailable) as lost:
        connect(f"http://127.0.0.1:{port}").patch_sheet(71, BIG)
    assert not lost.value.outcome_unknown


def test_it_sends_a_large_update_whole(connect: Connect):
    answer = HEAD + b'Content-Length: 14\r\n\r\n{"task_id": 7}'
    with server(send(answer)) as base_url:
        assert connect(base_url).patch_sheet(71, BIG) == 7


def test_it_refuses_an_answer_beyond_all_measure(connect: Connect, monkeypatch):
    monkeypatch.setattr(client_module, "LARGEST_ANSWER", 1_000_000)
    endless = send(HEAD + b"Connection: close\r\n\r\n", b" " * 1_100_000)
    with server(endless) as base_url, pytest.raises(NotUnderstood, match="大きすぎます") as refused:
        connect(base_url).patch_sheet(71, [])
    assert refused.value.outcome_unknown


def test_it_heeds_a_refusal_whatever_its_body_is(connect: Connect):
    head = b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n"
    with server(send(head, b"x" * 2_000_000)) as base_url, pytest.raises(NotPermitted):
        connect(base_url).members()


@pytest.mark.parametrize("base_url", ["nowhere", "gopher://127.0.0.1", "http://[", "http://127.0.0.1:99999"])
def test_it_calls_an_address_that_is_none_unavailable(connect: Connect, base_url: str):
    with pytest.raises(Unavailable):
        connect(base_url).members()
