"""`/_control/…`, by which tests in another process work the simulator."""

import pytest
import requests

from integrations.kaonavi.simulator.state import Sheet
from integrations.kaonavi.simulator.tenant import Tenant
from tests.integrations.kaonavi.simulator.company import Api, row


def control(api: Api, method: str, name: str, body: object = None) -> requests.Response:
    return requests.request(method, f"{api.root}/_control/{name}", json=body, timeout=60)


def test_knobs_are_read_and_turned(api: Api, tenant: Tenant):
    assert control(api, "GET", "knobs").json()["update_limit"] == 5
    answer = control(api, "PATCH", "knobs", {"update_limit": 2, "blank_gender": None})
    assert (answer.json()["update_limit"], tenant.knobs.update_limit, tenant.knobs.blank_gender) == (2, 2, None)


@pytest.mark.parametrize("body", [{"no_such_knob": 1}, {"update_limit": "many"}, {"window_kind": "round"}, [], None])
def test_an_unknown_or_wrong_knob_is_refused(api: Api, tenant: Tenant, body: object):
    answer = control(api, "PATCH", "knobs", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0].startswith("[SIM] ")
    assert tenant.knobs.update_limit == 5


def test_faults_are_scripted_listed_and_forgotten(api: Api, tenant: Tenant):
    tenant.tick("members")
    control(api, "POST", "faults", [{"kind": "status", "path": "^/members$", "status": 503}, {"kind": "reset"}])
    assert [fault["kind"] for fault in control(api, "GET", "faults").json()] == ["status", "reset"]
    control(api, "DELETE", "faults")
    assert api.get("/members").status_code == 200
    for wrong in ({"kind": "earthquake"}, {"kind": "reset", "path": "("}):
        assert control(api, "POST", "faults", [wrong]).status_code == 400
    assert control(api, "GET", "faults").json() == []


def test_the_company_is_read_and_put_back_whole(api: Api, history: Sheet, tenant: Tenant):
    tenant.write_records(history, "E1", [{"受検日": "2025-10-05"}])
    before = control(api, "GET", "tenant").json()

    control(api, "PUT", "tenant", {"members": [{"id": 40, "code": "X1"}], "sheets": []})
    assert [member.code for member in tenant.state.members] == ["X1"]
    assert tenant.add_member("X2").id == 41
    control(api, "PUT", "tenant", before)

    assert control(api, "GET", "tenant").json() == before
    assert tenant.records(history.id, "E1") == [{"受検日": "2025-10-05"}]
    assert control(api, "PUT", "tenant", {"weather": 1}).status_code == 400
    assert control(api, "PUT", "tenant", {"members": 1}).status_code == 400


def test_sheets_are_made_from_templates_and_everything_is_ticked(api: Api, tenant: Tenant):
    sheet = control(api, "POST", "templates", {"template": "all"}).json()
    assert tenant.sheet(sheet["id"]).name == "全性格検査結果（ミキワメ連携）"
    assert not tenant.state.ticks
    control(api, "POST", "ticks", {})
    assert tenant.state.allows(f"sheet:{sheet['id']}", "update")
    assert control(api, "PUT", "ticks", {"members": ["read"]}).json() == {"members": ["read"]}
    assert control(api, "GET", "ticks").json() == {"members": ["read"]}
    assert control(api, "PUT", "ticks", {"members": ["shred"]}).status_code == 400


def test_calls_and_tasks_are_logged(api: Api, latest: Sheet, tenant: Tenant):
    api.get(f"/sheets/{latest.id}", params={"updated_since": "2026-01-01"})
    api.patch(latest, row(latest, "E2", {"受検日": "2026-03-30"}), headers={"Dry-Run": "1"})
    api.patch(latest, row(latest, "E1", {"受検日": "2026-03-30"}))

    calls = control(api, "GET", "calls").json()
    path = f"/sheets/{latest.id}"
    assert [(call["method"], call["path"], call["status"], call["is_update"], call["dry_run"]) for call in calls] == [
        ("POST", "/token", 200, False, False),
        ("GET", path, 200, False, False),
        ("PATCH", path, 200, True, True),
        ("PATCH", path, 200, True, False),
    ]
    assert calls[-1]["members"] == ["E1"]
    assert calls[-1]["request_id"].startswith("Root=1-")
    assert [task["operation"] for task in control(api, "GET", "tasks").json()] == ["PATCH"]
    assert control(api, "DELETE", "calls").json() == []
    assert tenant.calls == []


def test_the_request_id_is_told_to_the_caller(api: Api, tenant: Tenant):
    answer = api.get("/members")
    assert answer.headers["X-Amzn-Trace-Id"] == tenant.calls[-1].request_id


def test_credentials_are_told_and_reissued(api: Api, tenant: Tenant):
    old = control(api, "GET", "credentials").json()
    new = control(api, "POST", "credentials", {}).json()
    assert old != new
    assert new["consumer_key"] == tenant.credentials.consumer_key


def test_time_can_be_moved(api: Api, tenant: Tenant):
    before = control(api, "GET", "clock").json()["now"]
    assert control(api, "POST", "clock", {"advance": 90}).json()["now"] == before + 90


def test_other_names_and_other_bodies_are_refused(api: Api):
    assert control(api, "GET", "secrets").status_code == 404
    assert control(api, "DELETE", "knobs").status_code == 404
    form = requests.post(f"{api.root}/_control/clock", data={"advance": 1}, timeout=60)
    broken = requests.post(
        f"{api.root}/_control/clock", data=b"{", headers={"Content-Type": "application/json"}, timeout=60
    )
    assert (form.status_code, broken.status_code) == (400, 400)


def test_a_page_elsewhere_cannot_work_the_buttons(api: Api, tenant: Tenant):
    keys = tenant.credentials
    for origin, status in [("https://evil.example.com", 403), (api.root, 303)]:
        answer = requests.post(
            f"{api.root}/api-v2/credentials", headers={"Origin": origin}, allow_redirects=False, timeout=60
        )
        assert answer.status_code == status
        assert (tenant.credentials == keys) == (status == 403)
