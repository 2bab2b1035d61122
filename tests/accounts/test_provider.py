"""Log-in by OpenID Connect, at a provider that runs here: who gets in, and what is not believed."""

import secrets
import time

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import provider as ours
from accounts.guard import ADDRESS_LIMIT
from accounts.models import AuditEntry, ProviderIdentity
from accounts.provider import Refusal
from accounts.provider_question import COOKIE, PATIENCE
from tests.factories.provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.factories.provider_visitor import ASK, go, question_of
from tests.factories.rows import account, logged_in
from tests.factories.second_factor_holder import is_in
from tests.pages.rights_table import OPEN

LOG_IN, HOME = reverse("accounts:login"), reverse("home")
ANSWER = reverse("accounts:provider_answer")
CONFIRM, POLICY, INVITE = reverse("accounts:confirm"), reverse("accounts:policy"), reverse("accounts:invite")
MAIL = "hanako@example.co.jp"


def assert_refused(provider: Provider, reason: Refusal, client: Client | None = None) -> None:
    answer, client = go(provider, client)
    assert answer["Location"] == LOG_IN
    assert reason.label in client.get(LOG_IN).text
    assert not is_in(client)
    assert AuditEntry.objects.get(action="log_in_failed").detail == {"reason": reason.value}


# --- who gets in


def test_it_is_off_by_default(anonymous: Client):
    assert "会社のアカウント" not in anonymous.get(LOG_IN).text
    assert anonymous.get(ASK).status_code == 404
    assert anonymous.get(ANSWER, {"code": "x", "state": "y"}).status_code == 404


def test_an_account_gets_in_by_its_vouched_for_address_and_is_led_to_its_page(provider: Provider, hanako: User):
    answer, client = go(provider, next=POLICY)
    assert answer["Location"] == POLICY
    assert client.session["_auth_user_id"] == str(hanako.pk)
    bound = ProviderIdentity.objects.get()
    assert (bound.user, bound.issuer, bound.subject) == (hanako, provider.address, "248289761001")
    entries = AuditEntry.objects.order_by("pk").values_list("action", "detail")
    assert list(entries) == [("bound", {}), ("logged_in", {"method": "provider"})]


def test_the_question_names_us_and_is_another_each_time(provider: Provider, hanako: User):
    asked = []
    for _ in range(2):
        go(provider)
        asked.append(provider.asked)
    assert asked[0]["client_id"] == CLIENT_ID
    assert asked[0]["redirect_uri"] == f"http://localhost:8000{ANSWER}"
    assert set(asked[0]["scope"].split()) == {"openid", "email"}
    assert "prompt" not in asked[0]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name], name


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_it_leads_back_to_our_own_pages_alone(elsewhere: str, provider: Provider, hanako: User):
    assert go(provider, next=elsewhere)[0]["Location"] == HOME


def test_somebody_invited_gets_in_without_ever_having_had_a_password(provider: Provider, db):
    user = User.objects.create(username="new", email="HANAKO@example.co.jp")
    user.set_unusable_password()
    user.save()
    assert go(provider)[1].session["_auth_user_id"] == str(user.pk)


def test_entra_vouches_in_its_own_way(provider: Provider, hanako: User):
    provider.lies = {"email_verified": None, "xms_edov": "1"}
    assert is_in(go(provider)[1])


def test_nobody_without_an_account_gets_one(provider: Provider, db):
    assert_refused(provider, Refusal.NO_ACCOUNT)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "lies",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"email": 1},
        {"email": "hanako@example.co.jp\x00"},
        {"email": "ｈanako@example.co.jp"},
        {"xms_edov": "0", "email_verified": None},
    ],
)
def test_an_address_that_the_provider_does_not_vouch_for_opens_nothing(lies, provider: Provider, hanako: User):
    provider.lies = lies
    assert_refused(provider, Refusal.NO_MAIL)


def test_bound_once_the_address_does_not_matter_any_more(provider: Provider, hanako: User):
    go(provider)
    hanako.email = "another@example.co.jp"
    hanako.save()
    other = account("other", "閲覧者", email=MAIL)
    provider.lies = {"email_verified": False, "email": "whatever@example.co.jp"}
    assert go(provider)[1].session["_auth_user_id"] == str(hanako.pk)
    provider.lies = {}
    assert go(provider)[1].session["_auth_user_id"] == str(hanako.pk)
    assert not ProviderIdentity.objects.filter(user=other).exists()


