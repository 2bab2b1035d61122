"""What every answer tells the browser, and what no request may bring."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.pages.rights_table import PAGES, address

HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
LOG_IN = reverse("accounts:login")


@pytest.mark.usefixtures("connected")
def test_every_page_and_every_refusal_carries_the_headers(admin: Client, stranger: Client, anonymous: Client, company):
    asked = [address(name, company) for name, methods in PAGES.items() if "GET" in methods]
    for where in [*asked, LOG_IN, reverse("accounts:first_password"), "/nowhere/", "/healthz"]:
        for client in (admin, stranger, anonymous):
            answer = client.get(where)
            if answer.streaming:
                list(answer)
            missing = {name: answer.get(name) for name, value in HEADERS.items() if value not in answer.get(name, "")}
            assert missing == {}, where


def test_static_files_may_be_kept(anonymous: Client, settings):
    settings.WHITENOISE_USE_FINDERS = True
    answer = anonymous.get("/static/css/base.css")
    assert answer.status_code == 200
    assert "no-store" not in answer.get("Cache-Control", "")
    list(answer)


def test_the_policy_allows_nothing_that_is_not_ours(anonymous: Client):
    policy = dict(part.strip().split(" ", 1) for part in anonymous.get(LOG_IN)["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"


def test_cookies_are_for_our_own_pages_alone(anonymous: Client, administrator):
    anonymous.get(LOG_IN)
    anonymous.post(LOG_IN, {"username": "hanako", "password": "a password for tests"})
    for name in ("sessionid", "csrftoken"):
        cookie = anonymous.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "a_b/c"])
def test_another_host_is_refused(host: str, anonymous: Client, settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    answer = anonymous.get(LOG_IN, headers={"Host": host})
    assert answer.status_code == 400
    assert host not in answer.text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "///evil.example"],
)
def test_nothing_leads_to_another_site(elsewhere: str, admin: Client, anonymous: Client, administrator):
    values = {"username": "hanako", "password": "a password for tests", "next": elsewhere}
    assert anonymous.post(f"{LOG_IN}?next={elsewhere}", values)["Location"] == reverse("home")
    assert admin.get(LOG_IN, {"next": elsewhere})["Location"] == reverse("home")
    assert "evil" not in admin.post(reverse("accounts:logout"), {"next": elsewhere})["Location"]


def test_a_form_may_not_be_endless(admin: Client, settings):
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE == 2 * 1024 * 1024
    invite = reverse("accounts:invite")
    assert admin.post(invite, {"last_name": "x" * 3_000_000}).status_code == 413
    many = "&".join(f"a{number}=1" for number in range(10_001))
    assert admin.post(invite, many, content_type="application/x-www-form-urlencoded").status_code == 400
