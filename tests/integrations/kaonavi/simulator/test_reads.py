"""What the reading calls show, in the documented shapes."""

import datetime as dt

import pytest

from integrations.kaonavi.simulator.knobs import MISSING
from integrations.kaonavi.simulator.state import Sheet
from integrations.kaonavi.simulator.tenant import Tenant
from tests.integrations.kaonavi.simulator.company import Api, Clock

MEMBER = {
    "id": 3,
    "code": "E1007",
    "name": "青山 直樹",
    "name_kana": "アオヤマ ナオキ",
    "mail": "naoki.aoyama@example.co.jp",
    "entered_date": "2011-04-01",
    "retired_date": "",
    "gender": "男性",
    "birthday": "1988-02-29",
    "age": 38,
    "years_of_service": "15年0ヵ月",
    "department": {"code": "D320", "name": "開発本部 認証チーム", "names": ["開発本部", "認証チーム"]},
    "sub_departments": [{"code": "D900", "name": "全社横断PJ", "names": ["全社横断PJ"]}],
    "face_image": None,
    "custom_fields": [{"id": 301, "name": "役職", "values": ["課長"]}],
}


@pytest.fixture(autouse=True)
def _everything_is_ticked(tenant: Tenant):
    tenant.add_department("D320", "認証チーム", "D300", order=1)
    tenant.add_department("D300", "開発本部", order=1, memo="")
    tenant.add_department("D900", "全社横断PJ", order=2, leader_member_code="E1")
    tenant.tick_all()


def add_aoyama(tenant: Tenant) -> None:
    tenant.add_member(
        "E1007",
        name="青山 直樹",
        name_kana="アオヤマ ナオキ",
        mail="naoki.aoyama@example.co.jp",
        entered_date="2011-04-01",
        gender="男性",
        birthday="1988-02-29",
        department="D320",
        sub_departments=["D900"],
        position="課長",
    )


def test_a_member_is_shown_as_documented(api: Api, tenant: Tenant):
    add_aoyama(tenant)
    answer = api.get("/members").json()
    assert answer["updated_at"] == "2026-04-01 08:33:20"
    assert answer["member_data"][-1] == MEMBER


def test_blanks_are_shown_as_the_samples_show_them(api: Api, tenant: Tenant):
    tenant.add_member("E7", name="", name_kana="", mail="")
    shown = api.get("/members").json()["member_data"][-1]
    assert shown["birthday"] is None
    assert shown["age"] is None
    assert shown["department"] == {"code": "", "name": "", "names": []}
    assert shown["custom_fields"] == []
    assert {shown[key] for key in ("name", "name_kana", "mail", "entered_date", "retired_date", "gender")} == {""}


@pytest.mark.parametrize(
    ("knob", "keys"),
    [
        ("blank_text", ["name", "name_kana", "mail"]),
        ("blank_date", ["entered_date", "retired_date"]),
        ("blank_birthday", ["birthday"]),
        ("blank_gender", ["gender"]),
        ("blank_department", ["department"]),
    ],
)
@pytest.mark.parametrize("form", ["", None, [], [""], [None], {}, MISSING])
def test_every_blank_can_take_every_form(api: Api, tenant: Tenant, knob: str, keys: list[str], form: object):
    tenant.set_knobs(**{knob: form})
    tenant.add_member("E7", name="", name_kana="", mail="")
    shown = api.get("/members").json()["member_data"][-1]
    for key in keys:
        if form == MISSING:
            assert key not in shown
        else:
            assert shown[key] == form


@pytest.mark.parametrize("form", [[], [""], [None], None])
def test_a_custom_item_without_a_value_can_be_shown_blank(api: Api, tenant: Tenant, form: object):
    tenant.set_knobs(blank_custom=form)
    shown = api.get("/members").json()["member_data"][0]["custom_fields"]
    assert [(item["name"], item["values"]) for item in shown] == [(item.name, form) for item in tenant.state.items]


def test_ids_and_faces_can_be_absent(api: Api, tenant: Tenant):
    tenant.set_knobs(member_ids=False)
    assert not {"id", "face_image"} & set(api.get("/members").json()["member_data"][0])


def test_one_members_json_can_be_bent(api: Api, tenant: Tenant):
    tenant.edit_member("E1", overrides={"name": {"last": "田中"}, "mail": MISSING, "new_key": 1})
    shown = api.get("/members").json()["member_data"][0]
    assert (shown["name"], shown["new_key"], "mail" in shown) == ({"last": "田中"}, 1, False)


