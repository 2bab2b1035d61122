"""二要素認証: its set-up, and the second question of a log-in."""

import re
from io import StringIO

import pyotp
import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection as database
from django.test import Client
from django.urls import reverse

from accounts import second_factor
from accounts.models import AuditEntry, SecondFactor
from tests.factories.rows import PASSWORD, account, logged_in
from tests.factories.second_factor_holder import (
    NAMED,
    actions,
    code_of,
    code_shown,
    half_way,
    is_in,
    tired,
    wrong_code_of,
)
from tests.pages.rights_table import FOR_EVERY_ACCOUNT, PAGES, address

LOG_IN, CODE, HOME = reverse("accounts:login"), reverse("accounts:code"), reverse("home")
FACTOR, SET_UP = reverse("accounts:factor"), reverse("accounts:set_up_factor")
RENEW, REMOVE = reverse("accounts:renew_codes"), reverse("accounts:remove_own_factor")
POLICY, CONFIRM = reverse("accounts:policy"), reverse("accounts:confirm")
RECOVERY_CODE = re.compile(r"<code>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</code>")
pytestmark = pytest.mark.django_db


# --- set-up


def test_it_is_set_up_with_a_picture_a_text_and_a_code_of_the_app(admin: Client, administrator: User):
    page = admin.get(SET_UP)
    assert "<svg" in page.text
    assert "style=" not in page.text
    (shown,) = re.findall(r'secret-key"[^>]*>([A-Z2-7 ]+)<', page.text)
    secret = shown.replace(" ", "")
    done = admin.post(SET_UP, {"token": pyotp.TOTP(secret).now()})
    assert len(set(RECOVERY_CODE.findall(done.text))) == 10
    assert "残り10個" in admin.get(FACTOR).text
    assert actions() == ["factor_set"]
    assert RECOVERY_CODE.findall(admin.get(FACTOR).text + admin.get(SET_UP, follow=True).text) == []


def test_a_wrong_code_sets_nothing_up(admin: Client, administrator: User):
    right = code_shown(admin)
    wrong = "000000" if right != "000000" else "111111"
    assert "確認コードが正しくありません" in admin.post(SET_UP, {"token": wrong}).text
    assert second_factor.factor_of(administrator) is None
    assert Client().post(LOG_IN, NAMED)["Location"] == HOME


def test_the_secret_that_is_shown_stays_for_a_wrong_code_and_another_tab_but_not_for_ever(admin: Client, later):
    first = admin.get(SET_UP).context["secret"]
    assert admin.post(SET_UP, {"token": "000000"}).context["secret"] == first
    assert admin.get(SET_UP).context["secret"] == first
    later(second_factor.SHOWN + 1)
    tired(admin, 0)
    assert admin.get(SET_UP).context["secret"] != first


def test_a_secret_that_another_session_was_shown_is_worth_nothing(admin: Client, administrator: User, later):
    """Somebody who only has the password notes what the page shows and waits until the person sets up theirs."""
    thief = logged_in(administrator)
    noted = code_shown(thief)
    shown = code_shown(admin)
    assert noted != shown
    assert "確認コードが正しくありません" in admin.post(SET_UP, {"token": noted}).text
    assert len(RECOVERY_CODE.findall(admin.post(SET_UP, {"token": shown}).text)) == 10
    assert not is_in(thief)
    later(60)
    assert half_way().post(CODE, {"token": noted}).status_code == 200
    assert half_way().post(CODE, {"token": code_of(SecondFactor.objects.get())})["Location"] == HOME


def test_nobody_else_can_replace_or_block_what_was_set_up_first(admin: Client, administrator: User):
    other = logged_in(administrator)
    code = code_shown(other)
    secret = second_factor.secret_for(other.session)
    for _ in range(3):
        admin.get(SET_UP)
    other.post(SET_UP, {"token": code})
    assert SecondFactor.objects.get().secret == secret
    assert second_factor.complete(administrator, "A" * 32, pyotp.TOTP("A" * 32).now()) is None
    assert SecondFactor.objects.get().secret == secret


def test_a_secret_that_the_keys_no_longer_read_is_made_anew(admin: Client, settings):
    first = admin.get(SET_UP).context["secret"]
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    assert admin.get(SET_UP).context["secret"] != first


def test_one_that_counts_is_not_replaced_by_the_set_up(admin: Client, factor: SecondFactor):
    assert admin.get(SET_UP)["Location"] == FACTOR
    assert admin.post(SET_UP, {"token": code_of(factor)})["Location"] == FACTOR
    assert SecondFactor.objects.get().secret == factor.secret


def test_other_sessions_of_the_account_end_with_the_set_up(admin: Client, administrator: User):
    elsewhere = logged_in(administrator)
    admin.post(SET_UP, {"token": code_shown(admin)})
    assert is_in(admin)
    assert not is_in(elsewhere)


def test_the_secret_and_the_recovery_codes_are_not_readable_in_the_database(admin: Client):
    secret = admin.get(SET_UP).context["secret"].replace(" ", "")
    waiting = str(admin.session.load())
    codes = RECOVERY_CODE.findall(admin.post(SET_UP, {"token": pyotp.TOTP(secret).now()}).text)
    assert "unconfirmed_factor" in waiting
    assert secret not in waiting
    assert "unconfirmed_factor" not in admin.session
    with database.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_secondfactor")
        kept = str(cursor.fetchall())
        cursor.execute("SELECT digest FROM accounts_recoverycode")
        kept += str(cursor.fetchall())
    kept += str(list(AuditEntry.objects.values()))
    assert secret not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_the_secret_moves_to_a_new_key_with_the_others(factor: SecondFactor, settings):
    new = Fernet.generate_key().decode()
    settings.CREDENTIAL_KEYS = [new, *settings.CREDENTIAL_KEYS]
    call_command("reencrypt", stdout=StringIO())
    settings.CREDENTIAL_KEYS = [new]
    assert SecondFactor.objects.get().secret == factor.secret


