"""設定 > 自動実行 > 通知: what administrators set and see, and 「テスト送信」 to real servers."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from integrations.channels import Outcome
from integrations.models import NoticeDelivery, NoticeSettings
from tests.factories.chat_server import chat_server
from tests.factories.mail_server import MailServer, mail_server
from tests.factories.rows import make_notice

PAGE = "/settings/automation/"
HANAKO, TARO = "hanako@example.co.jp", "taro@example.co.jp"
CHOSEN = {"is_on": "on", "addresses": f"{HANAKO}\n{TARO}", "of_failures": "on", "silent_days": "7"}


@pytest.fixture
def post(settings) -> Iterator[MailServer]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def save(admin: Client, **change: str) -> str:
    return admin.post(reverse("integrations:notices"), CHOSEN | change, follow=True).text


def test_by_default_nothing_is_sent_and_the_page_says_what_is_missing(admin):
    page = admin.get(PAGE).text
    assert "通知は送りません。" in page
    assert "設定されていません（環境変数 EMAIL_URL）" in page
    assert "設定されていません（環境変数 NOTIFY_URLS）" in page
    assert "テスト送信" not in page


def test_what_is_set_is_kept_told_in_a_sentence_and_written_down_without_addresses(admin, post):
    page = save(admin, sender="jinji@example.co.jp")
    assert "通知の設定を保存しました" in page
    assert "メール2件に知らせます" in page
    chosen = NoticeSettings.objects.get()
    assert (chosen.is_on, chosen.addresses, chosen.sender) == (True, [HANAKO, TARO], "jinji@example.co.jp")
    assert not chosen.of_held
    entry = AuditEntry.objects.get(action="changed_settings")
    assert entry.detail["changes"]["addresses"] == ["0件", "2件"]
    assert "@" not in str(entry.detail)
    trail = re.sub(r"<[^>]+>", "", admin.get(reverse("accounts:audit")).text)
    assert "通知の設定を変更しました" in trail


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"addresses": "hanako"}, "「hanako」はメールアドレスではありません"),
        ({"addresses": "花子@example.co.jp"}, "はメールアドレスではありません"),
        ({"addresses": "a@example.co.jp\nb@例え.jp"}, "「b@例え.jp」はメールアドレスではありません"),
        ({"addresses": " ".join(f"p{n}@example.co.jp" for n in range(21))}, "送り先は20件までです（現在21件）"),
        ({"addresses": f"{'x' * 60}@{'x.' * 95}example.jp"}, "はメールアドレスではありません"),
        ({"addresses": ""}, "通知の送り先がありません。メールアドレスを入力してください"),
        ({"sender": "jinji"}, "形式が正しくありません"),
        ({"silent_days": "0"}, "1以上の数字"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_do(admin, post, change, told):
    page = save(admin, **change)
    assert told in page
    assert NoticeSettings.objects.count() == 0


def test_without_a_way_out_notices_cannot_be_turned_on(admin):
    assert "送る方法がサーバーに設定されていません" in save(admin)


def test_addresses_are_taken_however_they_are_separated_and_each_once(admin, post):
    save(admin, addresses=f" {HANAKO}、{TARO},{HANAKO}\n")
    assert NoticeSettings.objects.get().addresses == [HANAKO, TARO]


def test_turning_them_on_again_tells_nothing_of_what_was_before(admin, post):
    long_ago = timezone.now() - timedelta(days=9)
    NoticeSettings.objects.create(is_on=False, counts_from=long_ago)
    save(admin)
    since = NoticeSettings.objects.get().counts_from
    assert since > timezone.now() - timedelta(minutes=1)
    save(admin, silent_days="3")
    assert NoticeSettings.objects.get().counts_from == since


def test_an_address_that_is_taken_out_is_kept_nowhere(admin, post):
    make_notice((HANAKO, "ended", "sent"), (TARO, "ended", "sent"))
    save(admin, addresses=TARO)
    assert list(NoticeDelivery.objects.values_list("target", flat=True)) == [TARO]
    assert HANAKO not in str(list(NoticeSettings.objects.values()))


def test_a_test_goes_to_every_target_and_says_of_each_whether_it_went(admin, post, settings):
    post.trouble = {TARO: "550 no such user"}
    with chat_server() as room:
        settings.NOTIFY_URLS = [room.address]
        save(admin)
        page = admin.post(reverse("integrations:test_notices"), follow=True).text
        assert "2件に送信しました" in page
        assert f"{TARO}：{Outcome.ADDRESS.sentence}" in page
        assert "canary" not in page
        assert [posted["title"] for posted in room.posts] == post.subjects == ["【ミキワメ連携】テスト送信"]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.detail, "@" in str(entry.detail)) == ({"targets": 3, "sent": 2}, False)
    assert "通知をテスト送信しました" in admin.get(reverse("accounts:audit")).text


def test_what_keeps_a_test_from_several_is_told_once(admin, post):
    save(admin)
    post.trouble = {"RCPT": "550 no such user"}
    page = admin.post(reverse("integrations:test_notices"), follow=True).text
    assert f"{HANAKO}、{TARO}：{Outcome.ADDRESS.sentence}" in page
    assert page.count(Outcome.ADDRESS.sentence) == 1


def test_a_test_without_a_target_says_so(admin, post):
    assert "送り先がありません" in admin.post(reverse("integrations:test_notices"), follow=True).text


def test_what_is_typed_and_not_saved_stays_when_a_test_is_sent(admin, post):
    save(admin, addresses=TARO)
    page = admin.get(PAGE).text
    buttons = page.partition('id="notices"')[2].partition("</form>")[0]
    assert f'formaction="{reverse("integrations:test_notices")}"' in buttons, "one form, so that all of it is sent"
    tested = admin.post(reverse("integrations:test_notices"), CHOSEN, follow=True).text
    assert "1件に送信しました" in tested
    assert "入力した内容は、まだ保存されていません" in tested
    assert f"{HANAKO}\n{TARO}</textarea>" in tested
    assert NoticeSettings.objects.get().addresses == [TARO]


def test_a_test_from_a_form_that_is_as_it_was_saved_leads_back_to_the_page(admin, post):
    save(admin)
    as_a_browser_sends = CHOSEN | {"addresses": f"{HANAKO}\r\n{TARO}"}
    assert admin.post(reverse("integrations:test_notices"), as_a_browser_sends).url == PAGE


def test_what_became_of_the_last_messages_is_shown_with_what_to_do(admin, post):
    notice = make_notice(
        (HANAKO, "ended", "sent"),
        ("a@example.co.jp", "ended", "log_in"),
        ("b@example.co.jp", "waiting", "refused"),
        ("c@example.co.jp", "waiting", ""),
        ("d@example.co.jp", "ended", "of another version"),
        subject="件名です",
    )
    NoticeDelivery.objects.create(
        notice=notice, channel="chat", target="slack:0a1b2c", state="ended", outcome="chat", due_at=timezone.now()
    )
    make_notice(number=2, subject="", telling="over")
    make_notice((HANAKO, "ended", "sent"), number=3)
    make_notice((HANAKO, "sending", ""), number=4)
    page = admin.get(PAGE).text
    assert page.count("件名です") == 1
    assert "1件に送信しました" in page
    states = re.findall(r'class="badge badge-(\w+)">([^<]+)', page)
    assert states == [("busy", "送信中"), ("good", "送信済み"), ("bad", "送れない送り先あり")]
    assert f"a@example.co.jp：{Outcome.LOG_IN.sentence}{Outcome.LOG_IN.remedy}" in page
    assert f"b@example.co.jp：{Outcome.REFUSED.sentence}もう一度送信します" in page
    assert "c@example.co.jp：送信待ち" in page
    assert "slack：チャットに届きませんでした" in page
    assert "0a1b2c" not in page
