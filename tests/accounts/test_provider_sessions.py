"""Who is in through the provider: how they are asked again, and what becomes of passwords."""

import time
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, LogInPolicy, ProviderIdentity
from accounts.provider import Refusal
from accounts.sessions import TRUSTED
from tests.factories.provider import Provider
from tests.factories.provider_visitor import ASK, go, go_and_show
from tests.factories.rows import PASSWORD, account, logged_in
from tests.factories.second_factor_holder import code_of, demand, is_in, tired, with_factor

LOG_IN, HOME = reverse("accounts:login"), reverse("home")
ANSWER = reverse("accounts:provider_answer")
CONFIRM, POLICY, INVITE = reverse("accounts:confirm"), reverse("accounts:policy"), reverse("accounts:invite")
MAIL = "hanako@example.co.jp"
LONG_AGO = 1_700_000_000


# --- the question in between


@pytest.mark.parametrize("told", ["long ago", "to come", "milliseconds", None, 0, -1, 10**400, True])
def test_a_log_in_without_a_question_confirms_nobody(told, provider: Provider, hanako: User):
    now = int(time.time())
    times = {"long ago": now - TRUSTED - 60, "to come": now + 3600, "milliseconds": now * 1000}
    provider.lies = {"auth_time": times.get(told, told)}
    _, client = go(provider)
    assert "prompt" not in provider.asked
    assert is_in(client)
    assert client.get(INVITE)["Location"] == f"{CONFIRM}?next={INVITE}"
    provider.lies = {}
    go(provider, client)
    assert client.get(INVITE).status_code == 200


def test_out_and_in_again_is_no_answer_to_the_question(inside: Client, provider: Provider):
    assert inside.get(INVITE).status_code == 302
    inside.post(reverse("accounts:logout"))
    provider.lies = {"auth_time": int(time.time()) - 8 * 3600}
    go(provider, inside)
    assert inside.get(INVITE).status_code == 302


@pytest.mark.parametrize("ago", [0, 60, TRUSTED - 120])
def test_a_log_in_that_the_provider_asked_for_just_now_confirms(ago: int, provider: Provider, hanako: User):
    provider.lies = {"auth_time": int(time.time()) - ago}
    _, client = go(provider)
    assert client.get(INVITE).status_code == 200
    session = client.session
    assert session["confirmed"] <= time.time() - ago


@pytest.fixture
def inside(provider: Provider, hanako: User) -> Client:
    """An administrator who logged in at the provider a quarter of an hour ago."""
    return tired(go_and_show(provider))


def test_the_provider_asks_again_after_a_quarter_of_an_hour(inside: Client, provider: Provider):
    assert inside.get(POLICY)["Location"] == f"{CONFIRM}?next={POLICY}"
    page = inside.get(CONFIRM, {"next": POLICY}).text
    assert f"{ASK}?next={POLICY.replace('/', '%2F')}" in page
    assert 'type="password"' not in page
    assert inside.post(CONFIRM, {"password": PASSWORD, "next": POLICY}).status_code == 200
    assert inside.get(POLICY).status_code == 302
    before = inside.session.session_key
    answer, _ = go(provider, inside, next=POLICY)
    assert (provider.asked["prompt"], provider.asked["max_age"]) == ("login", "0")
    assert answer["Location"] == POLICY
    assert inside.get(POLICY).status_code == 200
    assert inside.session.session_key != before


@pytest.mark.parametrize(
    ("lies", "reason"),
    [
        ({"auth_time": LONG_AGO}, Refusal.NOT_ASKED_AGAIN),
        ({"auth_time": None}, Refusal.NOT_ASKED_AGAIN),
        ({"auth_time": "now"}, Refusal.NOT_BELIEVED),
        ({"sub": "another"}, Refusal.SOMEBODY_ELSE),
    ],
)
def test_it_must_be_the_same_person_and_just_now(lies, reason: Refusal, inside: Client, provider: Provider):
    provider.lies = lies
    answer, _ = go(provider, inside)
    assert answer["Location"] == CONFIRM
    assert reason.label in inside.get(CONFIRM).text
    assert inside.get(POLICY).status_code == 302


def test_a_form_waits_while_the_provider_is_asked_in_another_tab(inside: Client, provider: Provider):
    sent = {"last_name": "鈴木", "first_name": "次郎", "email": "jiro@example.co.jp", "username": "jiro", "role": ""}
    page = inside.post(INVITE, sent).text
    assert 'value="鈴木"' in page
    assert 'target="_blank"' in page
    assert not User.objects.filter(username="jiro").exists()
    go(provider, inside)
    inside.post(INVITE, sent)
    assert User.objects.filter(username="jiro").exists()


