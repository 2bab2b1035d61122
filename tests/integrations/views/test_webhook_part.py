"""自動実行 > Webhook: the secret is made, shown once and taken back, and the page says what comes of the events."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from integrations.automation import events
from integrations.models import Webhook
from tests.factories.webhook import send

PAGE = reverse("integrations:automation")
MAKE, OFF = reverse("integrations:make_webhook_secret"), reverse("integrations:turn_webhook_off")


def secret_in(page: str) -> str:
    return page.split('<code id="webhook-secret">')[1].split("</code>", maxsplit=1)[0]


def test_a_secret_is_shown_once_and_is_good_at_once(admin: Client, administrator: User):
    assert "受け取っていません" in admin.get(PAGE).text
    made = admin.post(MAKE)
    secret = secret_in(made.text)
    assert (made.status_code, made["Cache-Control"], "Location" in made) == (200, "no-store", False)
    assert send(secret).status_code == 200
    shown = admin.get(PAGE).text
    assert "webhook-secret" not in shown
    assert secret not in shown
    assert secret not in str(dict(admin.session))
    assert secret not in str(list(AuditEntry.objects.values()))
    [entry] = AuditEntry.objects.filter(what="カオナビのWebhook")
    assert (entry.action, entry.actor_id) == ("created", administrator.pk)


def test_a_new_one_ends_the_old_one_and_what_waits_stays(admin: Client):
    old = secret_in(admin.post(MAKE).text)
    send(old)
    new = secret_in(admin.post(MAKE).text)
    assert [send(old).status_code, send(new).status_code] == [403, 200]
    row = Webhook.objects.get()
    assert (row.received, row.waiting) == (1, 2)
    assert "秘密の文字列を発行し直しました" in admin.get(reverse("accounts:audit")).text


def test_it_is_turned_off(admin: Client):
    secret = secret_in(admin.post(MAKE).text)
    assert "受け取らないようにしました" in admin.post(OFF, follow=True).text
    assert send(secret).status_code == 403
    assert not Webhook.objects.exists()
    assert admin.post(OFF).status_code == 302
    assert AuditEntry.objects.filter(what="カオナビのWebhook", action="deleted").count() == 1


@pytest.mark.parametrize("address", [MAKE, OFF])
def test_the_password_is_asked_for_again(admin: Client, address: str, later):
    admin.post(MAKE)
    later(16 * 60)
    before = Webhook.objects.get().digest
    assert "パスワード" in admin.post(address).text
    assert Webhook.objects.get().digest == before


def test_it_says_when_the_last_event_came_and_what_comes_of_it(admin: Client, settings):
    settings.WEBHOOK_DELAY = 90
    secret = secret_in(admin.post(MAKE).text)
    assert "まだ届いていません" in admin.get(PAGE).text
    for _ in range(3):
        send(secret)
    Webhook.objects.update(refused=4, last_refused_at=timezone.now())
    row, shown = Webhook.objects.get(), admin.get(PAGE).text
    last = timezone.localtime(row.last_event_at)
    assert f"{last:%Y/%m/%d %H:%M:%S}" in shown
    assert f"{last + timedelta(seconds=90):%Y/%m/%d %H:%M:%S}" in shown
    assert "1分30秒途切れたところで" in shown
    assert "3件の通知について1回" in shown
    assert "<dd>4件</dd>" in shown
    events.take(timezone.now())
    assert "4件の通知について1回" in admin.get(PAGE).text


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_it_says_what_kaonavi_does_not_take(admin: Client, settings, scheme: str):
    settings.SITE_URL, settings.IS_SITE_URL_GIVEN = f"{scheme}://mikiwame.example.co.jp", True
    shown = admin.get(PAGE).text
    assert f"{scheme}://mikiwame.example.co.jp/webhooks/kaonavi/" in shown
    assert ("https で始まり" in shown) is (scheme == "http")
