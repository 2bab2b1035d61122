"""The other pages: layouts, departments, members, analysis."""

from collections.abc import Iterator

import pytest
import requests

from integrations.kaonavi.simulator.pages import ROUTES
from integrations.kaonavi.simulator.sample_company import fill_with_sample_company
from integrations.kaonavi.simulator.state import Sheet
from integrations.kaonavi.simulator.tenant import Tenant
from tests.integrations.kaonavi.simulator.browser import Visitor
from tests.integrations.kaonavi.simulator.company import Api

TYPE = "ブレイン (参謀)"


@pytest.fixture
def visitor(api: Api) -> Iterator[Visitor]:
    person = Visitor(api.root)
    yield person
    person.close()


def test_every_page_of_the_sample_company_opens(api: Api, tenant: Tenant):
    tenant.state.members.clear()
    fill_with_sample_company(tenant)
    tenant.state.tasks.clear()
    filled = {
        "<int:sheet_id>": str(tenant.state.sheets[0].id),
        "<int:place>": "0",
        "<code>": "E0101",
        "<key>": "latest",
        "<section>": "filter",
    }
    for route in ROUTES:
        method, path = route.split()
        for slot, value in filled.items():
            path = path.replace(slot, value)
        if method == "GET":
            answer = requests.get(api.root + path, timeout=60)
            assert answer.status_code == 200, path


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/members/nobody",
        "/departments/9",
        "/layouts/sheets/9",
        "/custom-settings/x",
        "/layouts/templates/system/x",
    ],
)
def test_unknown_pages_are_not_found(api: Api, path: str):
    assert requests.get(api.root + path, timeout=60).status_code == 404


def test_a_sheet_is_renamed_and_deleted(visitor: Visitor, latest: Sheet, tenant: Tenant):
    visitor.go(f"/layouts/sheets/{latest.id}").send("保存", {"name": "性格"})
    assert tenant.sheet("性格").id == latest.id
    visitor.send("シートを削除")
    assert visitor.sees("削除しました")
    assert tenant.state.sheets == []


def test_an_item_is_renamed_and_deleted(visitor: Visitor, latest: Sheet):
    first = latest.items[0]
    visitor.go(f"/layouts/sheets/{latest.id}").send("名前を変更", {"name": "実施日"})
    assert first.name == "実施日"
    visitor.send("削除")
    assert first not in latest.items
    assert len(latest.items) == 26


def test_options_keep_their_numbers_when_others_come_and_go(visitor: Visitor, tenant: Tenant):
    visitor.go("/layouts/basic").send("名前を変更", {"name": "職位", "options": "部長\n課長\n顧問"})
    item = tenant.custom_item("職位")
    assert [(option.id, option.name) for option in item.options] == [(2, "部長"), (3, "課長"), (6, "顧問")]


def test_an_item_and_a_plain_sheet_are_added(visitor: Visitor, tenant: Tenant):
    visitor.go("/layouts/basic").send("追加", {"name": "等級", "kind": "pull_down", "options": "G1\nG2"})
    assert tenant.custom_item("等級").option_names == ["G1", "G2"]
    visitor.go("/layouts/sheets/new").send("作成", {"name": "面談記録", "category": "人事", "record_type": "1"})
    visitor.send("追加", {"name": "所見", "kind": "text_area"})
    sheet = tenant.sheet("面談記録")
    assert (sheet.record_type, sheet.category, sheet.item("所見").type_detail) == (1, "人事", "text_area")


def test_standard_items_are_relabelled(visitor: Visitor, tenant: Tenant):
    visitor.go("/layouts/basic").send("保存", {"mail": "社内メール"})
    assert tenant.state.labels == {"mail": "社内メール"}
    visitor.send("保存", {"mail": ""})
    assert tenant.state.labels == {}


def test_departments_are_added_moved_and_removed(visitor: Visitor, tenant: Tenant):
    visitor.go("/departments/new").send("保存", {"code": "A1", "name": "営業部"})
    visitor.click("下に追加").send("保存", {"code": "A2", "name": "営業一課", "order": ""})
    child = tenant.state.departments[1]
    assert (child.parent_code, child.order) == ("A1", None)
    visitor.click("営業一課").send("保存", {"parent_code": "A2"})
    assert visitor.sees("上位の所属をたどれない所属（1）")
    visitor.click("営業一課").send("削除")
    assert [row.code for row in tenant.state.departments] == ["A1"]