def test_the_code_of_a_second_factor_will_do(inside: Client, hanako: User):
    factor = with_factor(hanako)
    assert inside.post(CONFIRM, {"token": "000000", "next": POLICY}).status_code == 200
    assert inside.post(CONFIRM, {"token": code_of(factor), "next": POLICY})["Location"] == POLICY
    assert inside.get(POLICY).status_code == 200


def test_whoever_is_in_with_a_password_is_not_confirmed_by_the_provider(provider: Provider, hanako: User):
    client = tired(logged_in(hanako))
    go(provider, client)
    assert client.get(POLICY).status_code == 302


# --- with the second factor and without passwords


def test_the_provider_sees_to_the_second_factor(provider: Provider, hanako: User):
    demand(everyone=True)
    client = go(provider)[1]
    assert client.get(reverse("employees:list")).status_code == 200


def test_passwords_can_be_forbidden_only_from_a_session_at_the_provider(provider: Provider, hanako: User):
    outside = logged_in(hanako)
    assert "会社のアカウントでログインしている管理者だけです" in outside.post(POLICY, {}).text
    assert not LogInPolicy.objects.exists()
    inside = go_and_show(provider)
    assert inside.post(POLICY, {})["Location"] == POLICY
    assert not LogInPolicy.objects.get().allows_passwords


@pytest.fixture
def no_passwords(provider: Provider, hanako: User) -> Client:
    """An administrator at the provider, who has forbidden them."""
    client = go_and_show(provider)
    client.post(POLICY, {})
    return client


def test_a_forbidden_password_is_not_even_judged(no_passwords: Client, hanako: User):
    for password in (PASSWORD, "wrong"):
        client = Client()
        assert client.post(LOG_IN, {"username": "hanako", "password": password})["Location"] == LOG_IN
        page = client.get(LOG_IN).text
        assert "パスワードではログインできません" in page
        assert 'type="password"' not in page
        assert not is_in(client)
    assert not AuditEntry.objects.filter(action="log_in_failed").exists()


def test_a_code_that_was_awaited_is_worth_nothing_once_passwords_are_forbidden(provider: Provider, hanako: User):
    factor = with_factor(hanako)
    client = Client()
    client.post(LOG_IN, {"username": "hanako", "password": PASSWORD})
    go_and_show(provider).post(POLICY, {})
    client.post(reverse("accounts:code"), {"token": code_of(factor)})
    assert not is_in(client)


def test_whoever_is_in_with_a_password_is_out_once_passwords_are_forbidden(provider: Provider, hanako: User):
    taro = account("taro", "管理者")
    theirs, half, inside = [logged_in(hanako), logged_in(taro)], Client(), go_and_show(provider)
    with_factor(taro)
    half.post(LOG_IN, {"username": "taro", "password": PASSWORD})
    inside.post(POLICY, {})
    assert Session.objects.count() == 1
    assert not any(map(is_in, theirs))
    assert is_in(inside)
    assert AuditEntry.objects.get(action="changed_settings").detail["sessions_ended"] == 3


def test_a_session_that_a_password_began_at_that_moment_ends_with_its_next_page(no_passwords: Client, hanako: User):
    for address in (CONFIRM, INVITE, reverse("accounts:password"), reverse("accounts:set_up_factor"), "/admin/"):
        late = tired(logged_in(hanako))
        answer = late.post(address, {"password": PASSWORD, "again-password": PASSWORD, "old_password": PASSWORD})
        assert answer["Location"].startswith(f"{LOG_IN}?next="), address
        assert not is_in(late)


def test_nor_is_a_forbidden_password_judged_inside(no_passwords: Client, hanako: User):
    new = "correct horse battery"
    for old in (PASSWORD, "wrong"):
        sent = {"old_password": old, "new_password1": new, "new_password2": new}
        page = no_passwords.post(reverse("accounts:password"), sent).text
        assert "パスワードでのログインは許可されていません" in page
        assert "パスワードが正しくありません" not in page
    hanako.refresh_from_db()
    assert hanako.check_password(PASSWORD)
    assert "パスワードが正しくありません" not in no_passwords.post(CONFIRM, {"password": "wrong"}).text
    assert not AuditEntry.objects.filter(action="log_in_failed").exists()


def test_no_links_for_passwords_are_given_out_then(no_passwords: Client):
    sent = {"last_name": "鈴木", "first_name": "次郎", "email": "jiro@example.co.jp", "username": "jiro", "role": ""}
    page = no_passwords.post(INVITE, sent).text
    assert "会社のアカウントでログインするよう" in page
    assert reverse("accounts:first_password") not in page
    jiro = User.objects.get(username="jiro")
    page = no_passwords.post(reverse("accounts:renew_link", args=[jiro.pk]), follow=True).text
    assert "パスワードでのログインは許可されていません" in page


def test_without_a_provider_passwords_are_good_again(no_passwords: Client, settings):
    settings.OIDC_ISSUER = ""
    assert Client().post(LOG_IN, {"username": "hanako", "password": PASSWORD})["Location"] == HOME


