"""The Webhook through real processes: a member edited in カオナビ is another one here a little later, and nobody clicked."""

import json
import shutil
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import requests

from integrations.practice.simulator import EVENTS
from tests.processes.deployment import Deployment
from tests.processes.fixtures import KINDS, new_database

pytestmark = [pytest.mark.processes, pytest.mark.long]

MAKE = """
from django.contrib.auth.models import User
from integrations.automation import secret
print(secret.make(by=User.objects.create_superuser("hanako")))
"""
EVENT = json.dumps({"event": "member_updated", "member_data": [{"code": "E1"}]}).encode()


def address(deployment: Deployment) -> str:
    return f"{deployment.web_url}/webhooks/kaonavi/"


def turn_on(deployment: Deployment) -> str:
    return deployment.manage("shell", "--verbosity=0", "-c", MAKE).stdout.strip()


@pytest.fixture(params=KINDS)
def deployment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path, database_url=new_database(request, tmp_path))
    made.environment |= {"WEBHOOK_DELAY": "1", "LOOK_EVERY": "1"}
    try:
        yield made
    finally:
        made.close()


def jobs(deployment: Deployment) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(deployment.manage("kaonavi", "jobs", "--json").stdout)
    return found


def test_a_member_edited_in_kaonavi_is_taken_over_without_a_click(deployment: Deployment):
    deployment.start("broker", "simulator", "web", "worker", "beat")
    member = {"id": 1, "code": "E1", "name": "青木 葵", "name_kana": "アオキ アオイ", "mail": "e1@example.co.jp"}
    deployment.control("PUT", "tenant", {"members": [member]})
    deployment.connect()
    deployment.sync("employees")
    deployment.control("PATCH", "knobs", {"webhook_needs_https": False})
    token = turn_on(deployment)
    hook = {"url": address(deployment), "events": EVENTS, "secret_token": token}
    deployment.control("POST", "webhooks", hook)
    edited = {"name": "青木 茜", "name_kana": "アオキ アカネ", "mail": "e1@example.co.jp"}
    assert requests.post(f"{deployment.simulator_url}/members/E1", data=edited, timeout=60).ok
    deployment.wait_until(
        lambda: [job["status"] for job in jobs(deployment)] == ["succeeded"] * 2, what="a second run", within=180
    )
    [sent] = deployment.control("GET", "deliveries")
    assert (sent["state"], sent["status"], sent["codes"]) == ("delivered", 200, ["E1"])
    newest = max(jobs(deployment), key=lambda job: str(job["created_at"]))
    assert (newest["kind"], newest["updated"]) == ("employees", 1)
    assert token not in "".join(deployment.log(name) for name in ("web", "worker", "beat"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Deployment]:
    """The pages, and nothing behind them."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(migrated_sqlite, folder / "db.sqlite3")
    made = Deployment(folder, database_url=f"sqlite:///{folder / 'db.sqlite3'}")
    try:
        made.start("web")
        yield made
    finally:
        made.close()


def ask(deployment: Deployment, token: str, body: bytes, *headers: str) -> bytes:
    """The first line of the answer. No more of the request is sent than is given."""
    lines = [
        "POST /webhooks/kaonavi/ HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        f"Kaonavi-Token: {token}",
        *headers,
    ]
    with socket.create_connection(("localhost", deployment.web_port), timeout=60) as client:
        client.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        return client.recv(1000).splitlines()[0]


def test_a_forged_one_is_answered_before_its_body_has_come(served: Deployment):
    for headers in (("Content-Length: 100000",), ("Transfer-Encoding: chunked",), ("Content-Length: 9000000000",)):
        assert b" 403 " in ask(served, "x" * 43, b"", *headers)


def test_pieces_are_put_together_and_an_endless_body_is_not_waited_for(served: Deployment):
    token = turn_on(served)
    post = partial(requests.post, address(served), timeout=60)
    headers = {"Kaonavi-Token": token, "Content-Type": "application/json"}
    assert post(data=iter([EVENT[:10], EVENT[10:]]), headers=headers).status_code == 200
    assert b" 400 " in ask(served, token, b"", "Content-Length: 1000001")
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    assert b" 400 " in ask(served, token, piece * 16, "Transfer-Encoding: chunked")
    assert b" 400 " in ask(served, token, b"not a length\r\n", "Transfer-Encoding: chunked")
