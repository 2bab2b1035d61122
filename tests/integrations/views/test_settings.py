"""設定 in the manual's order and words."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from assessments.models import Scale
from integrations.models import KaonaviConnection

SETTINGS = reverse("integrations:settings")
OPTIONS = reverse("integrations:kaonavi_settings")
CARD = (
    "カオナビに登録済みの社員情報を連携し、社員の登録、名前や所属部署の更新を行います。"
    "また、ミキワメの性格検査結果をカオナビへ登録できます。"
)


def options(**changes: str) -> dict[str, str]:
    """The form as it stands, with some things changed; "" switches a scale off."""
    switches = {f"scale_{scale.code}": "on" for scale in Scale.objects.exclude(kaonavi_item="off")}
    return {name: value for name, value in ({"guard_percent": "20"} | switches | changes).items() if value}


def test_it_keeps_the_order_of_the_manual(admin: Client):
    page = admin.get(SETTINGS).text
    words = ["アカウント管理", "カスタム権限管理", "部署管理", "外部ツールとの連携", "カオナビ連携", "連携する"]
    main = page[page.index("<main") :]
    places = [main.index(word) for word in words]
    assert places == sorted(places)
    assert CARD in page
    assert "部署を管理する" in page


def test_it_offers_to_connect_while_there_is_no_connection(admin: Client):
    page = admin.get(SETTINGS).text
    assert f'href="{reverse("integrations:connection")}">連携する</a>' in page
    assert "連携を解除する" not in page


def test_it_offers_to_disconnect_while_connected(admin: Client, connected: KaonaviConnection):
    page = admin.get(SETTINGS).text
    assert "連携を解除する" in page
    assert "連携チェック" in page
    assert ">連携する</a>" not in page


def test_it_asks_for_new_keys_when_the_connection_is_broken(admin: Client, connected: KaonaviConnection):
    KaonaviConnection.objects.update(state="broken")
    page = admin.get(SETTINGS).text
    assert "連携が切れています" in page
    assert ">連携する</a>" in page


@pytest.mark.parametrize(("state", "words"), [("active", "連携中"), ("broken", "連携が切れています"), ("", "未連携")])
def test_it_says_first_how_the_connection_is(state: str, words: str, admin: Client, connected: KaonaviConnection):
    KaonaviConnection.objects.update(state=state) if state else connected.delete()
    main = admin.get(SETTINGS).text.partition("<main")[2]
    assert main.index(words) < main.index("アカウント管理")


def test_it_offers_nothing_of_the_kind_to_viewers(viewer: Client, connected: KaonaviConnection):
    page = viewer.get(SETTINGS).text
    assert "連携を解除する" not in page
    assert "連携の設定と同期の実行は、管理者だけが行えます。" in page


def test_it_links_to_accounts_roles_and_the_audit_trail_for_administrators_alone(admin: Client, viewer: Client):
    links = [reverse("accounts:list"), reverse("roles:list"), reverse("accounts:audit")]
    for link in links:
        assert f'href="{link}"' in admin.get(SETTINGS).text
        assert link not in viewer.get(SETTINGS).text
    page = admin.get(SETTINGS).text
    assert "アカウントを管理する" in page
    assert "カスタム権限を管理する" in page


def test_it_never_shows_the_keys(admin: Client, connected: KaonaviConnection):
    for page in (SETTINGS, OPTIONS, reverse("integrations:connection"), reverse("integrations:connected")):
        text = admin.get(page).text
        assert "the canary secret" not in text
        assert "the key" not in text


def test_it_needs_a_connection_to_have_options(admin: Client):
    assert admin.get(OPTIONS)["Location"] == reverse("integrations:connection")


def test_it_starts_with_the_defaults(admin: Client, connected: KaonaviConnection):
    form = admin.get(OPTIONS).context["form"]
    assert form["first_name_filler"].value() == ""
    assert form["overwrite_missing_items"].value() is False
    assert form["guard_percent"].value() == 20
    assert form["qualify_duplicate_names"].value() is False
    assert form["qualify_duplicate_names"].label == "同じ名前の部署には親部署名を付ける"
    assert {field.name for _, fields in form.scale_groups() for field in fields if not field.value()} == {
        "scale_fulfillment",
        "scale_security",
        "scale_motivation",
    }


def test_it_stores_the_options_and_leaves_the_keys_alone(admin: Client, connected: KaonaviConnection):
    changes = {
        "first_name_filler": "-",
        "overwrite_missing_items": "on",
        "qualify_duplicate_names": "on",
        "item_personality_type": "性格タイプ",
        "scale_motivation": "on",
        "scale_listening": "",
    }
    assert admin.post(OPTIONS, options(**changes))["Location"] == OPTIONS
    connected.refresh_from_db()
    assert connected.first_name_filler == "-"
    assert connected.overwrite_missing_items
    assert connected.qualify_duplicate_names
    assert connected.sheet_item_names == {"personality_type": "性格タイプ"}
    assert connected.scale_switches["motivation"] is True
    assert connected.scale_switches["listening"] is False
    assert connected.consumer_secret == "the canary secret"
    assert "カオナビ連携の設定を保存しました" in admin.get(OPTIONS).text


@pytest.mark.parametrize(
    ("percent", "stored"), [("0", 0), ("35", 35), ("100", 100), ("101", 20), ("-1", 20), ("二割", 20)]
)
def test_the_guards_take_a_share_of_100(percent, stored, admin: Client, connected: KaonaviConnection):
    admin.post(OPTIONS, options(guard_percent=percent))
    connected.refresh_from_db()
    assert connected.guard_percent == stored


def test_an_empty_share_is_asked_for_by_its_name(admin: Client, connected: KaonaviConnection):
    page = admin.post(OPTIONS, options(guard_percent="")).text
    assert "安全装置（％）を入力してください" in page
    assert "このフィールド" not in page


def test_it_keeps_the_names_that_were_chosen_for_scales(admin: Client, connected: KaonaviConnection):
    KaonaviConnection.objects.update(sheet_item_names={"scale:listening": "聞く力"})
    assert "聞く力" in admin.get(OPTIONS).text
    admin.post(OPTIONS, options(**{"item_scale:listening": "聞く力"}))
    connected.refresh_from_db()
    assert connected.sheet_item_names == {"scale:listening": "聞く力"}


def test_it_writes_down_what_each_option_was_and_is(admin: Client, connected: KaonaviConnection):
    admin.post(OPTIONS, options(first_name_filler="-"))
    admin.post(reverse("integrations:choose_item"), {"item_key": "personality_type", "name": "性格タイプ"})
    entries = AuditEntry.objects.filter(action="changed_settings").order_by("pk")
    assert [(entry.actor, entry.detail) for entry in entries] == [
        ("佐藤 花子（hanako）", {"changes": {"first_name_filler": ["", "-"]}}),
        ("佐藤 花子（hanako）", {"changes": {"item_personality_type": ["16タイプ", "性格タイプ"]}}),
    ]
