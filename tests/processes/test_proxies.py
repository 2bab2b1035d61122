"""The examples of docs/proxy with the real nginx and Caddy, on ports and with a certificate of the test's own."""

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from mikiwame_kaonavi.launcher import ROOT
from mikiwame_kaonavi.processes import answers, start, stop
from tests.integrations.kaonavi.client.test_network import certificate
from tests.processes.deployment import Deployment
from tests.processes.ports import free_port

pytestmark = pytest.mark.processes

EXAMPLES = ROOT / "docs/proxy"
NAME, PASSWORD = "hanako", "a-long-password-of-hanako"
MEGABYTE = 1024 * 1024
SLOW = {"nginx": 40, "caddy": 10}  # clients: Caddy hands on what it has, so that they take threads of the product
BODY = "POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n"


@dataclass
class Ports:
    product: int
    http: int
    https: int

    @classmethod
    def free(cls, product: int) -> "Ports":
        return cls(product, free_port(), free_port())


def changed(text: str, places: dict[str, str]) -> str:
    for old, new in places.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def nginx(folder: Path, ports: Ports, pem: Path) -> list[str]:
    """The command, for the version of Debian 12."""
    server = changed(
        (EXAMPLES / "nginx-1.22.conf").read_text(),
        {
            "listen 443 ": f"listen 127.0.0.1:{ports.https} ",
            "listen 80;": f"listen 127.0.0.1:{ports.http};",
            "mikiwame.example.co.jp": "127.0.0.1",
            "/etc/ssl/mikiwame.pem": str(pem),
            "/etc/ssl/mikiwame.key": str(pem),
            "/var/log/nginx/": f"{folder}/",
            "127.0.0.1:8000;": f"127.0.0.1:{ports.product};",
        },
    )
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    path = folder / "nginx.conf"
    path.write_text(f"daemon off; user root; pid {folder}/pid; events {{}} http {{ {temporary} {server} }}")
    return ["nginx", "-c", str(path), "-e", "stderr"]


def caddy(folder: Path, ports: Ports, pem: Path) -> list[str]:
    path = folder / "Caddyfile"
    path.write_text(
        changed(
            (EXAMPLES / "Caddyfile").read_text(),
            {
                "\n\tservers {": f"\n\tadmin off\n\thttp_port {ports.http}\n\thttps_port {ports.https}\n\tservers {{",
                "mikiwame.example.co.jp": "127.0.0.1",
                "/etc/ssl/mikiwame.pem /etc/ssl/mikiwame.key": f"{pem} {pem}",
                "proxy 127.0.0.1:8000": f"proxy 127.0.0.1:{ports.product}",
            },
        )
    )
    return ["caddy", "run", "--adapter=caddyfile", f"--config={path}"]


PROXIES = {"nginx": nginx, "caddy": caddy}


@pytest.mark.long
def test_nginx_and_caddy_can_read_them(tmp_path: Path):
    pem, ports = certificate(tmp_path), Ports(1, 2, 3)
    subprocess.run([*nginx(tmp_path, ports, pem), "-t", "-q"], check=True)
    [program, _, *options] = caddy(tmp_path, ports, pem)
    subprocess.run([program, "validate", *options], check=True, capture_output=True)


def test_the_example_for_newer_versions_differs_in_how_it_asks_for_http2_alone():
    older, newer = (EXAMPLES.joinpath(name).read_text().splitlines()[1:] for name in ("nginx-1.22.conf", "nginx.conf"))
    assert "\n".join(older) == "\n".join(newer).replace(" ssl;\n    http2 on;", " ssl http2;")


class Through:
    """The product, and a proxy before it."""

    def __init__(self, kind: str, deployment: Deployment, ports: Ports, pem: Path) -> None:
        self.kind, self.deployment, self.ports, self.pem = kind, deployment, ports, pem
        self.url = f"https://127.0.0.1:{ports.https}"

    def visitor(self, address: str = "127.0.0.1") -> requests.Session:
        """Somebody who comes from this address."""
        session = requests.Session()
        session.trust_env, session.verify = False, str(self.pem)
        session.mount("https://", From(address))
        return session

    def send(self, session: requests.Session, path: str, headers: dict[str, str], **body: Any) -> requests.Response:
        """A form, as a browser sends it."""
        page = session.get(f"{self.url}{path}", timeout=60).text
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        data = {"csrfmiddlewaretoken": token} | body.pop("data", {})
        headers = {"Referer": f"{self.url}{path}"} | headers
        return session.post(f"{self.url}{path}", data, headers=headers, timeout=120, allow_redirects=False, **body)

    def logged_in(self, address: str = "127.0.0.1", **headers: str) -> requests.Session:
        session = self.visitor(address)
        answer = self.send(session, "/accounts/login/", headers, data={"username": NAME, "password": PASSWORD})
        assert answer.status_code == 302, answer.text
        return session

    def encrypted(self) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=str(self.pem))
        connection = socket.create_connection(("127.0.0.1", self.ports.https), timeout=30)
        return context.wrap_socket(connection, server_hostname="127.0.0.1")