def test_unreadable_elements_are_sent_as_they_stand(api: Api, tenant: Tenant):
    tenant.state.extra_members.append("?")
    tenant.state.extra_departments.append(7)
    assert api.get("/members").json()["member_data"][-1] == "?"
    assert api.get("/departments").json()["department_data"][-1] == 7


def test_departments_are_a_flat_list_in_no_order(api: Api):
    assert api.get("/departments").json() == {
        "department_data": [
            {
                "code": "D320",
                "name": "認証チーム",
                "parent_code": "D300",
                "leader_member_code": None,
                "order": 1,
                "memo": None,
            },
            {
                "code": "D300",
                "name": "開発本部",
                "parent_code": None,
                "leader_member_code": None,
                "order": 1,
                "memo": "",
            },
            {
                "code": "D900",
                "name": "全社横断PJ",
                "parent_code": None,
                "leader_member_code": "E1",
                "order": 2,
                "memo": None,
            },
        ]
    }


def test_a_department_without_order_has_no_such_key(api: Api, tenant: Tenant):
    tenant.add_department("D1", "経営企画室").order = None
    assert "order" not in api.get("/departments").json()["department_data"][-1]


def test_a_department_without_a_code_is_nobodys_parent(api: Api, tenant: Tenant):
    tenant.add_department("", "準備室")
    tenant.add_member("E9", department="D320")
    assert api.get("/members").json()["member_data"][-1]["department"]["names"] == ["開発本部", "認証チーム"]


def test_a_loop_of_departments_does_not_hang_the_members(api: Api, tenant: Tenant):
    tenant.add_department("L1", "甲", "L2")
    tenant.add_department("L2", "乙", "L1")
    tenant.add_member("E9", department="L1")
    assert api.get("/members").json()["member_data"][-1]["department"]["names"] == ["乙", "甲"]


def test_the_member_layout_lists_standard_and_custom_items(api: Api, tenant: Tenant):
    tenant.custom_item("役職").options[1].name = None
    layout = api.get("/member_layouts").json()
    assert layout["code"] == {"name": "社員番号", "required": True, "type": "string", "max_length": 50, "enum": []}
    assert layout["gender"]["enum"] == ["男性", "女性"]
    assert layout["sub_departments"]["type"] == "department[]"
    assert layout["custom_fields"][0] == {
        "id": 301,
        "name": "役職",
        "required": False,
        "type": "enum",
        "max_length": None,
        "enum": ["本部長", None, "課長", "係長", "主任"],
        "type_detail": "pull_down",
    }


def test_calculated_items_are_in_the_layout_only_when_asked_for(api: Api, tenant: Tenant):
    tenant.add_custom_item("在籍月数", type_detail="calc_formula")
    assert [item["name"] for item in api.get("/member_layouts").json()["custom_fields"]] == ["役職", "雇用形態"]
    last = api.get("/member_layouts", params={"get_calc_type": "true"}).json()["custom_fields"][-1]
    assert (last["name"], last["type"], last["enum"], last["read_only"]) == ("在籍月数", "calc", None, True)


def test_type_detail_can_be_absent(api: Api, tenant: Tenant):
    tenant.set_knobs(type_detail=False)
    assert "type_detail" not in api.get("/member_layouts").json()["custom_fields"][0]


def test_renamed_labels_are_shown(api: Api, tenant: Tenant):
    tenant.state.labels["name"] = "お名前"
    assert api.get("/member_layouts").json()["name"]["name"] == "お名前"


def test_the_template_for_the_latest_result_has_every_item_of_the_manual(api: Api, latest: Sheet, history: Sheet):
    sheets = {sheet["name"]: sheet for sheet in api.get("/sheet_layouts").json()["sheets"]}
    shown = sheets["最新性格検査結果（ミキワメ連携）"]
    assert (shown["id"], shown["record_type"]) == (latest.id, 0)
    names = [item["name"] for item in shown["custom_fields"]]
    assert names[:3] == ["受検日", "傾聴傾向", "主張傾向"]
    assert names[-4:] == ["競争心", "向上心", "16タイプ", "受検者詳細リンク"]
    assert {"感情記憶志向", "社交性"} <= set(names)
    assert len(names) == 1 + 24 + 2
    kinds = {item["name"]: item["type"] for item in shown["custom_fields"]}
    assert (kinds["受検日"], kinds["傾聴傾向"], kinds["16タイプ"], kinds["受検者詳細リンク"]) == (
        "date",
        "number",
        "enum",
        "string",
    )
    assert len(shown["custom_fields"][-2]["enum"]) == 16
    assert shown["custom_fields"][-2]["enum"][3] == "シーカー (探求者)"

    many = sheets["全性格検査結果（ミキワメ連携）"]
    assert many["record_type"] == 1
    assert [item["name"] for item in many["custom_fields"]] == ["受検日", "16タイプ", "受検者詳細リンク"]
    assert api.get(f"/sheet_layouts/{history.id}").json() == many


