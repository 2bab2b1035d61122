"""One machine in production: which hosts are answered, and what an https address brings with it."""

import html

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from accounts import site_middleware
from accounts.models import Installation
from tests.factories.rows import account

pytestmark = pytest.mark.django_db
LOG_IN = reverse("accounts:login")
CHOSEN = "mikiwame.example.co.jp"


@pytest.fixture(autouse=True)
def _embedded(settings):
    settings.MIDDLEWARE = ["accounts.site_middleware.SiteMiddleware", *settings.MIDDLEWARE]
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    settings.DO_HOSTS_FOLLOW_SITE = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def status(host: str, path: str = LOG_IN, **headers: str) -> int:
    return Client().get(path, headers={"Host": host, **headers}).status_code


def test_before_the_first_account_any_host_is_answered():
    assert status("10.0.0.5:8000") == status("intra.example:8000") == status("[2001:db8::7]:8000") == 200
    assert status("a_b/c") == status("a." * 131) == 400


def test_afterwards_only_the_chosen_one_and_this_machine():
    account("hanako")
    Installation.objects.create(pk=1, site_url=f"http://{CHOSEN}:8000")
    answered = [CHOSEN, CHOSEN.upper(), f"{CHOSEN}:8000", "localhost", "127.0.0.1:8000", "[::1]:8000"]
    assert {host: status(host) for host in answered} == dict.fromkeys(answered, 200)
    assert status("evil.example") == status(f"{CHOSEN}.evil.example") == 400


def test_whoever_opens_it_by_another_address_is_told_what_to_do():
    account("hanako")
    page = Client().get(LOG_IN, headers={"Host": "10.0.0.5"})
    assert (page.status_code, "このアドレスでは開けません" in page.text) == (400, True)
    assert "設定 > 画面のアドレス" in html.unescape(page.text)
    assert "localhost" not in page.text


def test_with_accounts_and_no_address_this_machine_alone_is_answered():
    account("hanako")
    assert (status("localhost"), status("10.0.0.5")) == (200, 400)


def test_hosts_that_a_variable_names_are_the_only_ones(settings):
    settings.DO_HOSTS_FOLLOW_SITE = False
    assert (status("localhost"), status("10.0.0.5")) == (200, 400)


def test_an_https_address_leads_there_and_keeps_browsers_to_it():
    account("hanako")
    Installation.objects.create(pk=1, site_url=f"https://{CHOSEN}")
    moved = Client().get("/employees/?q=x", headers={"Host": CHOSEN})
    assert (moved.status_code, moved["Location"]) == (302, f"https://{CHOSEN}/employees/?q=x")
    page = Client().get(LOG_IN, headers={"Host": CHOSEN, "X-Forwarded-Proto": "https"})
    assert page["Strict-Transport-Security"] == "max-age=31536000"
    assert page.cookies["csrftoken"]["secure"]


def test_this_machine_may_always_look_in_and_so_may_a_watcher():
    account("hanako")
    Installation.objects.create(pk=1, site_url=f"https://{CHOSEN}")
    assert (status("localhost:8000"), status(CHOSEN, "/healthz")) == (200, 200)


def test_cookies_are_secure_exactly_when_the_request_is():
    page, over_tls = (
        Client().get(LOG_IN, headers={"Host": "localhost", "X-Forwarded-Proto": scheme}) for scheme in ("http", "https")
    )
    assert (page.cookies["csrftoken"]["secure"], over_tls.cookies["csrftoken"]["secure"]) == ("", True)
    assert "Strict-Transport-Security" not in over_tls


def test_while_the_database_is_away_the_address_is_as_it_was(monkeypatch):
    middleware = site_middleware.SiteMiddleware(lambda _: None)
    monkeypatch.setattr(site_middleware, "site_url", lambda: f"https://{CHOSEN}")
    assert middleware.address() == f"https://{CHOSEN}"

    def away() -> str:
        raise DatabaseError

    monkeypatch.setattr(site_middleware, "site_url", away)
    middleware.read_at -= 60
    assert middleware.address() == f"https://{CHOSEN}"
