"""The simulator is asked what the recorded samples answer, and answers in the same shapes.

`STAGES` says for each sample how the company is brought to answer so. `DEVIATIONS` are samples of what no documentation
shows: the client must bear them, but a simulator that invented them would prove nothing.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from integrations.kaonavi.simulator.items import make_item
from integrations.kaonavi.simulator.server import run_in_thread
from integrations.kaonavi.simulator.tenant import Tenant
from tests.contract.company import HISTORY, LATEST, UNTICKED, make_company
from tests.contract.shapes import shape_of
from tests.samples.recorded import sample, samples

Prepare = Callable[[Tenant], object]

GOOD, WRONG = {"id": 3201, "values": ["2026-03-30"]}, {"id": 3202, "values": ["多い"]}


def keep_as_it_is(_tenant: Tenant) -> None:
    """Nothing need be changed."""


@dataclass(frozen=True)
class Stage:
    """How the company comes to answer like a sample: what changes there, and what is asked.

    `{task_id}` in the path is the task of an update made before, and `later` the seconds that have passed since then.
    """

    method: str
    path: str
    prepare: Prepare = keep_as_it_is
    fields: tuple[dict[str, Any], ...] = (GOOD,)
    headers: dict[str, str] = field(default_factory=dict)
    secret: str = ""
    later: float = 0.0


def get(path: str, prepare: Prepare = keep_as_it_is) -> Stage:
    return Stage("GET", path, prepare)


def token(prepare: Prepare = keep_as_it_is, *, secret: str = "") -> Stage:
    return Stage("POST", "/token", prepare, secret=secret)


def update(prepare: Prepare = keep_as_it_is, *fields: dict[str, Any]) -> Stage:
    return Stage("PATCH", f"/sheets/{LATEST}", prepare, fields or (GOOD,))


def trial(prepare: Prepare = keep_as_it_is, *fields: dict[str, Any]) -> Stage:
    return Stage("PATCH", f"/sheets/{LATEST}", prepare, fields or (GOOD,), {"Dry-Run": "1"})


def task(prepare: Prepare = keep_as_it_is, *, later: float = 0.0) -> Stage:
    return Stage("GET", "/tasks/{task_id}", prepare, later=later)


def knobs(**values: Any) -> Prepare:
    return lambda tenant: tenant.set_knobs(**values)


def fault(kind: Any, **parameters: Any) -> Prepare:
    return lambda tenant: tenant.fail(kind, **parameters)


def without(part: str) -> Prepare:
    return lambda tenant: getattr(tenant.state, part).clear()


def forbidden(resource: str, error_shape: str = "errors") -> Prepare:
    def prepare(tenant: Tenant) -> None:
        tenant.set_knobs(error_shape=error_shape, layouts_need_tick=True)
        tenant.untick(resource)

    return prepare


def calculate_everything(tenant: Tenant) -> None:
    """One sheet with nothing but a calculated item."""
    tenant.set_knobs(type_detail=False)
    tenant.state.sheets = [tenant.sheet(LATEST)]
    tenant.state.sheets[0].items = [make_item(3290, "経過月数", "calc_formula")]


STAGES = {
    "departments": get("/departments"),
    "departments_empty": get("/departments", without("departments")),
    "departments_not_ticked": get("/departments", forbidden("members", "text")),
    "member_layout": get("/member_layouts?get_calc_type=true"),
    "member_layout_not_ticked": get("/member_layouts", forbidden("layouts", "text")),
    "members": get("/members"),
    "members_cut_off": get("/members", fault("truncate", honest=True)),
    "members_down": get("/members", fault("status", status=503, body="html")),
    "members_down_with_errors": get("/members", fault("status", status=500)),
    "members_empty": get("/members", without("members")),
    "members_html": get("/members", fault("html")),
    "members_not_ticked": get("/members", forbidden("members")),
    "sheet_layouts": get("/sheet_layouts", knobs(type_detail=False)),
    "sheet_layouts_calculated": get("/sheet_layouts?get_calc_type=true", calculate_everything),
    "sheet_multiple_records": get(f"/sheets/{HISTORY}"),
    "sheet_not_ticked": get(f"/sheets/{UNTICKED}"),
    "sheet_single_record": get(f"/sheets/{LATEST}", knobs(rows_updated_at=True)),
    "sheet_unknown": get("/sheets/79"),
    "sheet_without_records": get(f"/sheets/{HISTORY}", lambda tenant: tenant.sheet(HISTORY).rows.clear()),
    "task_forgotten": task(knobs(task_retention=0), later=1),
    "task_ng": task(fault("task_ng", path="^/sheets/", messages=["一つ目", "二つ目"])),
    "task_ok": task(),
    "task_running": task(knobs(task_delay=100), later=60),
    "task_unknown_status": task(fault("task_stuck", path="^/sheets/", text="PAUSED")),
    "task_waiting": task(knobs(task_delay=100), later=40),
    "token": token(),
    "token_expires_in": token(knobs(token_life_key="expires_in")),
    "token_too_many": token(knobs(token_limit=0)),
    "token_without_lifetime": token(knobs(token_life_key="")),
    "token_wrong_keys": token(secret="not the secret"),
    "trial_answered_with_html": trial(fault("html", path="^/sheets/")),
    "trial_refused": trial(keep_as_it_is, WRONG),
    "trial_with_task": trial(knobs(dry_run_answer={"task_id": 5122})),
    "trial_without_task": trial(),
    "update_accepted": update(),
    "update_accepted_202": update(knobs(write_status=202)),
    "update_answered_with_html": update(fault("html", path="^/sheets/")),
    "update_limit": update(knobs(update_limit=0)),
    "update_limit_retry_after": update(knobs(update_limit=0, retry_after=17, error_shape="text")),
    "update_lost_in_a_gateway": update(fault("status", status=502, body="html", path="^/sheets/")),
    "update_not_ticked": update(lambda tenant: tenant.untick(tenant.sheet(LATEST), "update")),
    "update_refused": update(keep_as_it_is, WRONG, {"id": 3201, "values": ["昨日"]}),
    "update_refused_no_messages": update(knobs(error_shape="empty"), WRONG),
    "update_too_large": update(knobs(max_body=10, error_shape="text")),
}
DEVIATIONS = {
    *("departments_blank_forms", "departments_unreadable", "member_layout_blank_forms", "member_layout_list_missing"),
    *("member_layout_list_null", "member_layout_unreadable_item", "member_layout_unreadable_length"),
    *("member_layout_without_items", "members_bare_list", "members_blank_forms", "members_cut_off_after_an_element"),
    *("members_empty_body", "members_extra_and_missing_keys", "members_half_an_emoji", "members_html_said_to_be_json"),
    *("members_json_null", "members_list_is_an_object", "members_list_missing", "members_list_null"),
    *("members_one_with_broken_text", "members_plain_text_type", "members_redirect", "members_too_deep"),
    *("members_two_documents", "members_unreadable", "members_with_byte_order_mark"),
    *("sheet_blank_forms", "sheet_layouts_unreadable", "sheet_numbers_not_as_text"),
    *("sheet_unreadable_member", "task_blank_status", "task_error_without_messages", "task_odd_messages"),
    *("task_says_nothing", "task_without_id", "token_blank_lifetime", "token_forbidden", "token_lifetime_as_text"),
    *("token_missing", "token_unfit_for_a_header", "token_wrong_keys_400", "trial_empty"),
    *("update_answered_without_task", "update_limit_retry_after_date", "update_redirected", "update_refused_bare_list"),
    *("update_refused_no_errors_key", "update_refused_one_text"),
}


def test_every_sample_is_asked_for_or_named_as_a_deviation():
    assert sorted([*STAGES, *DEVIATIONS]) == [each.name for each in samples()]


@pytest.mark.parametrize("name", STAGES)
def test_the_simulator_answers_like_the_sample(name: str):
    recorded = sample(name)
    answer = ask(STAGES[name])
    assert answer.status_code == recorded.status
    assert ("Retry-After" in answer.headers) == ("Retry-After" in recorded.headers)
    assert shape_of_body(answer.content) == shape_of_body(recorded.body)


def ask(stage: Stage) -> requests.Response:
    tenant = make_company()
    keys = tenant.credentials
    with run_in_thread(tenant) as url, requests.Session() as session:
        opened = ask_token(session, url, (keys.consumer_key, keys.consumer_secret))
        session.headers["Kaonavi-Token"] = opened.json()["access_token"]
        stage.prepare(tenant)
        if stage.path == "/token":
            return ask_token(session, url, (keys.consumer_key, stage.secret or keys.consumer_secret))
        if stage.method == "PATCH":
            return session.patch(url + stage.path, json=body_of(stage), headers=stage.headers, timeout=30)
        path = stage.path
        if "{task_id}" in path:
            made = session.patch(f"{url}/sheets/{LATEST}", json=body_of(stage), timeout=30).json()["task_id"]
            path = path.format(task_id=made)
            tenant.advance(stage.later)
        return session.get(url + path, timeout=30)


def ask_token(session: requests.Session, url: str, keys: tuple[str, str]) -> requests.Response:
    return session.post(f"{url}/token", data={"grant_type": "client_credentials"}, auth=keys, timeout=30)


def body_of(stage: Stage) -> dict[str, Any]:
    return {"member_data": [{"code": "K0031", "records": [{"custom_fields": list(stage.fields)}]}]}


def shape_of_body(body: bytes) -> dict[str, set[str]] | None:
    """None for what is no JSON object: a web page, half an answer, nothing."""
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    return shape_of(answer)