def test_a_sheet_shows_members_with_records_and_items_with_values(api: Api, history: Sheet, tenant: Tenant):
    tenant.write_records(history, "E2", [{"受検日": "2025-10-05"}, {"受検者詳細リンク": "https://example.com/1"}])
    shown = api.get(f"/sheets/{history.id}").json()
    day, link = history.item("受検日").id, history.item("受検者詳細リンク").id
    assert shown == {
        "id": history.id,
        "name": "全性格検査結果（ミキワメ連携）",
        "record_type": 1,
        "updated_at": "2026-04-01 08:33:20",
        "member_data": [
            {
                "code": "E2",
                "records": [
                    {"custom_fields": [{"id": day, "name": "受検日", "values": ["2025-10-05"]}]},
                    {"custom_fields": [{"id": link, "name": "受検者詳細リンク", "values": ["https://example.com/1"]}]},
                ],
            }
        ],
    }


def test_each_members_time_on_a_sheet_is_a_knob(api: Api, latest: Sheet, tenant: Tenant):
    tenant.write_records(latest, "E1", [{"受検日": "2025-10-05"}])
    assert "updated_at" not in api.get(f"/sheets/{latest.id}").json()["member_data"][0]
    tenant.set_knobs(rows_updated_at=True)
    assert api.get(f"/sheets/{latest.id}").json()["member_data"][0]["updated_at"] == "2026-04-01 08:33:20"


def test_updated_since_leaves_out_what_did_not_change(api: Api, latest: Sheet, tenant: Tenant, clock: Clock):
    tenant.write_records(latest, "E1", [{"受検日": "2025-10-05"}])
    clock.seconds += dt.timedelta(days=2).total_seconds()
    tenant.write_records(latest, "E2", [{"受検日": "2025-10-05"}])
    tenant.edit_member("E2", mail="new@example.co.jp")
    since = {"updated_since": "2026-04-02"}
    for path in ("/members", f"/sheets/{latest.id}"):
        assert [member["code"] for member in api.get(path, params=since).json()["member_data"]] == ["E2"]
    tenant.set_knobs(updated_since_supported=False)
    assert len(api.get("/members", params=since).json()["member_data"]) == 2


def test_option_masters_leave_out_linked_items(api: Api, latest: Sheet, tenant: Tenant):
    tenant.custom_item("役職").linked = True
    masters = api.get("/enum_options").json()["custom_field_data"]
    assert [(master["sheet_name"], master["name"]) for master in masters] == [
        ("基本情報", "雇用形態"),
        ("最新性格検査結果（ミキワメ連携）", "16タイプ"),
    ]
    assert masters[0]["enum_option_data"][0] == {"id": 1, "name": "正社員"}
    assert api.get(f"/enum_options/{masters[0]['id']}").json() == masters[0]
    assert api.get("/enum_options/301").status_code == 404


@pytest.mark.parametrize(("hour", "status"), [(0, 200), (1, 503), (5, 503), (6, 200)])
def test_the_nightly_window_can_refuse(api: Api, tenant: Tenant, clock: Clock, hour: int, status: int):
    clock.seconds = dt.datetime.fromisoformat(f"2026-04-01T{hour:02}:30:00+09:00").timestamp()
    api.token = api.ask_token().json()["access_token"]
    tenant.set_knobs(nightly_refusal=True)
    assert api.get("/members").status_code == status


@pytest.mark.parametrize(("shape", "text"), [("empty", '{"errors": []}'), ("absent", "{}"), ("text", "404 error")])
def test_the_shape_of_all_errors_is_a_knob(api: Api, tenant: Tenant, shape: str, text: str):
    tenant.set_knobs(error_shape=shape)
    assert api.get("/tasks/1").text == text
