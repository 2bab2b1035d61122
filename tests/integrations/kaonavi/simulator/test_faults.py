"""Scripted misfortune, over real HTTP."""

import pytest
import requests

from integrations.kaonavi.simulator.faults import Kind
from integrations.kaonavi.simulator.state import Sheet
from integrations.kaonavi.simulator.tenant import Tenant
from tests.integrations.kaonavi.simulator.company import Api, Clock, row

DAY = {"受検日": "2026-03-30"}


@pytest.fixture(autouse=True)
def _members_are_readable(tenant: Tenant):
    tenant.tick("members")


def test_a_fault_strikes_the_calls_it_is_made_for_and_then_is_spent(api: Api, tenant: Tenant):
    tenant.fail("status", path="^/members$", status=503, after=1, times=2)
    statuses = [api.get(path).status_code for path in ["/departments"] + ["/members"] * 4]
    assert statuses == [200, 200, 503, 503, 200]
    assert tenant.state.faults == []


def test_a_fault_can_be_meant_for_certain_members(api: Api, latest: Sheet, tenant: Tenant):
    tenant.fail("status", codes=["E2"], status=400, messages=["社員番号 E2 は登録できません"], times=None)
    assert api.patch(latest, row(latest, "E1", DAY)).status_code == 200
    refused = api.patch(latest, row(latest, "E1", DAY), row(latest, "E2", DAY))
    assert (refused.status_code, refused.json()) == (400, {"errors": ["社員番号 E2 は登録できません"]})


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("errors", "application/json", '{"errors": ["一", "二"]}'),
        ("one", "application/json", '{"errors": ["一"]}'),
        ("empty", "application/json", '{"errors": []}'),
        ("absent", "application/json", "{}"),
        ("text", "text/plain", "502 error"),
    ],
)
def test_errors_come_in_every_shape(api: Api, tenant: Tenant, body: str, content_type: str, text: str):
    tenant.fail("status", status=502, body=body, messages=["一", "二"], headers={"Retry-After": "3"})
    api.token = "none is needed"
    answer = api.get("/members")
    assert (answer.status_code, answer.text, answer.headers["Retry-After"]) == (502, text, "3")
    assert answer.headers["Content-Type"].startswith(content_type)


def test_a_web_page_can_come_instead_of_json(api: Api, tenant: Tenant):
    api.ask_token()
    tenant.fail("html", path="^/members")
    tenant.fail("status", path="^/members", status=502, body="html", after=1)
    for status in (200, 502):
        answer = api.get("/members")
        assert answer.status_code == status
        assert answer.headers["Content-Type"].startswith("text/html")


def test_json_can_be_no_json(api: Api, tenant: Tenant):
    tenant.fail("garbage", path="^/members")
    answer = api.get("/members")
    assert answer.headers["Content-Type"] == "application/json"
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_an_answer_can_be_another_one(api: Api, tenant: Tenant):
    tenant.fail("replace", path="^/members", json={"members": []})
    assert api.get("/members").json() == {"members": []}


def test_a_connection_can_break_before_anything_is_done(api: Api, latest: Sheet, tenant: Tenant):
    tenant.fail("reset", path="^/sheets/")
    with pytest.raises(requests.ConnectionError):
        api.patch(latest, row(latest, "E1", DAY))
    assert tenant.tasks == []


def test_an_answer_can_be_lost_after_the_write_was_accepted(api: Api, latest: Sheet, tenant: Tenant):
    tenant.fail("lose_answer", path="^/sheets/")
    with pytest.raises(requests.ConnectionError):
        api.patch(latest, row(latest, "E1", DAY))
    assert tenant.records(latest, "E1") == [DAY]
    assert [call.status for call in tenant.update_calls] == [200]


def test_an_answer_can_be_cut_off(api: Api, tenant: Tenant):
    whole = len(api.get("/members").content)
    tenant.fail("truncate", path="^/members", share=0.5, honest=True)
    tenant.fail("truncate", path="^/members", share=0.5, after=1)

    assert len(api.get("/members").content) == whole // 2
    with pytest.raises(requests.RequestException):
        api.get("/members")


def test_an_answer_can_be_slow(api: Api, tenant: Tenant):
    assert api.get("/members").status_code == 200
    tenant.fail("slow", path="^/members", seconds=5)
    with pytest.raises(requests.Timeout):
        requests.get(f"{api.base}/members", headers={"Kaonavi-Token": api.token}, timeout=0.2)


