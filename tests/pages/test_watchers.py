"""/healthz, /readyz and /metrics answer whatever the Host header says; nothing else does."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

HOSTS = [
    "10.1.2.3",
    "10.1.2.3:8000",
    "[2001:db8::1]:8000",
    "lb.internal",
    "a_b",
    "[::1",
    "a b",
    "%",
    "..",
    "x" * 300,
    "",
]

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["embedded", "own services"])
def client(request: pytest.FixtureRequest, settings) -> Client:
    settings.DEBUG = False
    settings.METRICS_TOKEN = "a token for the tests"
    settings.ALLOWED_HOSTS = ["mikiwame.example.co.jp"]
    settings.SECURE_SSL_REDIRECT = request.param == "own services"
    settings.SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    settings.DO_HOSTS_FOLLOW_SITE = request.param == "embedded"
    settings.MIDDLEWARE = [*(each for each in settings.MIDDLEWARE if each != "accounts.site_middleware.SiteMiddleware")]
    if request.param == "embedded":
        settings.MIDDLEWARE.insert(2, "accounts.site_middleware.SiteMiddleware")
    return Client()


def test_they_answer_by_any_host(client: Client):
    for host in HOSTS:
        assert client.get("/healthz", headers={"host": host}).text == "ok\n"
        assert client.head("/healthz", headers={"host": host}).status_code == 200
        assert client.get("/metrics", headers={"host": host}).status_code == 401
    for host in (HOSTS[0], HOSTS[-1]):
        assert "version" in client.get("/readyz", headers={"host": host}).json()
        token = {"host": host, "authorization": "Bearer a token for the tests"}
        assert client.get("/metrics", headers=token).status_code == 200


def test_no_page_does(client: Client, administrator):
    for address in ("/accounts/login/", "/healthz/", "/employees/", "/healthz?"):
        expected = 200 if address == "/healthz?" else 400
        assert client.get(address, headers={"host": "10.1.2.3"}).status_code == expected


def test_healthz_needs_no_database(client: Client, monkeypatch: pytest.MonkeyPatch):
    def away(*_: object, **__: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(connection, "cursor", away)
    assert client.get("/healthz", headers={"host": "10.1.2.3"}).status_code == 200
