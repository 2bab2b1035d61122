"""The steps of the ミキワメ manual that a person takes in カオナビ, click by click, in its words."""

from collections.abc import Iterator

import pytest
import requests

from integrations.kaonavi.simulator.tenant import Tenant
from tests.integrations.kaonavi.simulator.browser import Visitor
from tests.integrations.kaonavi.simulator.company import Api, row


@pytest.fixture
def visitor(api: Api) -> Iterator[Visitor]:
    person = Visitor(api.root)
    yield person
    person.close()


def make_sheet(visitor: Visitor, name: str) -> None:
    """手順4, steps 1 to 8."""
    visitor.go("/").click("レイアウト設定").click("シート")
    visitor.click("+（シートの追加）").click("テンプレートを利用する").click("システム連携")
    nth = 0 if name.startswith("最新") else 1
    visitor.click("このテンプレートを使用する", nth=nth)
    assert visitor.sees("このテンプレートから新しいシートを作成します。")
    visitor.send("作成", {"category": "ミキワメ"})
    visitor.send("保存")


def tick(visitor: Visitor, *boxes: str) -> None:
    """操作対象の管理 > 設定保存."""
    visitor.go("/").click("公開API v2 情報").click("操作対象の管理")
    visitor.send("設定保存", also=tuple(("tick", box) for box in boxes))


def test_the_keys_are_where_the_manual_says(visitor: Visitor, tenant: Tenant):
    visitor.click("公開API v2 情報").click("認証情報")
    assert visitor.sees("Consumer Key")
    assert visitor.sees(tenant.credentials.consumer_key)
    assert visitor.sees(tenant.credentials.consumer_secret)


def test_reissuing_shows_new_keys(visitor: Visitor, tenant: Tenant):
    old = tenant.credentials
    visitor.click("公開API v2 情報").click("認証情報").send("再発行")
    assert visitor.sees("認証情報を再発行しました")
    assert visitor.sees(tenant.credentials.consumer_key)
    assert not visitor.sees(old.consumer_key)


def test_ticking_the_members_opens_them_to_the_api(visitor: Visitor, api: Api):
    assert api.get("/members").status_code == 403
    tick(visitor, "members read")
    assert visitor.sees("メンバー情報（基本情報・兼務情報）")
    assert api.get("/members").status_code == 200
    visitor.send("設定保存", {"tick": ""})
    assert api.get("/members").status_code == 403


def test_both_sheets_are_made_ticked_and_written(visitor: Visitor, api: Api, tenant: Tenant):
    for name in ("最新性格検査結果（ミキワメ連携）", "全性格検査結果（ミキワメ連携）"):
        make_sheet(visitor, name)
        assert visitor.sees(name)
    latest, history = tenant.state.sheets
    assert [sheet.category for sheet in (latest, history)] == ["ミキワメ", "ミキワメ"]
    assert (len(latest.items), len(history.items)) == (27, 3)
    day = {"受検日": "2026-03-30"}
    assert api.patch(latest, row(latest, "E1", day)).status_code == 403

    tick(visitor, *(f"sheet:{sheet.id} {tick}" for sheet in (latest, history) for tick in ("read", "update")))

    assert visitor.sees(str(latest.id))
    for sheet in (latest, history):
        assert api.patch(sheet, row(sheet, "E1", day)).status_code == 200
        assert tenant.records(sheet, "E1") == [day]
    visitor.click("実行結果")
    assert visitor.sees("部分更新")
    assert visitor.sees("最新性格検査結果（ミキワメ連携）")
    visitor.click("アクセスログ")
    assert visitor.sees(f"/api/v2.0/sheets/{latest.id}")


def test_a_template_is_not_a_sheet_until_it_is_saved(visitor: Visitor, tenant: Tenant):
    visitor.go("/layouts/templates/system/latest").send("作成", {"category": "ミキワメ"})
    assert visitor.sees("まだ保存されていません")
    assert tenant.state.sheets == []


def test_the_category_is_needed(visitor: Visitor, tenant: Tenant):
    visitor.go("/layouts/templates/system/latest")
    with pytest.raises(requests.HTTPError, match="400"):
        visitor.send("作成", {"category": ""})
    assert tenant.state.sheets == []
