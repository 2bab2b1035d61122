"""A canary stands for カオナビ's keys; nothing that the product shows, tells or hands out ever sings."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import AuditEntry
from employees.models import Employee
from integrations import actions
from integrations.connection.session import open_client
from integrations.kaonavi.errors import Unavailable
from integrations.models import KaonaviConnection
from integrations.operations import metrics
from tests.factories.rows import account, logged_in
from tests.pages.rights_table import FOR_DEVELOPERS, OPEN, PAGES, address

KEY, SECRET, TOKEN = "canary-key-3f1c", "canary-secret-8b2e", "canary-token-77aa"
CANARIES = (KEY, SECRET, TOKEN)
FOR_MACHINES = {"healthz", "readyz", "metrics"}
FORM = {"consumer_key": KEY, "consumer_secret": SECRET}


@pytest.fixture(autouse=True)
def _planted(db) -> None:
    KaonaviConnection.objects.create(consumer_key=KEY, consumer_secret=SECRET, token=TOKEN)


def sung(text: str, canaries: tuple[str, ...] = CANARIES) -> list[str]:
    return [canary for canary in canaries if canary in text]


@pytest.mark.parametrize(
    "role", ["管理者", *(pytest.param(role, marks=pytest.mark.long) for role in ("閲覧者", "superuser", "no role"))]
)
def test_no_page_of_any_role_shows_a_key(role: str, company: Employee):
    client = logged_in(User.objects.create_superuser("root") if role == "superuser" else account("somebody", role))
    for name in (*PAGES, *OPEN, *FOR_DEVELOPERS):
        page = client.get(f"/{name}" if name in FOR_MACHINES else address(name, company))
        told = b"".join(page) if page.streaming else page.content
        assert sung(told.decode(errors="replace") + str(page.headers)) == [], name


def test_no_page_of_djangos_admin_shows_a_key(company: Employee):
    client = logged_in(User.objects.create_superuser("root"))
    names = [f"integrations_kaonaviconnection_{page}" for page in ("changelist", "history", "change")]
    for name in ("index", *names):
        try:
            page = client.get(reverse(f"admin:{name}"))
        except NoReverseMatch:
            page = client.get(reverse(f"admin:{name}", args=[1]))
        assert page.status_code == 200
        assert sung(page.text) == []


@pytest.mark.parametrize("debug", [True, False])
def test_no_error_page_shows_a_key_that_was_just_typed(debug, administrator: User, monkeypatch, settings, caplog):
    def burst(key: str, secret: str) -> None:
        raise RuntimeError(len(key + secret))

    settings.DEBUG = debug
    monkeypatch.setattr(actions, "try_keys", burst)
    client = Client(raise_request_exception=False)
    client.force_login(administrator)
    page = client.post(reverse("integrations:connection"), FORM)
    assert page.status_code == 500
    assert ("RuntimeError" in page.text) is debug
    assert sung(page.text) == []
    assert sung(caplog.text) == []


def test_no_form_gives_a_refused_secret_back(admin: Client, monkeypatch):
    def refuse(*_: str) -> None:
        raise Unavailable("カオナビに接続できません。")

    monkeypatch.setattr(actions, "try_keys", refuse)
    page = admin.post(reverse("integrations:connection"), FORM)
    assert page.status_code in {200, 422}
    assert sung(page.text, (SECRET, TOKEN)) == []  # the key was typed in the open and may be corrected


def test_audit_trail_and_metrics_hold_no_key(admin: Client, monkeypatch):
    monkeypatch.setattr(actions, "try_keys", lambda *_: None)
    admin.post(reverse("integrations:connection"), FORM)
    admin.post(reverse("integrations:disconnect"))
    assert sung(metrics.text().decode()) == []
    entries = list(AuditEntry.objects.values())
    assert {entry["action"] for entry in entries} >= {"connected", "disconnected"}
    assert sung(str(entries)) == []


def test_a_dump_holds_ciphertext():
    dump = StringIO()
    call_command("dumpdata", stdout=dump)
    assert sung(dump.getvalue()) == []
    assert "gAAAAA" in dump.getvalue()


def test_what_was_dumped_can_be_loaded(tmp_path):
    file = tmp_path / "connection.json"
    call_command("dumpdata", "integrations.kaonaviconnection", output=str(file))
    KaonaviConnection.objects.all().delete()
    call_command("loaddata", str(file), verbosity=0)
    row = KaonaviConnection.objects.get()
    assert (row.consumer_key, row.consumer_secret, row.token) == CANARIES
    assert sung(repr(row) + str(row)) == []


def test_the_client_does_not_show_its_keys():
    with open_client() as client:
        assert sung(repr(client)) == []
