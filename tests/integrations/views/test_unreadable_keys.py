"""The key that encrypted カオナビ's keys is gone from CREDENTIAL_KEYS: every page says so politely, and new keys mend
it.
"""

import pytest
from cryptography.fernet import Fernet
from django.test import Client
from django.urls import reverse

from integrations import actions
from integrations.models import KaonaviConnection, SyncJob

SECRET = "the canary secret"
POLITE = "保存されている認証情報を読み取れ"


@pytest.fixture(autouse=True)
def _other_key(connected: KaonaviConnection, settings) -> None:
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]


@pytest.mark.parametrize("name", ["settings", "connection", "connected", "kaonavi_settings", "check", "disconnect"])
def test_it_shows_every_page_about_the_connection(name: str, admin: Client):
    assert admin.get(reverse(f"integrations:{name}")).status_code == 200


def test_it_says_so_instead_of_starting(admin: Client):
    answer = admin.post(reverse("integrations:start"), {"kind": "employees"}, follow=True)
    assert POLITE in answer.text
    assert "CREDENTIAL_KEYS" not in answer.text
    assert not SyncJob.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_it_is_a_line_of_the_check(headers: dict[str, str], admin: Client):
    answer = admin.post(reverse("integrations:check"), headers=headers)
    assert POLITE in answer.text
    assert "要対応" in answer.text


def test_it_takes_new_keys(admin: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(actions, "try_keys", lambda *_: None)
    keys = {"consumer_key": "K-2", "consumer_secret": SECRET}
    assert admin.post(reverse("integrations:connection"), keys)["Location"] == reverse("integrations:connected")
    assert KaonaviConnection.objects.get().consumer_key == "K-2"


def test_it_can_be_disconnected(admin: Client):
    admin.post(reverse("integrations:disconnect"))
    assert not KaonaviConnection.objects.exists()
