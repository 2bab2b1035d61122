"""Webhooks: how they are set, when they fire, what is sent, and what becomes of it."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest
import requests

from integrations.kaonavi.simulator import courier
from integrations.kaonavi.simulator.courier import Courier
from integrations.kaonavi.simulator.server import run_in_thread
from integrations.kaonavi.simulator.storage import load_state, save_state
from integrations.kaonavi.simulator.tenant import Tenant
from integrations.kaonavi.simulator.webhooks import EVENTS, telling
from tests.integrations.kaonavi.simulator.company import Api, Clock

EVENT_NAMES = list(EVENTS)


class Receiver(ThreadingHTTPServer):
    """Writes down what comes, and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.url = f"http://127.0.0.1:{self.server_port}/hook"

    def bodies(self) -> list[bytes]:
        return [body for _, body in self.got]


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def told(tenant: Tenant, receiver: Receiver) -> Receiver:
    """A receiver that is told of everything."""
    tenant.set_knobs(webhook_needs_https=False)
    with run_in_thread(tenant) as base:
        assert Api(base, tenant).call("POST", "/webhook", json=webhook(receiver.url)).status_code == 200
    return receiver


def webhook(url: str = "https://mikiwame.example.co.jp/webhooks/kaonavi/", **fields: Any) -> dict[str, Any]:
    return {"url": url, "events": EVENT_NAMES, "secret_token": "the secret"} | fields


def send(tenant: Tenant) -> float | None:
    """All that is due now, in this thread."""
    return Courier(tenant).send_due()


def edit(tenant: Tenant, *codes: str, **fields: str) -> None:
    with telling(tenant):
        for code in codes:
            tenant.edit_member(code, **(fields or {"name": f"{code} 改"}))


# how they are set


def test_they_are_made_read_changed_and_deleted(api: Api, tenant: Tenant):
    made = api.call("POST", "/webhook", json=webhook())
    assert made.json() == webhook() | {"id": 1, "created_at": tenant.timestamp(), "updated_at": tenant.timestamp()}
    tenant.advance(60)
    changed = api.call("PATCH", "/webhook/1", json={"events": ["member_deleted"]})
    assert api.get("/webhook").json() == {"webhook_data": [changed.json()]}
    assert changed.json() == made.json() | {"events": ["member_deleted"], "updated_at": tenant.timestamp()}
    assert api.call("DELETE", "/webhook/1").status_code == 200
    assert api.get("/webhook").json() == {"webhook_data": []}
    assert [api.call(method, "/webhook/1", json={}).status_code for method in ("PATCH", "DELETE")] == [404, 404]


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://mikiwame.example.co.jp/"},
        {"url": "https://"},
        {"url": ""},
        {"url": None},
        {"events": []},
        {"events": None},
        {"events": ["member_renamed"]},
        {"events": ["member_created", "member_created"]},
        {"secret_token": ""},
        {"secret_token": 7},
    ],
)
def test_a_wrong_setting_is_refused(api: Api, tenant: Tenant, wrong: dict[str, Any]):
    refused = api.call("POST", "/webhook", json=webhook(**wrong))
    assert refused.status_code == 400
    assert refused.json()["errors"][0].startswith("[SIM] ")
    api.call("POST", "/webhook", json=webhook())
    assert api.call("PATCH", "/webhook/1", json=wrong).status_code == 400
    assert [each.url for each in tenant.state.webhooks] == [webhook()["url"]]


def test_they_need_a_token_and_are_no_updates(api: Api, tenant: Tenant):
    assert requests.get(f"{api.base}/webhook", timeout=60).status_code == 401
    for _ in range(7):
        assert api.call("POST", "/webhook", json=webhook()).status_code == 200
    assert tenant.update_calls == []


# what is sent


