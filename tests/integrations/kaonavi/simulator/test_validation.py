"""A write is checked before a task exists: one message for each problem, and nothing applied."""

from typing import Any

import pytest

from integrations.kaonavi.simulator.state import Sheet
from integrations.kaonavi.simulator.tenant import Tenant
from tests.integrations.kaonavi.simulator.company import Api, row


def refused(api: Api, sheet: Sheet, body: Any) -> list[str]:
    """The messages of a PATCH that must be refused with 400 and leave no task."""
    answer = api.call("PATCH", f"/sheets/{sheet.id}", json=body)
    assert answer.status_code == 400, answer.text
    assert api.tenant.tasks == []
    messages: list[str] = answer.json()["errors"]
    assert all(message.startswith("[SIM] ") for message in messages)
    return messages


@pytest.mark.parametrize(
    ("record", "part"),
    [
        ({"受検日": "2026-02-30"}, "日付"),
        ({"受検日": "2026/03/01"}, "日付"),
        ({"傾聴傾向": "五十"}, "数値"),
        ({"傾聴傾向": "1,000"}, "数値"),
        ({"傾聴傾向": "５０"}, "数値"),
        ({"16タイプ": "プロモーター（推進者）"}, "選択肢"),
        ({"16タイプ": ["プロモーター (推進者)", "ブレイン (参謀)"]}, "複数"),
        ({"受検者詳細リンク": "x" * 2001}, "2000文字"),
        ({"受検日": []}, "values"),
        ({"受検日": [None]}, "values"),
    ],
)
def test_a_value_that_its_item_does_not_take_is_refused(api: Api, latest: Sheet, record: dict[str, Any], part: str):
    messages = refused(api, latest, {"member_data": [row(latest, "E1", record)]})
    assert len(messages) == 1
    assert part in messages[0]


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"member_data": {}},
        {"member_data": []},
        {"member_data": ["E1"]},
        {"member_data": [{"code": ""}]},
        {"member_data": [{"code": "E1"}]},
        {"member_data": [{"code": "E1", "records": []}]},
        {"member_data": [{"code": "E1", "records": [{}]}]},
        {"member_data": [{"code": "E1", "records": [{"custom_fields": [7]}]}]},
        {"member_data": [{"code": "E1", "records": [{"custom_fields": [{"id": 7, "values": ["x"]}]}]}]},
    ],
)
def test_a_body_of_another_shape_is_refused(api: Api, latest: Sheet, body: Any):
    assert len(refused(api, latest, body)) == 1


def test_numbers_must_be_sent_as_texts(api: Api, latest: Sheet):
    field = {"id": latest.item("傾聴傾向").id, "values": [51.2]}
    body = {"member_data": [{"code": "E1", "records": [{"custom_fields": [field]}]}]}
    assert "文字列の配列" in refused(api, latest, body)[0]


def test_every_problem_gets_a_message_and_nothing_is_applied(api: Api, latest: Sheet, tenant: Tenant):
    rows = [
        row(latest, "E1", {"受検日": "2026-03-01"}),
        row(latest, "E9", {"受検日": "2026-03-01"}),
        row(latest, "E2", {"受検日": "x", "傾聴傾向": "y"}, {}),
        row(latest, "E1", {}),
    ]
    messages = refused(api, latest, {"member_data": rows})

    assert [message.split(": ", 1)[-1] for message in messages] == [
        "存在しない社員番号です",
        "単一レコードのシートに複数のレコードは登録できません",
        "「x」は日付ではありません",
        "「y」は数値ではありません",
        "同じ社員番号が複数あります",
    ]
    assert "E9" in messages[0]
    assert tenant.records(latest, "E1") == []


def test_messages_may_keep_quiet_about_who_is_meant(api: Api, latest: Sheet, tenant: Tenant):
    tenant.set_knobs(messages_name_members=False)
    messages = refused(api, latest, {"member_data": [row(latest, "E9", {"受検日": "2026-03-01"})]})
    assert "E9" not in messages[0]


@pytest.mark.parametrize("kind", ["calc_formula", "attach_file"])
def test_items_that_the_api_may_not_write_are_refused(api: Api, latest: Sheet, tenant: Tenant, kind: str):
    latest.items.append(tenant.new_item("別項目", kind))
    assert "登録できない" in refused(api, latest, {"member_data": [row(latest, "E1", {"別項目": "x"})]})[0]


def test_a_required_item_may_not_be_cleared(api: Api, latest: Sheet, tenant: Tenant):
    latest.items.append(tenant.new_item("区分", required=True))
    assert "必須" in refused(api, latest, {"member_data": [row(latest, "E1", {"区分": ""})]})[0]


def test_a_new_record_needs_its_required_items(api: Api, history: Sheet, tenant: Tenant):
    history.items.append(tenant.new_item("区分", required=True))
    assert "必須" in refused(api, history, {"member_data": [row(history, "E1", {"受検日": "2026-03-01"})]})[0]


def test_a_company_may_take_empty_lists_for_clearing(api: Api, latest: Sheet, tenant: Tenant):
    tenant.set_knobs(accept_empty_values=True)
    tenant.write_records(latest, "E1", [{"受検日": "2025-01-01", "傾聴傾向": "40"}])
    api.patch(latest, row(latest, "E1", {"傾聴傾向": []}))
    assert tenant.records(latest, "E1") == [{"受検日": "2025-01-01"}]


def test_an_unknown_sheet_is_not_found(api: Api):
    assert api.get("/sheets/99").status_code == 404
    assert api.get("/sheet_layouts/99").status_code == 404
    assert api.call("PATCH", "/sheets/99", json={"member_data": []}).status_code == 404


def test_broken_json_and_other_content_types_are_refused(api: Api, latest: Sheet):
    path = f"/sheets/{latest.id}"
    broken = api.call("PATCH", path, data=b"{", headers={"Content-Type": "application/json"})
    form = api.call("PATCH", path, data={"member_data": "[]"})
    assert [broken.status_code, form.status_code] == [400, 400]


def test_a_body_over_the_size_limit_gets_413(api: Api, latest: Sheet, tenant: Tenant):
    tenant.set_knobs(max_body=200)
    answer = api.patch(latest, row(latest, "E1", {"受検者詳細リンク": "x" * 300}))
    assert answer.status_code == 413
    assert tenant.tasks == []


def test_the_number_of_members_a_call_may_carry_is_a_knob(api: Api, latest: Sheet, tenant: Tenant):
    tenant.set_knobs(max_rows=1)
    rows = [row(latest, code, {"受検日": "2026-03-01"}) for code in ("E1", "E2")]
    assert api.patch(latest, *rows).status_code == 413
    assert api.patch(latest, rows[0]).status_code == 200


def test_calls_that_are_not_played_are_not_found(api: Api):
    assert api.get("/users").status_code == 404
    assert api.call("PUT", "/members", json={}).status_code == 405