# --- log-in


def test_a_right_password_alone_reaches_nothing(factor: SecondFactor, company, connected):
    client = half_way()
    for name, methods in PAGES.items():
        for method in methods:
            answer = client.generic(method, address(name, company))
            assert answer["Location"].startswith(f"{LOG_IN}?next="), name
    for name in FOR_EVERY_ACCOUNT:
        assert client.get(reverse(name))["Location"].startswith(f"{LOG_IN}?next="), name
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert "logged_in" not in actions()


def test_the_code_of_the_app_lets_in_and_leads_to_the_page_that_was_asked_for(factor: SecondFactor):
    client = Client()
    client.post(f"{LOG_IN}?next={POLICY}", NAMED | {"next": POLICY})
    assert client.post(CODE, {"token": code_of(factor)})["Location"] == POLICY
    assert is_in(client)
    assert AuditEntry.objects.get(action="logged_in").detail == {"method": "password_and_code"}


@pytest.mark.parametrize("typed", [" 123 456 ", "１２３４５６", "123-456"])
def test_the_code_is_read_as_people_type_it(typed: str, factor: SecondFactor):
    code = code_of(factor)
    assert (
        half_way().post(CODE, {"token": typed.translate(str.maketrans("123456１２３４５６", code * 2))})["Location"]
        == HOME
    )


def test_a_clock_may_differ_by_half_a_minute_and_no_more(factor: SecondFactor, later):
    for steps, is_right in ((-2, False), (2, False), (-1, True), (1, True)):
        assert second_factor.is_right(factor.user, code_of(factor, steps)) is is_right, steps


def test_a_code_works_once(factor: SecondFactor, later):
    code = code_of(factor)
    assert half_way().post(CODE, {"token": code})["Location"] == HOME
    again = half_way()
    assert "すでに使われています" in again.post(CODE, {"token": code}).text
    assert not is_in(again)
    assert again.post(CODE, {"token": code_of(factor, -1)}).status_code == 200  # an earlier one is worth nothing either
    later(30)
    assert again.post(CODE, {"token": code_of(factor)})["Location"] == HOME


def test_the_code_that_set_it_up_is_spent(admin: Client, administrator: User, later):
    code = code_shown(admin)
    admin.post(SET_UP, {"token": code})
    assert half_way().post(CODE, {"token": code}).status_code == 200


def test_guessing_codes_stops_the_log_in_as_guessing_passwords_does(factor: SecondFactor, later):
    client = half_way()
    wrong = {"token": wrong_code_of(factor)}
    assert [client.post(CODE, wrong).status_code for _ in range(5)] == [200] * 4 + [429]
    assert client.post(CODE, {"token": code_of(factor)}).status_code == 429
    assert Client().post(LOG_IN, NAMED).status_code == 429
    assert actions() == [*["log_in_failed"] * 4, "locked_out"]


def test_a_right_password_in_between_forgives_no_wrong_code(factor: SecondFactor, later):
    answers = [half_way().post(CODE, {"token": wrong_code_of(factor)}).status_code for _ in range(5)]
    assert answers == [200] * 4 + [429]


def test_a_right_password_does_not_wait_for_ever(factor: SecondFactor, later):
    client = half_way()
    later(5 * 60 + 1)
    assert client.get(CODE)["Location"] == LOG_IN
    assert client.post(CODE, {"token": code_of(factor)})["Location"] == LOG_IN
    assert not is_in(client)


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "!"}])
def test_it_does_not_wait_for_an_account_that_was_stopped_or_has_another_password(change, factor: SecondFactor):
    client = half_way()
    User.objects.filter(username="hanako").update(**change)
    assert client.post(CODE, {"token": code_of(factor)})["Location"] == LOG_IN
    assert not is_in(client)


def test_without_a_password_there_is_no_question_for_a_code(factor: SecondFactor):
    assert Client().get(CODE)["Location"] == LOG_IN
    assert Client().post(CODE, {"token": code_of(factor)})["Location"] == LOG_IN


def test_the_name_of_somebody_else_cannot_be_slipped_in(factor: SecondFactor):
    account("taro", "管理者")
    client = Client()
    assert client.post(LOG_IN, {"username": "taro", "password": PASSWORD})["Location"] == HOME
    client = half_way()
    client.post(CODE, {"token": code_of(factor), "username": "taro"})
    assert client.session["_auth_user_id"] == str(factor.user_id)


def test_the_session_key_changes_with_both_questions(factor: SecondFactor):
    client = Client()
    client.get(LOG_IN)
    client.post(LOG_IN, NAMED)
    first = client.session.session_key
    client.post(CODE, {"token": code_of(factor)})
    assert client.session.session_key != first
    assert "half_way" not in client.session


def test_nothing_that_was_typed_comes_back_or_is_kept(factor: SecondFactor, caplog):
    caplog.set_level(0)
    answer = half_way().post(CODE, {"token": "4711-plum-canary"})
    assert "plum" not in answer.text + caplog.text + str(list(AuditEntry.objects.values()))
