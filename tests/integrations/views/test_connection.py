"""Connect and disconnect, word for word as the manual has them."""

import logging

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from integrations import actions
from integrations.kaonavi.errors import CredentialsRefused, MustWait, NotUnderstood, ProxyRefused, Unavailable
from integrations.models import KaonaviConnection, SyncJob
from tests.factories.rows import make_job

CONNECT = reverse("integrations:connection")
CONNECTED = reverse("integrations:connected")
DISCONNECT = reverse("integrations:disconnect")
KEYS = {"consumer_key": "K-1", "consumer_secret": "S-canary"}
ADVICE = (
    "社員情報・部署の同期を行う際は、自社社員管理もしくは、設定の部署管理から「カオナビと同期」を実行ください。",
    "社員情報を同期する際は、先に設定の部署管理ページから部署情報を最新にしてください。",
)


@pytest.fixture
def kaonavi(monkeypatch: pytest.MonkeyPatch) -> list[Exception | None]:
    """What カオナビ says to the keys: the error in the list, or nothing."""
    answer: list[Exception | None] = [None]

    def try_keys(key: str, secret: str) -> None:
        if answer[0]:
            raise answer[0]

    monkeypatch.setattr(actions, "try_keys", try_keys)
    return answer


def test_it_asks_in_the_words_of_the_manual(admin: Client):
    page = admin.get(CONNECT).text
    for words in ("認証情報の入力", "Consumer Key", "キーを入力", "Consumer Secret", "シークレットを入力", "連携する"):
        assert words in page
    assert "管理者メニュー" in page
    assert "公開API v2 情報" in page


def test_it_says_which_field_is_blank(admin: Client):
    page = admin.post(CONNECT, {"consumer_key": " ", "consumer_secret": ""}).text
    assert "Consumer Keyを入力してください" in page
    assert "Consumer Secretを入力してください" in page
    assert not KaonaviConnection.objects.exists()


def test_it_stores_keys_that_kaonavi_accepts(admin: Client, administrator, kaonavi):
    assert admin.post(CONNECT, KEYS)["Location"] == CONNECTED
    stored = KaonaviConnection.objects.get()
    assert (stored.consumer_key, stored.consumer_secret, stored.connected_by) == ("K-1", "S-canary", administrator)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (CredentialsRefused(("鍵が違います",)), "Consumer Key または Consumer Secret を受け付けませんでした"),
        (Unavailable("x"), "カオナビから応答がありませんでした"),
        (ProxyRefused("x"), "社内のプロキシを通れなかった"),
        (CredentialsRefused(("鍵が違います",)), "鍵が違います"),
        (NotUnderstood("x"), "カオナビの応答を読み取れませんでした。"),
        (MustWait(42, "remote"), "42秒ほど待ってから"),
    ],
)
def test_it_stores_nothing_and_says_why_otherwise(error: Exception, words: str, admin: Client, kaonavi):
    kaonavi[0] = error
    answer = admin.post(CONNECT, KEYS)
    assert words in answer.text
    assert "S-canary" not in answer.text
    assert not KaonaviConnection.objects.exists()
    entry = AuditEntry.objects.get(action="connect_failed")
    assert (entry.actor, entry.detail) == ("佐藤 花子（hanako）", {"problem": type(error).__name__})


def test_it_tells_a_wrong_key_from_a_missing_line(admin: Client, kaonavi):
    kaonavi[0] = CredentialsRefused(("鍵が違います",))
    refused = list(admin.post(CONNECT, KEYS).context["form"].non_field_errors())
    kaonavi[0] = Unavailable("x")
    assert refused != list(admin.post(CONNECT, KEYS).context["form"].non_field_errors())


def test_it_keeps_the_secret_out_of_logs_and_error_reports(
    admin: Client, kaonavi, caplog: pytest.LogCaptureFixture, mailoutbox, settings
):
    settings.ADMINS = [("Admin", "admin@example.jp")]
    settings.LOGGING_CONFIG = None
    admin.raise_request_exception = False
    kaonavi[0] = ZeroDivisionError("boom")
    with caplog.at_level(logging.DEBUG):
        assert admin.post(CONNECT, KEYS).status_code == 500
    from django.views.debug import ExceptionReporter

    told = next(vars(record) for record in caplog.records if record.exc_info)
    report = ExceptionReporter(told["request"], *told["exc_info"]).get_traceback_text()
    assert "ZeroDivisionError" in report
    assert "S-canary" not in report
    assert "K-1" not in report
    assert "S-canary" not in caplog.text


def test_it_says_what_comes_next_word_for_word(admin: Client, connected: KaonaviConnection):
    page = admin.get(CONNECTED).text
    assert "連携が完了しました" in page
    for sentence in ADVICE:
        assert sentence in page
    assert f'<a href="{reverse("departments:list")}">部署管理ページはこちら</a>' in page
    for words in ("操作対象の管理", "メンバー情報（基本情報・兼務情報）", "取得", "設定保存"):
        assert words in page
    assert reverse("integrations:check") in page


def test_it_does_not_say_so_without_a_connection(admin: Client):
    assert admin.get(CONNECTED)["Location"] == CONNECT


def test_it_asks_before_it_disconnects(admin: Client, connected: KaonaviConnection):
    page = admin.get(DISCONNECT).text
    assert "解除すると、すべての管理者が同期できなくなります。再開するには再度連携設定が必要です。" in page
    assert ">OK</button>" in page
    assert ">キャンセル</a>" in page
    assert KaonaviConnection.objects.exists()


def test_it_disconnects_for_everybody_and_keeps_the_history(admin: Client, connected: KaonaviConnection):
    make_job("succeeded")
    running = make_job("running")
    assert "は中止されます" in admin.get(DISCONNECT).text
    assert admin.post(DISCONNECT)["Location"] == reverse("integrations:settings")
    assert not KaonaviConnection.objects.exists()
    assert SyncJob.objects.count() == 2
    running.refresh_from_db()
    assert running.status == "cancelled"
    assert "カオナビとの連携を解除しました" in admin.get(reverse("integrations:settings")).text
    assert reverse("integrations:start") not in admin.get(reverse("employees:list")).text


def test_it_has_nothing_to_ask_when_nothing_is_connected(admin: Client):
    assert admin.get(DISCONNECT)["Location"] == reverse("integrations:settings")
