"""Sessions: when they end, and when the password is asked for again."""

import time

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import sessions
from accounts.models import AuditEntry
from accounts.sessions import IDLE, NOTICED, TRUSTED, WHOLE
from integrations.models import KaonaviConnection
from tests.factories.rows import PASSWORD, logged_in

PAGE = reverse("integrations:jobs")
CONNECT, DISCONNECT = reverse("integrations:connection"), reverse("integrations:disconnect")
CONFIRM, CHANGE = reverse("accounts:confirm"), reverse("accounts:password")
PART = {"HX-Request": "true"}
GOOD = "correct horse battery"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch):
    """Lets seconds pass."""
    now = [time.time()]

    def wait(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(sessions.time, "time", lambda: now[0])
    return wait


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_it_lasts_while_the_person_comes_back_but_never_longer_than_a_week(later, admin: Client):
    for _ in range(WHOLE // (IDLE - 1)):
        later(IDLE - 1)
        assert is_in(admin)
    later(IDLE - 1)
    assert not is_in(admin)


def test_it_ends_when_nobody_was_there(later, admin: Client):
    later(IDLE + NOTICED + 1)
    assert not is_in(admin)
    assert not Session.objects.exists()


def test_a_page_that_refreshes_itself_is_nobody(later, admin: Client):
    for _ in range(9):
        later(IDLE / 8)
        admin.get(PAGE, headers=PART)
    assert not is_in(admin)


def test_a_session_from_before_this_rule_has_ended(admin: Client):
    session = admin.session
    del session["began"]
    session.save()
    assert not is_in(admin)


def test_it_costs_no_write_with_every_page(later, admin: Client):
    before = Session.objects.get().session_data
    later(NOTICED - 1)
    is_in(admin)
    assert Session.objects.get().session_data == before


def test_the_key_changes_with_log_in_and_password(administrator: User):
    client = Client()
    client.get(reverse("accounts:login"))
    values = {"username": "hanako", "password": PASSWORD}
    client.post(reverse("accounts:login"), values)
    first = client.session.session_key
    client.post(CHANGE, {"old_password": PASSWORD, "new_password1": GOOD, "new_password2": GOOD})
    assert client.session.session_key != first
    assert is_in(client)


def test_a_new_password_ends_all_other_sessions_and_is_written_down(admin: Client, administrator: User):
    elsewhere = logged_in(administrator)
    answer = admin.post(CHANGE, {"old_password": PASSWORD, "new_password1": GOOD, "new_password2": GOOD})
    assert answer["Location"] == CHANGE
    assert is_in(admin)
    assert not is_in(elsewhere)
    entry = AuditEntry.objects.get(action="edited")
    assert (entry.detail, entry.actor) == ({"fields": ["password"]}, "佐藤 花子（hanako）")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("wrong", GOOD, "パスワードが正しくありません"),
        (PASSWORD, "short pass", "12 文字"),
        (PASSWORD, "123456789012345", "数字"),
        (PASSWORD, "administrator", "一般的"),
    ],
)
def test_a_new_password_obeys_the_rules(old: str, new: str, says: str, admin: Client, administrator: User):
    page = admin.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": new}).text
    assert says in page.split("field-error")[1]
    administrator.refresh_from_db()
    assert administrator.check_password(PASSWORD)


def test_the_rules_stand_on_the_page_in_japanese(admin: Client):
    assert "最低 12 文字" in admin.get(CHANGE).text


@pytest.mark.parametrize("asked", [CHANGE, CONFIRM])
def test_guessing_the_password_inside_is_stopped_too(asked: str, admin: Client):
    sent = {"old_password": "wrong", "password": "wrong", "new_password1": GOOD, "new_password2": GOOD}
    assert [admin.post(asked, sent).status_code for _ in range(5)] == [200] * 4 + [429]


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("page", [CONNECT, DISCONNECT])
def test_connecting_asks_for_the_password_again_after_a_quarter_of_an_hour(page: str, later, admin: Client):
    assert admin.get(page).status_code == 200
    for _ in range(2):
        later(TRUSTED / 2 + 1)
        is_in(admin)
    assert admin.get(page)["Location"] == f"{CONFIRM}?next={page}"
    assert "もう一度パスワードを入力してください" in admin.post(page, {"consumer_secret": "the secret"}).text
    assert KaonaviConnection.objects.exists()
    assert "もう一度パスワードを入力してください" in admin.get(f"{CONFIRM}?next={page}").text
    before = admin.session.session_key
    assert admin.post(CONFIRM, {"password": "wrong", "next": page}).status_code == 200
    assert admin.post(CONFIRM, {"password": PASSWORD, "next": page})["Location"] == page
    assert admin.session.session_key != before
    assert admin.get(page).status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:evil", ""]
)
def test_it_leads_back_to_our_own_pages_alone(elsewhere: str, admin: Client):
    assert admin.post(CONFIRM, {"password": PASSWORD, "next": elsewhere})["Location"] == reverse("home")
    assert "evil" not in admin.get(CONFIRM, {"next": elsewhere}).text


def test_rows_of_ended_sessions_go_with_the_next_log_in(administrator: User, later):
    logged_in(administrator)
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    Client().post(reverse("accounts:login"), {"username": "hanako", "password": PASSWORD})
    assert Session.objects.count() == 1
