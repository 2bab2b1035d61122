"""What the user who issued the keys may see, and what カオナビ asks of a record."""

import pytest

from integrations.kaonavi.simulator.state import Sheet
from integrations.kaonavi.simulator.tenant import Tenant
from tests.integrations.kaonavi.simulator.company import Api, row


@pytest.fixture
def api(api: Api) -> Api:
    api.tenant.tick("members", "read")
    return api


def codes(api: Api, path: str = "/members") -> list[str]:
    return [member["code"] for member in api.get(path).json()["member_data"]]


def test_members_beyond_the_share_are_nowhere_without_an_error(api: Api, latest: Sheet):
    for code in ("E1", "E2"):
        api.tenant.write_records(latest, code, [{"受検日": "2026-04-01"}])
    api.tenant.set_knobs(visible_members=0.5)
    assert codes(api) == codes(api, f"/sheets/{latest.id}") == ["E1"]


def test_items_beyond_the_share_have_no_value_though_the_layout_shows_them(api: Api):
    api.tenant.add_member("E3", position="部長", employment_type="正社員")
    api.tenant.set_knobs(visible_items=0.5)
    shown = api.get("/members").json()["member_data"][2]["custom_fields"]
    assert [field["name"] for field in shown] == ["役職"]
    layout = api.get("/member_layouts").json()["custom_fields"]
    assert [field["name"] for field in layout][:2] == ["役職", "雇用形態"]


def test_keys_can_be_absent_in_every_member(api: Api):
    api.tenant.set_knobs(hidden_keys=["birthday", "department"])
    for member in api.get("/members").json()["member_data"]:
        assert not {"birthday", "department"} & set(member)
        assert "mail" in member


def foreign(tenant: Tenant, sheet: Sheet) -> None:
    """An item of the company's own on this sheet, made 必須."""
    sheet.items.append(tenant.new_item("評価者"))
    tenant.set_knobs(required_items=["評価者"])


def test_an_item_can_be_made_required(api: Api, latest: Sheet):
    foreign(api.tenant, latest)
    [shown] = [each for each in api.get(f"/sheet_layouts/{latest.id}").json()["custom_fields"] if each["required"]]
    assert shown["name"] == "評価者"


def test_a_first_record_must_be_as_complete_as_a_changed_one(api: Api, latest: Sheet):
    foreign(api.tenant, latest)
    api.tenant.write_records(latest, "E1", [{"評価者": "佐藤"}])
    date = {"受検日": "2026-04-01"}
    for code, status in (("E1", 200), ("E2", 400)):
        answer = api.patch(latest, row(latest, code, date))
        assert answer.status_code == status
    assert "「評価者」: 必須項目が空です" in answer.json()["errors"][0]
    assert api.patch(latest, row(latest, "E2", date | {"評価者": "鈴木"})).status_code == 200


@pytest.mark.parametrize("status", [200, 207, 409])
def test_refusals_can_hide_behind_another_status(api: Api, latest: Sheet, status: int):
    api.tenant.set_knobs(refusal_status=status)
    answer = api.get("/sheets/1")
    assert answer.status_code == status
    assert answer.json()["errors"]


def test_an_answer_can_be_about_another_sheet(api: Api, latest: Sheet):
    api.tenant.fail("other", path="^/sheets/")
    assert api.get(f"/sheets/{latest.id}").json()["id"] == latest.id + 1