def test_a_change_of_something_else_does_not_open_passwords_again(no_passwords: Client, settings):
    settings.OIDC_ISSUER = ""
    Client().post(LOG_IN, {"username": "hanako", "password": PASSWORD})
    no_passwords.post(POLICY, {"everyone_needs_factor": "on"})
    policy = LogInPolicy.objects.get()
    assert (policy.everyone_needs_factor, policy.allows_passwords) == (True, False)


def test_the_command_line_opens_them_again(no_passwords: Client):
    call_command("unlock_login", "--allow-passwords", stdout=StringIO())
    assert Client().post(LOG_IN, {"username": "hanako", "password": PASSWORD})["Location"] == HOME
    assert AuditEntry.objects.filter(action="changed_settings", actor="システム").exists()


def test_an_administrator_can_unbind_somebody_else_who_is_then_bound_anew(provider: Provider, hanako: User):
    root = logged_in(account("root", "管理者"))
    theirs = go(provider)[1]
    root.post(reverse("accounts:forget_identity", args=[hanako.pk]))
    assert not is_in(theirs)
    provider.person["sub"] = "a new account at the provider"
    assert is_in(go(provider)[1])
    assert AuditEntry.objects.filter(action="unbound", label="hanako").exists()


@pytest.fixture
def taro(provider: Provider, hanako: User) -> User:
    """Another administrator, who has logged in with a password before; 花子 can come in at the provider as second@."""
    taro = account("taro", "管理者", last_name="鈴木", email="taro@example.co.jp")
    logged_in(taro)
    provider.person = {"sub": "second", "email": "second@example.co.jp", "email_verified": True}
    return User.objects.get(pk=taro.pk)


def give_address(client: Client, user: User, mail: str) -> None:
    shown = {"last_name": user.last_name, "first_name": user.first_name, "email": user.email}
    sent = shown | {"email": mail} | {f"initial-{name}": value for name, value in shown.items()}
    role = user.groups.get().pk
    client.post(reverse("accounts:edit", args=[user.pk]), sent | {"role": role, "initial-role": role})
    user.refresh_from_db()
    assert user.email == mail


def test_nobody_comes_in_as_somebody_else_by_changing_their_address(provider: Provider, hanako: User, taro: User):
    attacker = logged_in(hanako)
    give_address(attacker, taro, "second@example.co.jp")
    logged_in(taro)  # however often the person comes in meanwhile
    answer, client = go(provider)
    assert answer["Location"] == LOG_IN
    assert Refusal.ADDRESS_CHANGED.label in client.get(LOG_IN).text
    assert not ProviderIdentity.objects.exists()
    entry = AuditEntry.objects.get(action="log_in_failed")
    assert (entry.detail, entry.label) == ({"reason": "address_changed"}, "taro")
    assert "情報システム部門による確認" in attacker.get(reverse("accounts:edit", args=[taro.pk])).text


def test_nor_by_unbinding_them_first(provider: Provider, hanako: User, taro: User):
    ProviderIdentity.objects.create(user=taro, issuer=provider.address, subject="taro's own")
    attacker = logged_in(hanako)
    attacker.post(reverse("accounts:forget_identity", args=[taro.pk]))
    give_address(attacker, taro, "second@example.co.jp")
    assert not is_in(go(provider)[1])


def test_the_operators_vouch_for_a_changed_address(provider: Provider, hanako: User, taro: User):
    give_address(logged_in(hanako), taro, "second@example.co.jp")
    out = StringIO()
    call_command("unlock_login", "--confirm-mail", "taro", stdout=out)
    assert "second@example.co.jp" in out.getvalue()
    assert go(provider)[1].session["_auth_user_id"] == str(taro.pk)


def test_an_address_of_ones_own_or_before_the_first_log_in_binds(provider: Provider, hanako: User, taro: User):
    give_address(logged_in(taro), taro, "second@example.co.jp")
    assert is_in(go(provider)[1])
    new = account("new", "閲覧者", last_name="新", email="typo@example.co.jp")
    give_address(logged_in(hanako), new, "new@example.co.jp")
    provider.person = {"sub": "third", "email": "new@example.co.jp", "email_verified": True}
    assert go(provider)[1].session["_auth_user_id"] == str(new.pk)


def test_a_changed_address_keeps_nobody_out_who_is_bound(provider: Provider, hanako: User, taro: User):
    ProviderIdentity.objects.create(user=taro, issuer=provider.address, subject="second")
    give_address(logged_in(hanako), taro, "married@example.co.jp")
    assert is_in(go(provider)[1])


def test_a_person_without_a_password_sees_no_form_for_one(hanako: User):
    hanako.set_unusable_password()
    hanako.save()
    page = logged_in(hanako).get(reverse("accounts:password")).text
    assert "パスワードがありません" in page
    assert 'type="password"' not in page
