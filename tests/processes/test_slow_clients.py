"""Clients that send a byte now and then do not keep the web server from answering others."""

import re
import shlex
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from unittest.mock import Mock

import pytest
import requests

from mikiwame_kaonavi.gunicorn_worker import LONGEST_REQUEST, PunctualWorker
from mikiwame_kaonavi.launcher import ROOT, web
from tests.processes.deployment import Deployment

pytestmark = pytest.mark.processes

CLIENTS = 10
FORM = "application/x-www-form-urlencoded"
HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
BODY = (
    "POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: csrftoken={token}\r\nContent-Type: {kind}\r\n"
    "Content-Length: 100000\r\n\r\n"
)
EVENT = BODY.format(path="/webhooks/kaonavi/", token="t" * 32, kind="application/json").encode()  # without the secret
LOG_IN = BODY.format(path="/accounts/login/", token="t" * 32, kind=FORM).encode()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Deployment]:
    """The pages, and nothing behind them."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(migrated_sqlite, folder / "db.sqlite3")
    deployment = Deployment(folder, database_url=f"sqlite:///{folder / 'db.sqlite3'}")
    try:
        deployment.start("web")
        for _ in range(10):  # each of the two processes reads the rest of the product at its first request
            assert requests.get(f"{deployment.web_url}/healthz", timeout=60).ok
        yield deployment
    finally:
        deployment.close()


@contextmanager
def dripping(port: int, beginning: bytes) -> Iterator[None]:
    """Ten clients that have sent this much, and from now on a byte at a time."""
    over = threading.Event()
    with ExitStack() as opened:
        sockets = [opened.enter_context(socket.create_connection(("localhost", port))) for _ in range(CLIENTS)]
        for one in sockets:
            one.sendall(beginning)

        def drip() -> None:
            while not over.wait(0.1):
                for one in sockets:
                    with suppress(OSError):  # the server has refused it and hung up
                        one.sendall(b"x")

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            time.sleep(0.5)  # each has a thread of the server by now, if it gets one
            yield
        finally:
            over.set()
            thread.join()


@pytest.mark.long
@pytest.mark.parametrize("beginning", [HEAD, LOG_IN, EVENT], ids=["head", "body", "event"])
def test_ten_slow_clients_do_not_stop_the_health_check(beginning: bytes, served: Deployment):
    assert requests.get(f"{served.web_url}/healthz", timeout=60).ok
    with dripping(served.web_port, beginning):
        for _ in range(5):  # whichever of the two processes takes it
            assert requests.get(f"{served.web_url}/healthz", timeout=60).ok


@pytest.mark.long
def test_a_form_of_which_only_the_beginning_arrives_does_nothing(served: Deployment):
    session = requests.Session()
    page = session.get(f"{served.web_url}/accounts/login/", timeout=60).text
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    form = f"csrfmiddlewaretoken={token}&username=hanako&password=x".encode()
    head = BODY.format(path="/accounts/login/", token=session.cookies["csrftoken"], kind=FORM).encode()
    for length, status in ((len(form), b" 200 "), (len(form) + 1, b" 302 ")):  # asked for anew
        with socket.create_connection(("localhost", served.web_port), timeout=60) as client:
            client.sendall(head.replace(b"100000", str(length).encode()) + form)
            client.shutdown(socket.SHUT_WR)
            assert status in client.recv(100).splitlines()[0]


@pytest.mark.long
def test_an_upload_after_the_session_has_ended_leads_to_the_log_in(served: Deployment):
    file = {"file": ("社員.csv", b"x" * 5_000_000)}
    answer = requests.post(f"{served.web_url}/imports/employees/", files=file, timeout=60)
    assert [each.status_code for each in answer.history] == [302]
    assert "ログイン" in answer.text


def test_a_client_that_takes_too_long_is_cut_off():
    ours, theirs = socket.socketpair()
    worker = PunctualWorker.__new__(PunctualWorker)
    worker.tmp = Mock()
    with ours, theirs:
        worker.begun = {Mock(sock=ours): time.monotonic() - LONGEST_REQUEST + 5}
        worker.notify()
        theirs.sendall(b"a")
        assert ours.recv(1) == b"a"
        worker.begun = {Mock(sock=ours): time.monotonic() - LONGEST_REQUEST - 5}
        worker.notify()
        assert ours.recv(1) == b""
        ours.sendall(b"answer")
        assert theirs.recv(6) == b"answer"


def test_the_image_starts_the_web_server_as_the_launcher_does():
    commands = re.findall(r"^CMD (\[.*?\])$", (ROOT / "Dockerfile").read_text().replace("\\\n", ""), re.MULTILINE)
    image = set(shlex.split(commands[-1].strip("[]").replace(",", " ")))  # of the services, the last stage
    here = {option for option in web(host="127.0.0.1", port=8000) if option.startswith("--")}
    ours = {"gunicorn", "mikiwame_kaonavi.wsgi", "--worker-tmp-dir=/dev/shm", "--bind=0.0.0.0:8000"}
    assert (image - here, here - image) == (ours, {"--bind=127.0.0.1:8000"})
