"""A company's network in the way: proxies, certificates, names and firewalls, each told apart, on real sockets."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from integrations.kaonavi.client import KaonaviClient
from integrations.kaonavi.errors import (
    CertificateRejected,
    ConnectionRefused,
    NameUnknown,
    ProxyRefused,
    TimedOut,
    Unavailable,
)
from integrations.kaonavi.transport import open_session
from tests.factories.certificates import at, make_certificate
from tests.factories.client import FakeQuota, FakeTokens
from tests.integrations.kaonavi.client.misbehaving import read_request, server
from tests.processes.ports import free_port

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{"member_data": []}'
TASK = b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"task_id": 7}'
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def _no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(autouse=True)
def _no_such_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resolver that knows this machine alone, and says of all other names what it says of those that do not exist."""
    real = socket.getaddrinfo

    def getaddrinfo(host: str, *args: Any, **kwargs: Any) -> Any:
        if host.endswith((".invalid", ".example.jp")):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.fixture
def ask() -> Iterator["Ask"]:
    with open_session() as session:
        yield Ask(session)


class Ask:
    """Calls a カオナビ at some address as the product does, with the environment's proxies and certificates."""

    def __init__(self, session) -> None:
        self._session = session

    def client(self, base_url: str, timeout: float = 60) -> KaonaviClient:
        return KaonaviClient(
            base_url,
            "key",
            "secret",
            session=self._session,
            tokens=FakeTokens("token"),
            quota=FakeQuota(),
            timeout=timeout,
            sleep=lambda _: None,
        )

    def failure(self, base_url: str, timeout: float = 60) -> Unavailable:
        """What a read and an update say; both the same, and the update that it was never sent."""
        with pytest.raises(Unavailable) as read:
            self.client(base_url, timeout).members()
        with pytest.raises(Unavailable) as update:
            self.client(base_url, timeout).patch_sheet(71, [])
        assert type(update.value) is type(read.value)
        assert not update.value.outcome_unknown
        return read.value


def certificate(folder: Path, *, host: str = "127.0.0.1", days: int = 1) -> Path:
    return make_certificate(folder, at(host), days=days)


@contextmanager
def secure(path: Path, answer: bytes = ANSWER) -> Iterator[str]:
    """A server that speaks TLS with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)

    def behave(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            read_request(wrapped)
            wrapped.sendall(answer)

    with server(behave, reads=False) as url:
        yield url.replace("http:", "https:")


@contextmanager
def proxy(answer: bytes, heads: list[bytes] | None = None) -> Iterator[str]:
    """A proxy that answers so to everything, or passes a tunnel through where the answer is blank."""

    def behave(connection: socket.socket) -> None:
        head = read_request(connection)
        if heads is not None:
            heads.append(head)
        if answer:
            connection.sendall(answer)
            return
        host, port = head.split()[1].decode().split(":")
        with socket.create_connection((host, int(port))) as target:
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            there = threading.Thread(target=pump, args=(connection, target))
            there.start()
            pump(target, connection)
            connection.shutdown(socket.SHUT_RDWR)
            there.join()

    with server(behave, reads=False) as url:
        yield url


def pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            target.sendall(data)
    except OSError:
        pass  # one of the two has gone


@pytest.mark.parametrize(
    ("status", "words"), [(b"407 Proxy Authentication Required", "認証"), (b"403 Forbidden", "通しません")]
)
def test_it_tells_what_the_proxy_has_against_it(ask: Ask, monkeypatch, status: bytes, words: str):
    refusal = b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n"
    with proxy(refusal) as address:
        monkeypatch.setenv("HTTPS_PROXY", address)
        told = ask.failure("https://kaonavi.example.jp")
    assert isinstance(told, ProxyRefused)
    assert words in str(told)
    assert status[:3].decode() in str(told)


def test_it_tells_a_407_apart_that_comes_instead_of_an_answer(ask: Ask, monkeypatch):
    with proxy(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n") as address:
        monkeypatch.setenv("HTTP_PROXY", address)
        assert isinstance(ask.failure("http://kaonavi.example.jp"), ProxyRefused)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:{port}", "http://proxy.invalid:8080", "127.0.0.1:{port}", "http://"]
)
def test_it_tells_a_proxy_apart_that_cannot_be_reached(ask: Ask, monkeypatch, address: str):
    monkeypatch.setenv("HTTPS_PROXY", address.format(port=free_port()))
    assert isinstance(ask.failure("https://kaonavi.example.jp"), ProxyRefused)


def test_it_goes_through_a_proxy_with_its_name_and_password_and_shows_them_to_nobody_else(
    ask: Ask, monkeypatch, tmp_path, caplog
):
    path = certificate(tmp_path)
    heads: list[bytes] = []
    with secure(path) as url, proxy(b"", heads) as address:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
        monkeypatch.setenv("HTTPS_PROXY", address.replace("//", "//hanako:p%40ss@"))
        assert ask.client(url).members().items == ()
    assert b"Proxy-Authorization: Basic aGFuYWtvOnBAc3M=" in heads[0]
    assert b"Kaonavi-Token" not in heads[0]
    assert "p%40ss" not in caplog.text
    assert "hanako" not in caplog.text


def test_it_goes_past_the_proxy_where_told(ask: Ask, monkeypatch, tmp_path):
    path = certificate(tmp_path)
    with secure(path) as url:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert ask.client(url).members().items == ()


def test_it_sends_an_update_over_tls(ask: Ask, monkeypatch, tmp_path):
    path = certificate(tmp_path)
    with secure(path, TASK) as url:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
        assert ask.client(url).patch_sheet(71, []) == 7


@pytest.mark.parametrize(
    ("made", "words"),
    [({}, "発行元"), ({"days": -1}, "有効期間"), ({"host": "127.0.0.2"}, "名前")],
    ids=["unknown issuer", "out of date", "another name"],
)
def test_it_tells_what_is_wrong_with_a_certificate(ask: Ask, monkeypatch, tmp_path, made, words):
    path = certificate(tmp_path, **made)
    if made:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    with secure(path) as url:
        told = ask.failure(url)
    assert isinstance(told, CertificateRejected)
    assert words in str(told)


@pytest.mark.parametrize("content", [None, "this is no certificate"])
def test_it_tells_a_bundle_apart_that_is_none(ask: Ask, monkeypatch, tmp_path, content: str | None):
    bundle = tmp_path / "company.pem"
    if content:
        bundle.write_text(content)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with secure(certificate(tmp_path)) as url:
        told = ask.failure(url)
    assert isinstance(told, CertificateRejected)
    assert "REQUESTS_CA_BUNDLE" in str(told)


def test_it_tells_an_address_apart_that_does_not_speak_tls(ask: Ask):
    plain = server(lambda connection: connection.sendall(ANSWER), reads=False)
    with plain as url, pytest.raises(CertificateRejected, match="TLS"):
        ask.client(url.replace("http:", "https:")).members()


def test_it_tells_a_name_apart_that_does_not_exist(ask: Ask):
    told = ask.failure("https://kaonavi.invalid/api/v2.0")
    assert isinstance(told, NameUnknown)
    assert "kaonavi.invalid" in str(told)


def test_it_tells_a_closed_port_apart(ask: Ask):
    assert isinstance(ask.failure(f"https://127.0.0.1:{free_port()}"), ConnectionRefused)


def test_it_tells_a_firewall_apart_that_swallows_everything(ask: Ask):
    """A listener whose queue is full answers to no further greeting, like a firewall that drops."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        told = ask.failure(f"https://127.0.0.1:{port}", timeout=0.3)
        for each in waiting:
            each.close()
    assert isinstance(told, TimedOut)