@pytest.mark.parametrize("kind", ["task_ng", "task_error"])
@pytest.mark.parametrize("messages", [None, [], ["一行目が不正です", "二行目が不正です"]])
def test_a_task_can_end_badly(api: Api, latest: Sheet, tenant: Tenant, kind: Kind, messages: list[str] | None):
    tenant.fail(kind, path="^/sheets/", messages=messages)
    task_id = api.patch(latest, row(latest, "E1", DAY)).json()["task_id"]

    expected = {"id": task_id, "status": "NG" if kind == "task_ng" else "ERROR"}
    assert api.get(f"/tasks/{task_id}").json() == expected | ({} if messages is None else {"messages": messages})
    assert tenant.records(latest, "E1") == []


def test_a_task_that_ends_badly_may_have_stored_a_part(api: Api, latest: Sheet, tenant: Tenant):
    tenant.fail("task_error", path="^/sheets/", applied=1)
    api.patch(latest, row(latest, "E1", DAY), row(latest, "E2", DAY))
    assert [tenant.records(latest, code) for code in ("E1", "E2")] == [[DAY], []]


def test_a_task_can_be_stuck(api: Api, latest: Sheet, tenant: Tenant, clock: Clock):
    tenant.fail("task_stuck", path="^/sheets/")
    answer = api.patch(latest, row(latest, "E1", DAY))
    clock.seconds += 1_000_000
    api.token = ""
    assert api.status(answer) == "RUNNING"


def test_a_task_can_show_a_word_that_nobody_knows(api: Api, latest: Sheet, tenant: Tenant, clock: Clock):
    tenant.set_knobs(task_delay=10)
    tenant.fail("task_status", path="^/sheets/", text="PAUSED")
    answer = api.patch(latest, row(latest, "E1", DAY))
    assert api.status(answer) == "PAUSED"
    clock.seconds += 10
    assert api.status(answer) == "OK"


def test_a_task_can_take_longer(api: Api, latest: Sheet, tenant: Tenant, clock: Clock):
    tenant.fail("task_slow", path="^/sheets/", seconds=100)
    answer = api.patch(latest, row(latest, "E1", DAY))
    clock.seconds += 99
    assert api.status(answer) == "RUNNING"
    clock.seconds += 1
    assert api.status(answer) == "OK"


def test_a_task_can_claim_success_and_store_nothing_or_something_else(api: Api, latest: Sheet, tenant: Tenant):
    tenant.fail("task_ignored", path="^/sheets/")
    tenant.fail("task_alter", path="^/sheets/", after=1, json={"傾聴傾向": "1"})

    assert api.status(api.patch(latest, row(latest, "E1", DAY))) == "OK"
    assert tenant.records(latest, "E1") == []
    assert api.status(api.patch(latest, row(latest, "E2", DAY))) == "OK"
    assert tenant.records(latest, "E2") == [DAY | {"傾聴傾向": "1"}]


def test_one_write_can_become_visible_late(api: Api, latest: Sheet, tenant: Tenant, clock: Clock):
    tenant.fail("late_visible", path="^/sheets/", seconds=60)
    assert api.status(api.patch(latest, row(latest, "E1", DAY))) == "OK"
    assert tenant.records(latest, "E1") == []
    clock.seconds += 60
    assert tenant.records(latest, "E1") == [DAY]


def test_a_tick_can_go_in_the_middle(api: Api, latest: Sheet, tenant: Tenant):
    tenant.fail("untick", path="^/sheets/", after=1, resource=f"sheet:{latest.id}", operation="update")
    statuses = [api.patch(latest, row(latest, "E1", DAY)).status_code for _ in range(2)]
    assert statuses == [200, 403]
    assert api.get(f"/sheets/{latest.id}").status_code == 200


def test_keys_can_be_reissued_in_the_middle(api: Api, tenant: Tenant):
    old = tenant.credentials
    tenant.fail("reissue", path="^/members", after=1)
    assert [api.get("/members").status_code for _ in range(2)] == [200, 401]
    assert api.ask_token(old.consumer_key, old.consumer_secret).status_code == 401


def test_tokens_can_end_early(api: Api, tenant: Tenant):
    tenant.fail("expire_tokens", path="^/members")
    assert api.get("/members").status_code == 401
    api.token = ""
    assert api.get("/members").status_code == 200