def test_a_change_is_sent_as_documented(tenant: Tenant, told: Receiver):
    edit(tenant, "E1", "E2")
    assert send(tenant) is None
    [(headers, body)] = told.got
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"] == "Kaonavi-Webhook"
    assert headers["Kaonavi-Token"] == "the secret"
    assert body.decode() == (
        '{"event": "member_updated", "event_time": "2026-04-01 08:33:20", '
        '"member_data": [{"code": "E1"}, {"code": "E2"}]}'
    )


def test_only_what_has_changed_is_told_and_only_to_who_wants_it(tenant: Tenant, told: Receiver):
    tenant.state.webhooks[0].events = ["member_created", "member_deleted"]
    edit(tenant, "E1")
    edit(tenant, "E2", name=tenant.state.members[1].name)  # saved as it was
    with telling(tenant):
        tenant.add_member("E3")
        tenant.state.members.remove(tenant.state.members[0])
    send(tenant)
    assert [(each.event, each.codes) for each in tenant.state.deliveries] == [
        ("member_created", ["E3"]),
        ("member_deleted", ["E1"]),
    ]
    assert len(told.got) == 2


def test_pages_and_control_tell_and_the_tree_of_departments_does_not(tenant: Tenant, told: Receiver):
    with run_in_thread(tenant) as base:
        root = base.removesuffix("/api/v2.0")
        for path, form in (
            ("/members", {"code": "E9", "name": "新井 誠"}),
            ("/members/E9", {"name": "新井 真"}),
            ("/departments", {"code": "D1", "name": "営業部"}),
            ("/members/E9/delete", {}),
        ):
            assert requests.post(root + path, data=form, timeout=60).status_code == 200
        company = requests.get(f"{root}/_control/tenant", timeout=60).json()
        for member in company["members"]:
            member["mail"] = f"new-{member['code']}@example.co.jp"
        requests.put(f"{root}/_control/tenant", json={"members": company["members"]}, timeout=60)
        wait_for(told, 4)
    assert [(each.event, each.codes, each.state) for each in tenant.state.deliveries] == [
        ("member_created", ["E9"], "delivered"),
        ("member_updated", ["E9"], "delivered"),
        ("member_deleted", ["E9"], "delivered"),
        ("member_updated", ["E1", "E2"], "delivered"),
    ]