class From(HTTPAdapter):
    """Connections that start at this address of the machine."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, source_address=(self.address, 0), **kwargs)


@pytest.fixture(scope="module", params=list(PROXIES))
def through(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path
) -> Iterator[Through]:
    folder = tmp_path_factory.mktemp("product")
    shutil.copy(migrated_sqlite, folder / "db.sqlite3")
    deployment = Deployment(folder, database_url=f"sqlite:///{folder / 'db.sqlite3'}")
    ports, pem = Ports.free(deployment.web_port), certificate(folder)
    del deployment.environment["DJANGO_DEBUG"]
    deployment.environment |= {"SITE_URL": f"https://127.0.0.1:{ports.https}", "TRUSTED_PROXIES": "1"}
    deployment.environment |= {"METRICS_TOKEN": "a-token-of-the-test-that-is-long-enough"}
    try:
        account = ["createsuperuser", "--no-input", f"--username={NAME}", "--email=hanako@example.co.jp"]
        deployment.manage(*account, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
        deployment.start("web")
        with running(request.param, folder, ports, pem):
            yield Through(request.param, deployment, ports, pem)
    finally:
        deployment.close()


@contextmanager
def running(kind: str, folder: Path, ports: Ports, pem: Path) -> Iterator[None]:
    environment = {"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": str(folder)}
    with (folder / f"{kind}.log").open("wb") as log:
        process = start(PROXIES[kind](folder, ports, pem), environment=environment, output=log)
    try:
        deadline = time.monotonic() + 60
        while not answers(ports.https):
            assert time.monotonic() < deadline, (folder / f"{kind}.log").read_text()
            time.sleep(0.05)
        yield
    finally:
        stop([process], within=5)


@pytest.mark.long
def test_somebody_logs_in_and_is_known_by_the_address_from_which_they_came(through: Through):
    session = through.logged_in("127.0.0.2", **{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"})
    assert {cookie.secure for cookie in session.cookies} == {True}
    last = "from accounts.models import AuditEntry; print(AuditEntry.objects.filter(action='logged_in').last().address)"
    assert through.deployment.manage("shell", "-v0", "-c", last).stdout.strip() == "127.0.0.2"


@pytest.mark.long
def test_clear_text_leads_to_the_encrypted_page(through: Through):
    answer = requests.get(f"http://127.0.0.1:{through.ports.http}/jobs/", timeout=30, allow_redirects=False)
    assert answer.status_code in {301, 308}
    assert answer.headers["Location"].startswith("https://127.0.0.1")


@pytest.mark.long
def test_the_largest_file_comes_through_and_a_larger_one_is_refused_in_words(through: Through):
    session = through.logged_in()
    taken, refused = (send_file(through, session, size=size) for size in (50 * MEGABYTE, 61 * MEGABYTE))
    assert taken.status_code == 302
    assert "ファイルが大きすぎます" in refused.text


def send_file(through: Through, session: requests.Session, *, size: int) -> requests.Response:
    return through.send(session, "/imports/employees/", {}, files={"file": ("社員.csv", b"x" * size)})


@pytest.mark.long
def test_figures_are_read_on_the_machine_alone(through: Through):
    token = {"Authorization": "Bearer a-token-of-the-test-that-is-long-enough"}
    assert through.visitor().get(f"{through.url}/metrics", headers=token, timeout=30).status_code == 404
    inside = f"http://127.0.0.1:{through.ports.product}/metrics"
    assert requests.get(inside, headers=token, timeout=30).status_code == 200


@pytest.mark.long
def test_slow_clients_do_not_stop_the_health_check(through: Through):
    over = threading.Event()
    with ExitStack() as opened:
        sockets = [opened.enter_context(through.encrypted()) for _ in range(SLOW[through.kind])]
        for one in sockets:
            one.sendall(BODY.encode())
        thread = threading.Thread(target=partial(drip, sockets, over))
        thread.start()
        try:
            for _ in range(5):
                assert through.visitor().get(f"{through.url}/healthz", timeout=60).ok
        finally:
            over.set()
            thread.join()


def drip(sockets: list[ssl.SSLSocket], over: threading.Event) -> None:
    while not over.wait(0.1):
        for one in sockets:
            one.sendall(b"x")


@pytest.mark.long
@pytest.mark.parametrize("kind", list(PROXIES))
def test_what_is_searched_for_reaches_no_log_of_a_proxy_not_even_while_the_product_is_away(kind: str, tmp_path: Path):
    ports, pem = Ports.free(free_port()), certificate(tmp_path)
    with running(kind, tmp_path, ports, pem):
        answer = requests.get(f"https://127.0.0.1:{ports.https}/employees/?q=aoki", verify=str(pem), timeout=30)
    assert answer.status_code == 502
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"aoki" not in written
