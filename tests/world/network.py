"""The line to カオナビ: the client's session without sockets, and the simulator at its other end, in this process.

A call leaves in one moment, with the permit that the real transport asks for; it arrives later whoever has died
meanwhile, and so does its answer. The `weather` says what befalls it.
"""

import io
import json
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode

import requests
from urllib3.exceptions import ProtocolError
from werkzeug.wrappers import Request

from integrations.kaonavi import transport
from integrations.kaonavi.simulator.app import Simulator
from integrations.kaonavi.simulator.tenant import Tenant
from tests.world.scheduler import EPOCH, Event, Process, Scheduler

PREFIX = "https://kaonavi.example.jp/api/v2.0"
JUNK = {
    "html": (200, b"<!DOCTYPE html><html><body>Service page</body></html>"),
    "garbage": (200, b'{"member_data": [\xff\xfe'),
    "bad gateway": (502, b"<html>502</html>"),
    "busy": (503, b'{"errors": ["busy"]}'),
    "no list": (200, b'{"member_data": null}'),
}
FATES = ("unreachable", "lost", "answer lost", "late", "truncated", *JUNK)


class Seen(NamedTuple):
    """One call as カオナビ saw it. `step` is the job and the lease under which it was sent."""

    at: float
    method: str
    path: str
    status: int
    step: tuple[int, int] | None
    sent: Any
    answer: Any


class Answer:
    """What the client looks at of a response of `requests`."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes, *, is_cut: bool = False) -> None:
        self.status_code, self.headers, self.raw = status, headers, self
        self.body, self.is_cut = io.BytesIO(body), is_cut

    def read1(self, size: int, **_: bool) -> bytes:
        piece = self.body.read(size)
        if not piece and self.is_cut:
            raise ProtocolError("Connection broken: IncompleteRead")
        return piece

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Line:
    """All lines to one company's カオナビ."""

    def __init__(self, scheduler: Scheduler, tenant: Tenant) -> None:
        self.scheduler, self.tenant, self.simulator = scheduler, tenant, Simulator(tenant)
        self.seen: list[Seen] = []
        self.weather: Callable[[str], str] = lambda _: ""
        self.on_seen: Callable[[Seen], None] = lambda _: None
        self.on_sent: Callable[[Process, str, str], None] = lambda *_: None
        self.on_answered: Callable[[str, str], None] = lambda *_: None
        self.calls: Counter[str] = Counter()

    def open_session(self) -> "Session":
        return Session(self)

    def deliver(  # noqa: PLR0917 - a whole request
        self, method: str, path: str, query: str, headers: dict[str, str], body: bytes, step: Any
    ) -> Answer:
        """カオナビ answers."""
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": f"/api/v2.0{path}",
            "QUERY_STRING": query,
            "SERVER_NAME": "kaonavi.example.jp",
            "SERVER_PORT": "443",
            "REMOTE_ADDR": "192.0.2.1",
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": headers.get("Content-Type", ""),
        } | {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        response = self.simulator._call_api(Request(environ))
        data = response.get_data()
        told = json.loads(data) if response.mimetype == "application/json" else None
        sent = json.loads(body) if method == "PATCH" else None
        seen = Seen(self.scheduler.now, method, path, response.status_code, step, sent, told)
        self.seen.append(seen)
        self.scheduler.trace.update(f"{seen.at:.6f} カオナビ {method} {path} {response.status_code}\n".encode())
        self.on_seen(seen)
        return Answer(response.status_code, {name: value for name, value in response.headers}, data)  # noqa: C416 - names repeat


class Session:
    """In place of `transport.open_session`."""

    def __init__(self, line: Line) -> None:
        self.line = line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def request(
        self, method: str, url: str, *, params: Any, data: Any, headers: dict[str, str], auth: Any, **_: Any
    ) -> Answer:
        scheduler, line = self.line.scheduler, self.line
        path = url.removeprefix(PREFIX)
        process = scheduler.current.process
        scheduler.point(f"{method} {path}", weight=20.0 if method == "PATCH" else 5.0)
        fate = line.weather(method)
        if fate == "unreachable":
            raise requests.ConnectTimeout
        transport._may_send(afresh=True)
        left = transport._running.get().left
        if left <= 0:
            raise transport.NeverBegun
        body = data.read() if data is not None else b""
        if body:
            scheduler.point(f"body of {method} {path}", weight=20.0)
            transport._may_send()
            left = transport._running.get().left
            if left <= 0:
                raise transport.OutOfTime
        # From here on nothing stops what has left.
        proven = SimpleNamespace(headers=dict(headers))
        auth(proven)
        line.on_sent(process, method, path)
        if fate:
            scheduler.tell(process.name, f"{method} {path}: {fate}")
        answer = self.exchange(fate, (method, path, urlencode(params), proven.headers, body, process.step), left)
        scheduler.point(f"answer to {method} {path}", weight=20.0 if method == "PATCH" else 1.0)
        if not fate or fate == "late":
            line.on_answered(method, path)
        return answer

    def exchange(self, fate: str, call: tuple[Any, ...], left: float) -> Answer:
        scheduler, dice = self.line.scheduler, self.line.scheduler.dice
        came, answers = Event(scheduler), []

        def arrive() -> None:
            answers.append(self.line.deliver(*call))
            scheduler.at(0.02 + 0.1 * dice.random(), came.set)

        if fate == "lost":
            raise_cut = dice.random() < 0.5
            scheduler.rest(0.05 if raise_cut else left)
            raise requests.ConnectionError(ProtocolError("reset")) if raise_cut else requests.ReadTimeout
        # a late one arrives when its sender has long given up, but within the call's time
        scheduler.at(dice.uniform(1.0, 0.2 * left) if fate == "late" else 0.02 + 0.1 * dice.random(), arrive)
        if fate == "answer lost":
            scheduler.rest(0.1 + 3 * dice.random())
            raise requests.ConnectionError(ProtocolError("reset"))
        if not came.wait(left):
            raise requests.ReadTimeout
        answer: Answer = answers[0]
        if fate in JUNK:
            status, junk = JUNK[fate]
            return Answer(status, {}, junk)
        if fate == "truncated":
            whole = answer.body.getvalue()
            return Answer(answer.status_code, answer.headers, whole[: len(whole) // 2], is_cut=dice.random() < 0.5)
        return answer


def clock_of(scheduler: Scheduler) -> Callable[[], float]:
    return lambda: EPOCH + scheduler.now