def test_somebody_who_gets_the_address_later_does_not_get_the_account(provider: Provider, hanako: User):
    go(provider)
    provider.person["sub"] = "another person"
    assert_refused(provider, Refusal.BOUND_TO_ANOTHER)
    assert AuditEntry.objects.get(action="log_in_failed").label == "hanako"


def test_an_address_of_several_accounts_is_nobodys(provider: Provider, hanako: User):
    account("double", email=MAIL.upper())
    assert_refused(provider, Refusal.SEVERAL_ACCOUNTS)


@pytest.mark.parametrize("bound", [True, False])
def test_a_stopped_account_stays_out(bound, provider: Provider, hanako: User):
    if bound:
        go(provider)
    User.objects.update(is_active=False)
    assert_refused(provider, Refusal.STOPPED)
    assert ProviderIdentity.objects.count() == int(bound)


def test_stopping_ends_a_session_from_there(provider: Provider, hanako: User):
    client = go(provider)[1]
    User.objects.update(is_active=False)
    assert not is_in(client)


# --- what is not believed

NOW = int(time.time())


@pytest.mark.parametrize(
    "lies",
    [
        pytest.param({"aud": "somebody-else"}, id="audience"),
        pytest.param({"aud": "somebody-else", "azp": CLIENT_ID}, id="audience, though authorized party"),
        pytest.param({"aud": [CLIENT_ID, "somebody-else"], "azp": "somebody-else"}, id="authorized party"),
        pytest.param({"aud": None}, id="no audience"),
        pytest.param({"iss": "https://somebody-else.example"}, id="issuer"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"exp": NOW - 3600}, id="expired"),
        pytest.param({"exp": None}, id="no expiry"),
        pytest.param({"exp": "tomorrow"}, id="expiry as text"),
        pytest.param({"nbf": NOW + 36000}, id="not yet"),
        pytest.param({"iat": NOW + 36000}, id="issued in the future"),
        pytest.param({"nonce": "another"}, id="nonce"),
        pytest.param({"nonce": None}, id="no nonce"),
        pytest.param({"sub": None}, id="nobody"),
        pytest.param({"sub": ""}, id="blank"),
        pytest.param({"sub": 7}, id="a number"),
        pytest.param({"sub": "x" * 256}, id="too long"),
        pytest.param({"at_hash": "of something else"}, id="access token of another"),
    ],
)
def test_a_token_that_is_not_ours_is_not_believed(lies, provider: Provider, hanako: User):
    provider.lies = lies
    assert_refused(provider, Refusal.NOT_BELIEVED)
    assert not ProviderIdentity.objects.exists()


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ("no signature", Refusal.NOT_BELIEVED),
        ("signed with the public key", Refusal.NOT_BELIEVED),
        ("another key", Refusal.NOT_BELIEVED),
        ("no token", Refusal.NOT_BELIEVED),
        ("broken", Refusal.UNREACHABLE),
        ("sent elsewhere", Refusal.NOT_BELIEVED),
        ("declined", Refusal.DECLINED),
    ],
)
def test_an_answer_that_is_wrong_lets_nobody_in(trouble: str, reason: Refusal, provider: Provider, hanako: User):
    provider.trouble = trouble
    assert_refused(provider, reason)


@pytest.mark.parametrize("trouble", ["another issuer", "keys in clear text"])
def test_nobody_is_sent_to_a_provider_that_is_not_the_one_meant(trouble: str, provider: Provider, anonymous: Client):
    provider.trouble = trouble
    assert anonymous.get(ASK)["Location"] == LOG_IN
    assert Refusal.NOT_BELIEVED.label in anonymous.get(LOG_IN).text


@pytest.mark.parametrize("trouble", ["slow", "slow in the end"])
def test_a_slow_provider_is_not_waited_for(trouble: str, provider: Provider, hanako: User, monkeypatch):
    client = Client()
    address = provider.log_in(client.get(ASK)["Location"]) if trouble == "slow in the end" else ASK
    monkeypatch.setattr(ours, "TIMEOUT", (1, 0.3))
    provider.trouble = trouble
    began = time.monotonic()
    client.get(address)
    assert time.monotonic() - began < 30  # it is slow for a minute
    assert Refusal.UNREACHABLE.label in client.get(LOG_IN).text


def test_every_call_has_a_time_out():
    assert all(0 < seconds <= 10 for seconds in ours.TIMEOUT)


def test_nobody_answers(settings, anonymous: Client):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    assert anonymous.get(ASK)["Location"] == LOG_IN
    assert Refusal.UNREACHABLE.label in anonymous.get(LOG_IN).text


