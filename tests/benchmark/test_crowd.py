"""People with browsers: their percentiles, and that nothing that goes wrong is lost."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from script.benchmark import report
from script.benchmark.crowd import Person, Samples, percentile, stroll, watch


class Pages(BaseHTTPRequestHandler):
    """`/200` answers with that status; a POST leads elsewhere; `/ended` tells htmx to load the page anew."""

    def do_GET(self) -> None:
        is_part = self.headers.get("HX-Request") == "true"
        self.server.asked.append((self.path, is_part))
        self.send_response(200 if self.path == "/ended" else int(self.path[1:]))
        if self.path == "/ended" and is_part:
            self.send_header("HX-Refresh", "true")
        self.end_headers()

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"]))
        has_token = f"csrftoken={self.headers['X-CSRFToken']}" in self.headers["Cookie"]
        self.send_response(302 if form == b"a=1" and has_token else 403)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as listening:
        listening.asked = []
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


@pytest.fixture
def samples() -> Samples:
    return Samples()


@pytest.fixture
def person(server, samples) -> Person:
    return Person(server.server_port, "session", samples)


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1), (0.01, 1), (0.5, 50), (0.501, 51), (0.95, 95), (0.99, 99), (1.0, 100)]
)
def test_a_percentile_is_the_smallest_value_that_is_not_below_that_share(share, value):
    assert percentile(list(range(100, 0, -1)), share) == value


def test_of_few_values_the_highest_percentiles_are_the_longest():
    assert percentile([0.2], 0.5) == 0.2
    assert percentile([3.0, 1.0, 2.0], 0.99) == 3.0
    with pytest.raises(ValueError, match="nothing was measured"):
        percentile([], 0.5)


def test_what_goes_wrong_is_counted_with_the_time_that_it_took(person, samples):
    for status in (200, 500, 302):
        person.look("page", f"/{status}")
    summary = samples.summary()["page"]
    assert (summary["times"], summary["errors"]) == (3, 2)
    assert samples.errors == {"page": ["500", "302"]}
    assert 0 < summary["p50"] <= summary["p99"] == summary["longest"]


def test_a_click_sends_its_form_and_wants_to_be_led_elsewhere(person, samples):
    assert person.click("good", "/", "a=1")
    assert person.click("bad", "/", "a=2") is None
    assert samples.errors == {"bad": ["403"]}


def test_where_nobody_listens_it_is_an_error_and_no_end(server, samples):
    server.shutdown()
    server.server_close()
    assert Person(server.server_port, "session", samples).look("page", "/200") is None
    assert samples.errors == {"page": ["ConnectionRefusedError"]}


def test_whoever_watches_a_run_asks_for_its_part_and_for_the_whole_when_it_has_ended(server, person, samples):
    end = threading.Event()
    watching = threading.Thread(target=watch, args=(person, lambda: "/ended", end), kwargs={"delay": 0})
    watching.start()
    while len(server.asked) < 2:
        end.wait(0.01)
    end.set()
    watching.join()
    assert server.asked == [("/ended", True), ("/ended", False)]
    assert set(samples.seconds) == {"run page, live part", "run page, whole"}


def test_a_stroll_ends_when_it_is_told_to(person):
    end, taken = threading.Event(), []

    def step(_: Person) -> None:
        taken.append(1)
        if len(taken) == 3:
            end.set()

    stroll(person, [step, step], end, pause=0)
    assert len(taken) == 3


@pytest.mark.parametrize(("errors", "kept"), [(0, True), (1, False)])
def test_one_error_under_load_is_one_too_many(errors, kept):
    rest = {"p50": 0.01, "p95": 0.02, "p99": 0.03, "longest": 0.04, "times": 10, "errors": 0}
    busy = {**rest, "p50": 0.025, "times": 1200, "errors": errors}
    found = {"rest": {"home": rest}, "load": {"home": busy, "whole": busy}, "runs": [1.0, 2.0], "people": 50}
    home, whole = report.load("SQLite", found, 50_000)
    assert (home.kept, home.ratio, whole.ratio) == (kept, "2.50 ×", "")
    assert home.what == "Load: home, while 50 people watch 2 imports"
    assert "1,200 times" in home.product
    assert home.beside.startswith("at rest: p50 10.0 ms")