def test_a_member_is_searched_blanked_and_brought_back(visitor: Visitor, tenant: Tenant):
    visitor.go("/members").send("検索", {"q": "e2@"})
    assert visitor.sees("メンバー（1名）")
    visitor.click("E2").send("保存", {"mail": ""})
    member = tenant.state.member("E2")
    assert member is not None
    assert member.mail == ""
    assert member.name == "田中 太郎"


def test_members_are_added_with_items_of_the_company_and_deleted(visitor: Visitor, latest: Sheet, tenant: Tenant):
    item = tenant.custom_item("役職").id
    visitor.go("/members/new").send("保存", {"code": "N1", "name": "新井 花", f"item-{item}": "部長"})
    member = tenant.state.member("N1")
    assert member is not None
    assert member.custom == {item: ["部長"]}
    with pytest.raises(requests.HTTPError, match="400"):
        visitor.go("/members/new").send("保存", {"code": "N1"})
    tenant.write_records(latest, "N1", [{"受検日": "2026-03-30"}])
    visitor.go("/members/N1").send("メンバーを削除")
    assert tenant.state.member("N1") is None
    assert latest.rows == {}


def test_records_are_typed_in_by_hand(visitor: Visitor, history: Sheet, tenant: Tenant):
    day = history.item("受検日").id
    path = f"/members/E1/sheets/{history.id}"
    visitor.go(path).send("保存", {f"0-{day}": "2024-06-01"})
    visitor.go(path).send("保存", {f"1-{day}": "2025-06-01"})
    assert tenant.records(history, "E1") == [{"受検日": "2024-06-01"}, {"受検日": "2025-06-01"}]
    visitor.go(path).send("保存", {f"0-{day}": "", f"1-{day}": ""})
    assert history.rows == {}


def test_a_name_that_looks_like_html_is_shown_as_text(visitor: Visitor, tenant: Tenant):
    tenant.edit_member("E1", name="<b>太字</b>")
    assert visitor.go("/members").sees("<b>太字</b>")


def test_the_gadget_shows_the_balance_of_a_department_and_what_is_below_it(
    visitor: Visitor, latest: Sheet, tenant: Tenant
):
    tenant.add_department("A1", "営業部")
    tenant.add_department("A2", "営業一課", "A1")
    tenant.add_department("B1", "開発部")
    for code, department in [("M1", "A1"), ("M2", "A2"), ("M3", "B1")]:
        tenant.add_member(code, department=department)
        tenant.write_records(latest, code, [{"16タイプ": TYPE}])
    item = latest.item("16タイプ").id
    assert visitor.go("/gadget").sees("利用できる項目がありません")
    visitor.go("/custom-settings/filter")
    visitor.session.post(visitor.address, data={"item": item, "do": "add"}, timeout=60)

    assert visitor.go("/gadget").sees("16タイプ：5名のうち3名")
    assert visitor.go("/gadget?department=A1").sees("16タイプ：2名のうち2名")
    assert visitor.go(f"/gadget?department=B1&item={item}").sees("16タイプ：1名のうち1名")


def test_only_single_record_sheets_are_on_offer_for_analysis(visitor: Visitor, latest: Sheet, history: Sheet):
    visitor.go("/custom-settings/axis")
    assert visitor.sees(latest.name)
    assert not visitor.sees(history.name)


def test_shuffle_face_crosses_two_items(visitor: Visitor, latest: Sheet, tenant: Tenant):
    for code, position in [("M1", "部長"), ("M2", "課長"), ("M3", "課長")]:
        tenant.add_member(code, name=f"人 {code}", position=position)
        tenant.write_records(latest, code, [{"16タイプ": TYPE}])
    assert visitor.go("/shuffle-face").sees("軸にする項目が2つ必要です")
    tenant.state.display["axis"] = [latest.item("16タイプ").id, tenant.custom_item("役職").id]
    tenant.state.display["label"] = [latest.item("16タイプ").id]

    visitor.go("/shuffle-face")

    assert visitor.sees("3人 (100.0%)")
    assert visitor.sees("2人 (66.7%)")
    assert visitor.sees("1人 (33.3%)")
    assert visitor.sees("人 M3")


def test_an_item_is_taken_out_of_the_custom_settings(visitor: Visitor, latest: Sheet, tenant: Tenant):
    tenant.state.display["axis"] = [latest.item("16タイプ").id]
    visitor.go("/custom-settings/axis").send("< 削除")
    assert tenant.state.display["axis"] == []