@pytest.mark.parametrize("state", ["", "another", "日本"])
def test_an_answer_to_a_question_that_this_browser_did_not_ask_is_refused(state: str, provider: Provider, hanako: User):
    client, victim = Client(), Client()
    back = provider.log_in(client.get(ASK)["Location"])
    victim.get(back)  # the attacker's answer in somebody else's browser
    assert not is_in(victim)
    assert client.get(ANSWER, {"code": "x", "state": state})["Location"] == LOG_IN
    assert not is_in(client)


def test_an_answer_is_taken_once_and_in_time(provider: Provider, hanako: User, monkeypatch):
    client = Client()
    back = provider.log_in(client.get(ASK)["Location"])
    assert client.get(back)["Location"] == HOME
    client.post(reverse("accounts:logout"))
    assert client.get(back)["Location"] == LOG_IN
    assert not is_in(client)
    late = Client()
    back = provider.log_in(late.get(ASK)["Location"])
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + PATIENCE + 1)
    late.get(back)
    assert Refusal.STALE.label in late.get(LOG_IN).text


def test_a_code_that_somebody_else_got_is_worth_nothing(provider: Provider, hanako: User):
    theirs, mine = Client(), Client()
    stolen = provider.log_in(theirs.get(ASK)["Location"]).split("code=")[1].split("&")[0]
    mine.get(ASK)
    mine.get(ANSWER, {"code": stolen, "state": question_of(mine)["state"]})
    assert not is_in(mine)


def test_refusals_do_not_fill_the_trail_for_ever(provider: Provider, db):
    AuditEntry.objects.bulk_create(
        AuditEntry(actor="x", action="log_in_failed", address="127.0.0.1") for _ in range(ADDRESS_LIMIT)
    )
    assert Client().get(ANSWER, {"state": "x"}).status_code == 429
    assert Client().get(ASK).status_code == 429
    assert AuditEntry.objects.count() == ADDRESS_LIMIT


def test_nothing_of_the_exchange_is_logged_or_kept(provider: Provider, hanako: User, caplog):
    caplog.set_level(0)
    client = Client()
    back = provider.log_in(client.get(ASK)["Location"])
    kept = question_of(client)
    caplog.clear()  # of what the person's browser asked of the provider
    client.get(back)
    told = caplog.text + str(list(AuditEntry.objects.values()))
    for canary in (CLIENT_SECRET, MAIL, kept["verifier"], kept["nonce"], back.split("code=")[1].split("&")[0]):
        assert canary not in told
    assert not client.cookies[COOKIE].value


def test_asking_leaves_nothing_with_us_and_a_signed_note_with_the_browser(provider: Provider, db, settings):
    settings.SESSION_COOKIE_SECURE = True
    for _ in range(3):
        note = Client().get(ASK).cookies[COOKIE]
        assert (note["path"], note["samesite"], note["max-age"]) == (ASK, "Lax", PATIENCE)
        assert note["httponly"]
        assert note["secure"]
    assert not Session.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "change", [lambda value: value[:-2], lambda value: f"x{value}", lambda value: value.swapcase()]
)
def test_a_note_that_is_not_ours_is_no_question(change, provider: Provider, hanako: User):
    client = Client()
    back = provider.log_in(client.get(ASK)["Location"])
    client.cookies[COOKIE] = change(client.cookies[COOKIE].value)
    client.get(back)
    assert Refusal.STALE.label in client.get(LOG_IN).text
    assert not is_in(client)


def test_a_page_whose_address_is_too_long_to_keep_is_not_come_back_to(provider: Provider, hanako: User):
    names = secrets.token_urlsafe(3000)
    answer, client = go(provider, next=f"{POLICY}?q={names}")
    assert answer["Location"] == HOME
    assert is_in(client)
    names = names[:1000]
    assert go(provider, next=f"{POLICY}?q={names}")[0]["Location"] == f"{POLICY}?q={names}"


def test_one_address_does_not_make_us_ask_without_end(provider: Provider, hanako: User, monkeypatch):
    monkeypatch.setattr("accounts.guard.QUESTION_LIMIT", 3)
    inside = logged_in(hanako)
    assert [Client().get(ASK).status_code for _ in range(5)] == [302] * 3 + [429] * 2
    assert Client(REMOTE_ADDR="192.0.2.9").get(ASK).status_code == 302
    assert inside.get(ASK).status_code == 302
    assert not AuditEntry.objects.exists()


def test_no_open_page_makes_a_session(provider: Provider, db):
    for name in (name for name in OPEN if name.startswith("accounts:")):
        Client().get(reverse(name))
        Client().post(reverse(name), {"username": "nobody", "password": "wrong"})
    assert not Session.objects.exists()
