"""What only a real connection can do: drip, fall silent, break, or never come about."""

import gzip
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from integrations.kaonavi import client as client_module
from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import NotPermitted, NotUnderstood, TimedOut, Unavailable
from integrations.kaonavi.transport import open_session
from integrations.kaonavi.types import Record, SheetMember
from tests.factories.client import FakeQuota, FakeTokens
from tests.integrations.kaonavi.client.misbehaving import server

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BODY = b'{"member_data": [{"code": "K1"}]}'
BIG = [SheetMember("K1", (Record({5: ("x" * 3_000_000,)}),))]
ENORMOUS = [SheetMember("K1", (Record({5: ("x" * 20_000_000,)}),))]  # more than fits into the buffers on the way

Connect = Callable[..., KaonaviClient]


@pytest.fixture
def connect():
    with open_session() as session:
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


def drip(beginning: bytes):
    """So slowly that no single silence is long, and for a minute, which is far longer than the client has time."""

    def behaviour(connection: socket.socket) -> None:
        connection.sendall(beginning)
        for _ in range(6000):
            connection.sendall(b" ")
            time.sleep(0.01)

    return behaviour


@contextmanager
def reading_slowly() -> Iterator[str]:
    """A server that takes in a request so slowly that no single silence is long."""
    is_over = threading.Event()

    def read_slowly(connection: socket.socket) -> None:
        while not is_over.is_set() and connection.recv(1024):
            time.sleep(0.01)

    with server(read_slowly, reads=False) as base_url:
        try:
            yield base_url
        finally:
            is_over.set()


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


DRIPPING = {
    "status line": b"HTTP/1.1 200 ",
    "head": HEAD + b"X-Long:",
    "interim answer": b"HTTP/1.1 103 Early Hints\r\nLink:",
    "body": HEAD + b"Content-Length: 100000\r\n\r\n",
    "chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n10000\r\n",
    "refusal": b"HTTP/1.1 503 Busy\r\nX-Long:",
}


@pytest.mark.parametrize("beginning", DRIPPING.values(), ids=DRIPPING)
def test_it_stops_an_answer_that_drips_in_too_slowly(connect: Connect, beginning: bytes):
    started = time.monotonic()
    with server(drip(beginning)) as base_url:
        with pytest.raises(TimedOut, match="打ち切りました"):
            connect(base_url, timeout=0.3).members()
        assert time.monotonic() - started < 30  # one deadline for the call with its repetitions; it drips for 60 s


def test_it_stops_sending_to_a_server_that_reads_too_slowly(connect: Connect):
    started = time.monotonic()
    with reading_slowly() as base_url:
        with pytest.raises(TimedOut) as lost:
            connect(base_url, timeout=1).patch_sheet(71, ENORMOUS)
        assert lost.value.outcome_unknown
        assert time.monotonic() - started < 30  # it reads for 200 s


class Lost(Exception):  # noqa: N818 - what a permit may raise
    """The right to send is gone."""


class Permit:
    """Given so many times; `asked` says how."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.asked: list[bool] = []

    def __call__(self, *, afresh: bool) -> None:
        self.asked.append(afresh)
        if len(self.asked) > self.times:
            raise Lost


def listening(seen: bytearray, ended: threading.Event):
    """Keeps whatever comes in until the connection ends."""

    def behaviour(connection: socket.socket) -> None:
        while piece := connection.recv(1_000_000):
            seen.extend(piece)
        ended.set()

    return behaviour


def test_it_sends_no_byte_of_an_update_without_its_permit(connect: Connect):
    seen, ended, permit = bytearray(), threading.Event(), Permit(times=0)
    with server(listening(seen, ended), reads=False) as base_url:
        with pytest.raises(Lost):
            connect(base_url).patch_sheet(71, BIG, permit=permit)
        assert ended.wait(60)
    assert not seen
    assert permit.asked == [True]


def test_it_stops_an_update_between_two_pieces_when_the_permit_is_gone(connect: Connect):
    seen, ended, permit = bytearray(), threading.Event(), Permit(times=20)
    with server(listening(seen, ended), reads=False) as base_url:
        with pytest.raises(Lost):
            connect(base_url).patch_sheet(71, BIG, permit=permit)
        assert ended.wait(60)
    assert 0 < len(seen) < 1_000_000
    assert permit.asked == [True, *[False] * 20]


@pytest.mark.parametrize("status", [b"100 Continue", b"102 Processing", b"103 Early Hints", b"199 Whatever"])
def test_it_passes_over_interim_answers(connect: Connect, status: bytes):
    interim = b"HTTP/1.1 " + status + b"\r\nLink: </style.css>\r\n\r\n"
    answer = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
    with server(send(interim, interim, answer)) as base_url:
        assert [each.code for each in connect(base_url).members().items] == ["K1"]


def test_it_stops_waiting_for_an_answer_that_never_comes(connect: Connect):
    with server(fall_silent) as base_url, pytest.raises(Unavailable, match="打ち切りました") as lost:
        connect(base_url, timeout=1).patch_sheet(71, [])
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
