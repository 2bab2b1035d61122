"""The company of the recorded samples, as the simulator plays it."""

from integrations.kaonavi.simulator.items import Item, Option, make_item
from integrations.kaonavi.simulator.state import Sheet
from integrations.kaonavi.simulator.tenant import Tenant

LATEST, HISTORY, UNTICKED = 71, 72, 73


def make_company() -> Tenant:
    """Departments, members, items and sheets of the samples, ミキワメ's two sheets, and one sheet that is not ticked."""
    tenant = Tenant(task_delay=0, update_limit=10_000)
    add_departments(tenant)
    add_items(tenant)
    add_members(tenant)
    add_sheets(tenant)
    latest, history = tenant.use_template("latest"), tenant.use_template("all")
    tenant.write_records(latest, "K0031", [{"受検日": "2026-03-30", "傾聴傾向": "55.5"}])
    tenant.write_records(history, "K0031", [{"受検日": "2025-10-05"}, {"受検日": "2026-03-30"}])
    tenant.tick_all()
    tenant.untick(tenant.sheet(UNTICKED))
    return tenant


def add_departments(tenant: Tenant) -> None:
    tenant.add_department("B210", "配送企画課", "B200", order=1, leader_member_code="K0031", memo="倉庫2階")
    tenant.add_department("B100", "総務部", order=2, memo="")
    tenant.add_department("B200", "物流本部", order=1, leader_member_code="K0002")
    tenant.add_department("B900", "防災委員会", order=3)


def add_items(tenant: Tenant) -> None:
    position = make_item(411, "役職", "pull_down", options=["部長", "課長", "主任"])
    position.options.append(Option(4, None))
    tenant.state.items = [
        position,
        make_item(412, "雇用形態", "radio_button", options=["正社員", "嘱託"], required=True),
        make_item(413, "内線（代表）", max_length=20),
        make_item(415, "免許", "check_box", options=["普通", "中型"]),
        make_item(490, "在籍月数", "calc_formula"),
    ]


def add_members(tenant: Tenant) -> None:
    tenant.add_member(
        "K0031",
        name="森本 葉月",
        name_kana="モリモト ハヅキ",
        mail="h.morimoto@example.co.jp",
        entered_date="2015-10-01",
        gender="女性",
        birthday="1992-02-29",
        department="B210",
        sub_departments=["B900"],
        position="主任",
        employment_type="正社員",
        custom={"免許": ["普通", "中型"]},
        overrides={"face_image": {"updated_at": "2025-01-15 09:00:00"}},
    )
    tenant.add_member(
        "0032", name="戸田　慎", name_kana="トダ　シン", mail="", retired_date="2025-09-30", department="B100"
    )


def add_sheets(tenant: Tenant) -> None:
    latest = [
        make_item(3201, "受検日", "date"),
        make_item(3202, "総合得点", "number_box"),
        make_item(3203, "判定", "pull_down", options=["A", "B", "C"], required=True),
        make_item(3204, "所見", "text_area", max_length=250),
    ]
    history = [
        make_item(3301, "受検ID"),
        make_item(3302, "受検日", "date"),
        make_item(3303, "総合得点", "number_box"),
    ]
    add_sheet(tenant, LATEST, "適性検査（最新）", latest)
    add_sheet(tenant, HISTORY, "適性検査（全履歴）", history, record_type=1)
    add_sheet(tenant, UNTICKED, "面談記録", [make_item(3401, "所見", "text_area")])
    scored = {"受検日": "2026-03-30", "総合得点": "72.5"}
    tenant.write_records(tenant.sheet(LATEST), "K0031", [scored])
    tenant.write_records(tenant.sheet(HISTORY), "K0031", [{"受検ID": "R-000451", **scored}, {"受検ID": "R-000612"}])


def add_sheet(tenant: Tenant, number: int, name: str, items: list[Item], *, record_type: int = 0) -> None:
    tenant.state.sheets.append(
        Sheet(id=number, name=name, record_type=record_type, items=items, updated_at=tenant.timestamp())
    )