def wait_for(receiver: Receiver, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(receiver.got) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(receiver.got) == count


# what becomes of it


def test_nothing_is_repeated_unless_the_knob_says_so(tenant: Tenant, told: Receiver, clock: Clock):
    told.statuses = [500]
    edit(tenant, "E1")
    assert send(tenant) is None
    [first] = tenant.state.deliveries
    assert (first.state, first.status, first.attempts) == ("failed", 500, 1)
    tenant.set_knobs(webhook_retries=2, webhook_retry_after=30)
    told.statuses = [503, 500, 200]
    edit(tenant, "E2")
    assert send(tenant) == 30
    clock.seconds += 30
    assert send(tenant) == 30
    clock.seconds += 30
    assert send(tenant) is None
    second = tenant.state.deliveries[1]
    assert (second.state, second.status, second.attempts) == ("delivered", 200, 3)
    assert told.bodies()[1] == told.bodies()[3]


def test_an_answer_that_is_not_200_counts_or_not_as_the_knob_says(tenant: Tenant, told: Receiver):
    for accepts, state in (("2xx", "delivered"), ("200", "failed")):
        tenant.set_knobs(webhook_accepts=accepts)
        told.statuses = [204]
        edit(tenant, "E1", name=accepts)
        send(tenant)
        assert tenant.state.deliveries[-1].state == state


def test_nobody_there_and_no_answer_in_time_are_failures(
    tenant: Tenant, told: Receiver, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(courier, "TIMEOUT", 0.2)
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as mute:  # it takes no call
        for url in ("http://127.0.0.1:9/", f"http://127.0.0.1:{mute.server_port}/"):
            tenant.state.webhooks[0].url = url
            edit(tenant, "E1", name=url)
            send(tenant)
    assert [(each.state, each.status, each.problem) for each in tenant.state.deliveries] == [
        ("failed", 0, "[SIM] ConnectionError"),
        ("failed", 0, "[SIM] ReadTimeout"),
    ]


def test_they_come_late_doubled_and_out_of_order_when_the_knobs_say_so(tenant: Tenant, told: Receiver, clock: Clock):
    tenant.set_knobs(webhook_delay=120, webhook_copies=2, webhook_order="reversed")
    edit(tenant, "E1")
    clock.seconds += 60
    edit(tenant, "E2")
    assert send(tenant) == 60
    clock.seconds += 120
    send(tenant)
    assert [b"E1" in body for body in told.bodies()] == [False, False, True, True]
    assert all(b"08:33:20" in body or b"08:34:20" in body for body in told.bodies())


def test_each_member_may_have_a_delivery_of_its_own(tenant: Tenant, told: Receiver):
    tenant.set_knobs(webhook_grouped=False)
    edit(tenant, "E1", "E2")
    send(tenant)
    assert [each.codes for each in tenant.state.deliveries] == [["E1"], ["E2"]]


@pytest.mark.parametrize(("form", "shown"), [("iso", b'"2026-04-01T08:33:20+09:00"'), ("absent", b'"event": ')])
def test_the_time_has_other_forms(tenant: Tenant, told: Receiver, form: str, shown: bytes):
    tenant.set_knobs(webhook_time=form)
    edit(tenant, "E1")
    send(tenant)
    [body] = told.bodies()
    assert shown in body
    assert (b"event_time" in body) is (form == "iso")


def test_what_waits_for_a_deleted_address_goes_nowhere(tenant: Tenant, told: Receiver):
    edit(tenant, "E1")
    tenant.state.webhooks.clear()
    assert send(tenant) is None
    assert (told.got, tenant.state.deliveries[0].state) == ([], "failed")


def test_what_waits_outlives_a_restart(tenant: Tenant, told: Receiver, tmp_path, clock: Clock):
    edit(tenant, "E1")
    save_state(tmp_path / "state.json", msgspec.json.encode(tenant.state))
    send(Tenant(load_state(tmp_path / "state.json"), clock=clock))
    assert len(told.got) == 1


def test_the_page_sets_them_and_shows_what_was_sent(api: Api, tenant: Tenant, receiver: Receiver):
    page = f"{api.root}/api-v2/webhooks"
    form = {"url": receiver.url, "events": EVENT_NAMES, "secret_token": "the secret"}
    refused = requests.post(page, data=form, timeout=60)
    assert refused.status_code == 400
    assert "https で始まる" in refused.text
    tenant.set_knobs(webhook_needs_https=False)
    assert receiver.url in requests.post(page, data=form, timeout=60).text
    requests.post(f"{page}/1", data=form | {"events": ["member_updated"]}, timeout=60)
    assert tenant.state.webhooks[0].events == ["member_updated"]
    requests.post(f"{api.root}/members/E1", data={"name": "新しい 名前"}, timeout=60)
    wait_for(receiver, 1)
    shown = requests.get(page, timeout=60).text
    assert "E1" in shown
    assert "メンバーの更新" in shown
    requests.post(f"{page}/1/delete", timeout=60)
    assert tenant.state.webhooks == []


def test_control_sets_them_too(api: Api, tenant: Tenant):
    tenant.set_knobs(webhook_needs_https=False)
    control = f"{api.root}/_control"
    made = requests.post(f"{control}/webhooks", json=webhook("http://localhost:8000/"), timeout=60)
    assert made.json()["id"] == 1
    edit(tenant, "E1")
    assert [each["codes"] for each in requests.get(f"{control}/deliveries", timeout=60).json()] == [["E1"]]
    assert requests.delete(f"{control}/webhooks", timeout=60).json() == []
    assert requests.get(f"{control}/webhooks", timeout=60).json() == []
