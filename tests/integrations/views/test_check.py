"""連携チェック on the page."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from integrations.checkup.lines import STEPS, CheckLine
from integrations.models import KaonaviConnection
from integrations.views import check

CHECK = reverse("integrations:check")
CHOOSE = reverse("integrations:choose_item")
FINE = CheckLine(key="keys", title="Consumer Key と Consumer Secret", status="ok", detail="受け付けられました。")
WRONG = CheckLine(
    key="members",
    title="メンバー情報（取得）",
    status="error",
    detail="許可されていません。",
    remedy="操作対象の管理で許可",
)
CHOICE = CheckLine(
    key="type",
    title="16タイプ",
    status="error",
    detail="項目がありません。",
    remedy="選んでください。",
    choices=("性格タイプ", "メモ"),
    item_key="personality_type",
)
LATER = CheckLine(key="update", title="更新", status="skipped", detail="初回の登録時に確認します")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[CheckLine]:
    """What the check finds."""
    found: list[CheckLine] = []
    monkeypatch.setattr(check, "check_connection", lambda: iter(found))
    return found


def test_it_checks_nothing_until_asked(admin: Client, connected: KaonaviConnection, lines: list[CheckLine]):
    lines.append(FINE)
    page = admin.get(CHECK).text
    assert "チェックする" in page
    assert FINE.title not in page


def test_it_leads_to_the_connection_where_there_is_none(admin: Client):
    page = admin.get(CHECK).text
    assert "カオナビと連携していません" in page
    assert reverse("integrations:connection") in page


def test_it_shows_each_line_with_what_mends_it(admin: Client, connected: KaonaviConnection, lines: list[CheckLine]):
    lines.extend([FINE, WRONG, LATER])
    page = admin.post(CHECK).text
    for words in ("問題なし", "要対応", "未確認", WRONG.title, WRONG.detail, WRONG.remedy, LATER.detail, "再チェック"):
        assert words in page
    assert "直すところがあります" in page


def test_it_says_when_all_is_well(admin: Client, connected: KaonaviConnection, lines: list[CheckLine]):
    lines.append(FINE)
    assert "すべて揃っています" in admin.post(CHECK).text


def test_it_does_not_say_so_of_what_it_has_not_looked_at(
    admin: Client, connected: KaonaviConnection, lines: list[CheckLine]
):
    lines.extend([FINE, LATER])
    page = admin.post(CHECK).text
    assert "すべて揃っています" not in page
    assert "「未確認」の行は、初回の登録時に確認します" in page
    seen = dict.fromkeys(STEPS, "ok") | {"all_sheet:update": "skipped"}
    KaonaviConnection.objects.update(check_lines=seen, checked_at=timezone.now())
    assert "まだ確認していないところが1件あります" in admin.get(CHECK).text


def test_it_offers_other_items_and_remembers_the_choice(
    admin: Client, connected: KaonaviConnection, lines: list[CheckLine]
):
    lines.append(CHOICE)
    page = admin.post(CHECK).text
    assert "<option>性格タイプ</option>" in page
    answer = admin.post(CHOOSE, {"item_key": "personality_type", "name": "性格タイプ"}, follow=True)
    assert "「16タイプ」としてカオナビの項目「性格タイプ」を使います" in answer.text
    connected.refresh_from_db()
    assert connected.sheet_item_names == {"personality_type": "性格タイプ"}
    assert connected.consumer_secret == "the canary secret"


def test_it_remembers_a_choice_for_a_scale_beside_the_others(admin: Client, connected: KaonaviConnection):
    KaonaviConnection.objects.update(sheet_item_names={"link": "詳細"})
    admin.post(CHOOSE, {"item_key": "scale:listening", "name": "聞く力"})
    connected.refresh_from_db()
    assert connected.sheet_item_names == {"link": "詳細", "scale:listening": "聞く力"}


@pytest.mark.parametrize("choice", [{}, {"item_key": "nonsense", "name": "x"}, {"item_key": "link", "name": " "}])
def test_it_refuses_a_choice_that_makes_no_sense(choice: dict[str, str], admin: Client, connected: KaonaviConnection):
    assert "項目を保存できませんでした" in admin.post(CHOOSE, choice, follow=True).text
    connected.refresh_from_db()
    assert connected.sheet_item_names == {}


def test_it_takes_no_choice_without_a_connection(admin: Client):
    page = admin.post(CHOOSE, {"item_key": "link", "name": "詳細"}, follow=True).text
    assert "項目を保存できませんでした" in page
