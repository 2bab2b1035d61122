"""People with browsers: what they ask for, how long each answer took, and what went wrong."""

import http.client
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

PATIENCE = 30.0  # seconds; whoever waits longer is an error
POLLED_EVERY = 3.0  # seconds, as the page of a run says to htmx
FORM = "application/x-www-form-urlencoded"
CSRF = "a" * 32  # whoever knows a cookie's value may send it back in a header
SHARES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that is not below this share of them. Raises ValueError for none."""
    if not values:
        raise ValueError("nothing was measured")
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


@dataclass
class Samples:
    """Seconds by what was asked for, and errors. Many threads add to it."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def summary(self) -> dict[str, dict[str, float]]:
        """Percentiles, the longest, how many, and how many errors, by what was asked for."""
        return {
            name: {title: percentile(found, share) for title, share in SHARES.items()}
            | {"longest": max(found), "times": len(found), "errors": len(self.errors.get(name, ()))}
            for name, found in self.seconds.items()
        }


class Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]


class Person:
    """Somebody who is logged in. Each request is a connection of its own, as behind a proxy that keeps none."""

    def __init__(self, port: int, session: str, samples: Samples) -> None:
        self.port = port
        self.samples = samples
        self.headers = {"Cookie": f"sessionid={session}; csrftoken={CSRF}", "Accept-Encoding": "gzip"}

    def look(self, name: str, address: str) -> Reply | None:
        """Open a page; None where it did not come."""
        return self._timed(name, "GET", address, 200)

    def poll(self, name: str, address: str) -> Reply | None:
        """Ask for the part of a page that changes, as htmx does."""
        return self._timed(name, "GET", address, 200, headers={"HX-Request": "true"})

    def click(self, name: str, address: str, form: str) -> Reply | None:
        """Send a form, which leads to another page."""
        headers = {"Content-Type": FORM, "X-CSRFToken": CSRF}
        return self._timed(name, "POST", address, 302, headers=headers, body=form.encode())

    def _timed(
        self, name: str, method: str, address: str, expected: int, *, headers: Mapping[str, str] = {}, body: bytes = b""
    ) -> Reply | None:
        started = time.perf_counter()
        try:
            reply = self._exchange(method, address, {**self.headers, **headers}, body)
            problem = "" if reply.status == expected else str(reply.status)
        except (OSError, http.client.HTTPException) as error:
            reply, problem = None, type(error).__name__
        self.samples.seconds[name].append(time.perf_counter() - started)
        if problem:
            self.samples.errors[name].append(problem)
            return None
        return reply

    def _exchange(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, address, body=body or None, headers=headers)
            response = connection.getresponse()
            response.read()
            return Reply(response.status, dict(response.headers))
        finally:
            connection.close()


def watch(person: Person, address: Callable[[], str], end: threading.Event, *, delay: float) -> None:
    """Keep the page of the run open that is under way: its part every three seconds, the whole when it has ended."""
    end.wait(delay)
    while not end.is_set():
        reply = person.poll("run page, live part", address())
        if reply is not None and reply.headers.get("HX-Refresh"):
            person.look("run page, whole", address())
        end.wait(POLLED_EVERY)


def stroll(person: Person, steps: Sequence[Callable[[Person], object]], end: threading.Event, *, pause: float) -> None:
    """One step after the other, again and again."""
    while not end.is_set():
        for step in steps:
            if not end.is_set():
                step(person)
                end.wait(pause)
