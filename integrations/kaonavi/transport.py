"""Connections that keep one deadline for a whole call: sending, an answer's head, its body, however slowly they drip.

`requests` knows only how long a connection may be silent, so a server that sends a byte now and then would hold a call
for ever. Here every piece that is sent or received gets what is left of the call's time, and none begins after its end.
No piece is sent without the call's permit.
"""

import http.client
import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from integrations.kaonavi.ports import Permit

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE = 65_536  # bytes
INTERIM = range(102, 200)  # 100 is passed over by `http.client`, and 101 is an end that nobody here asks for


class OutOfTime(TimeoutError):  # noqa: N818 - says what happened, as the names in `errors`
    """The call's time is over."""


class NeverBegun(OutOfTime):
    """It was over before the first byte of the request left."""


class Deadline:
    """A moment on the monotonic clock, which also runs on while this process is stopped."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds; below zero when it has passed."""
        return self._end - time.monotonic()


_running: ContextVar[Deadline] = ContextVar("deadline of the call that is made")
_permit: ContextVar[Permit | None] = ContextVar("permit of the call that is made", default=None)


@contextmanager
def until(deadline: Deadline, permit: Permit | None = None) -> Iterator[None]:
    """What is sent and received inside keeps to this deadline, and what is sent to this permit."""
    before, permitted = _running.set(deadline), _permit.set(permit)
    try:
        yield
    finally:
        _running.reset(before)
        _permit.reset(permitted)


def open_session() -> requests.Session:
    """A session whose calls keep to `until`. Proxies and certificates are those of the environment."""
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter())
    return session


def _allow(sock: socket.socket, late: type[OutOfTime] = OutOfTime) -> None:
    """Give the next piece what is left of the time. Raises `late` when nothing is."""
    left = _running.get().left
    if left <= 0:
        raise late
    sock.settimeout(left)


def _may_send(*, afresh: bool = False) -> None:
    if permit := _permit.get():
        permit(afresh=afresh)


class _Reader(io.RawIOBase):
    def __init__(self, sock: socket.socket, raw: io.RawIOBase) -> None:
        self._sock = sock
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        _allow(self._sock)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Reader(sock, self.fp.detach()), PIECE)

    def _read_status(self) -> tuple[str, int, str]:
        """The status line of the answer itself: interim ones (RFC 9110 §15.2, such as 103) are passed over."""
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]  # typeshed leaves it out
            if status not in INTERIM:
                return version, status, reason
            http.client.parse_headers(self.fp)


class _Connection(HTTPConnection):
    response_class = _Response

    def endheaders(self, *args: Any, **kwargs: Any) -> None:
        """The first byte of the request itself leaves here, after that of a proxy's tunnel."""
        if self.sock is None:  # not so for HTTPS and for a connection that is used again
            self.connect()
        _may_send(afresh=True)
        _allow(self.sock, NeverBegun)
        super().endheaders(*args, **kwargs)

    def send(self, data: Any) -> None:
        _may_send()
        _allow(self.sock)
        super().send(data)


class _SecureConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    """Makes such connections, also through a proxy."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


_POOLS = {"http": _Pool, "https": _SecurePool}
