"""An event of カオナビ's Webhook: the simulator sends what is documented, and the product takes what is documented."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from integrations.kaonavi.simulator.courier import Courier
from integrations.kaonavi.simulator.tenant import Tenant
from integrations.kaonavi.simulator.webhook_api import add_webhook
from integrations.kaonavi.simulator.webhooks import telling
from tests.contract.shapes import shape_of
from tests.factories.webhook import EVENT, send, turned_on

HEADERS = {"Content-Type": "application/json", "User-Agent": "Kaonavi-Webhook"}


@pytest.fixture
def sent() -> tuple[dict[str, str], bytes]:
    """Headers and body of what the simulator sends when two members change."""
    got = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    tenant = Tenant(webhook_needs_https=False)
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        server.timeout = 10
        hook = {"url": f"http://127.0.0.1:{server.server_port}/", "events": [EVENT["event"]], "secret_token": "s"}
        for code in ("E1007", "E1008"):
            tenant.add_member(code)
        add_webhook(tenant, hook)
        with telling(tenant):
            for code in ("E1007", "E1008"):
                tenant.edit_member(code, name="新しい 名前")
        with Courier(tenant):
            server.handle_request()
    [one] = got
    return one


def test_the_simulator_sends_what_is_documented(sent: tuple[dict[str, str], bytes]):
    headers, body = sent
    assert HEADERS.items() <= headers.items()
    assert headers["Kaonavi-Token"] == "s"
    assert shape_of(json.loads(body)) == shape_of(EVENT)
    assert json.loads(body)["member_data"] == EVENT["member_data"]


@pytest.mark.django_db
def test_the_product_takes_what_the_simulator_sends(sent: tuple[dict[str, str], bytes]):
    _, body = sent
    assert send(turned_on(), body).status_code == 200
