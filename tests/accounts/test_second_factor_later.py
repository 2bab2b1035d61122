"""二要素認証: recovery codes, the question in between, taking it away, making it a must, the way out."""

import html
import re
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import second_factor
from accounts.models import AuditEntry, LogInPolicy, RecoveryCode, SecondFactor
from tests.factories.rows import PASSWORD, account, logged_in
from tests.factories.second_factor_holder import (
    NAMED,
    actions,
    code_of,
    code_shown,
    demand,
    half_way,
    is_in,
    tired,
    with_factor,
    wrong_code_of,
)
from tests.pages.rights_table import FOR_EVERY_ACCOUNT, PAGES, address

LOG_IN, CODE, HOME = reverse("accounts:login"), reverse("accounts:code"), reverse("home")
FACTOR, SET_UP = reverse("accounts:factor"), reverse("accounts:set_up_factor")
RENEW, REMOVE = reverse("accounts:renew_codes"), reverse("accounts:remove_own_factor")
POLICY, CONFIRM = reverse("accounts:policy"), reverse("accounts:confirm")
RECOVERY_CODE = re.compile(r"<code>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</code>")
pytestmark = pytest.mark.django_db


# --- recovery codes


@pytest.fixture
def codes(factor: SecondFactor) -> list[str]:
    return second_factor.renew_codes(factor.user) or []


def test_a_recovery_code_lets_in_once_and_the_page_says_how_many_are_left(codes: list[str]):
    client = half_way()
    page = client.post(CODE, {"token": codes[3].upper().replace("-", " ")}, follow=True).text
    assert "残りは9個です" in page
    assert "残り9個" in client.get(FACTOR).text
    assert half_way().post(CODE, {"token": codes[3]}).status_code == 200
    assert half_way().post(CODE, {"token": codes[4]})["Location"] == HOME
    assert AuditEntry.objects.filter(action="code_used").count() == 2


def test_new_codes_make_the_old_ones_void(codes: list[str], factor: SecondFactor, later):
    client = half_way()
    client.post(CODE, {"token": code_of(factor)})
    fresh = RECOVERY_CODE.findall(client.post(RENEW).text)
    assert len(set(fresh) - set(codes)) == 10
    assert not second_factor.is_right(factor.user, codes[0])
    assert second_factor.is_right(factor.user, fresh[0])


def test_recovery_codes_are_of_one_account(codes: list[str]):
    other = with_factor(account("taro", "管理者"))
    assert not second_factor.is_right(other.user, codes[0])


def test_recovery_codes_work_with_keys_that_do_not_fit_and_the_page_says_so(codes: list[str], factor, settings):
    code = code_of(factor)
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    client = half_way()
    page = client.post(CODE, {"token": code})
    assert page.status_code == 200
    assert "リカバリーコードを入力するか" in html.unescape(page.text)
    assert client.post(CODE, {"token": codes[0]})["Location"] == HOME


# --- the question in between


@pytest.fixture
def inside(factor: SecondFactor, later) -> Client:
    """Logged in with both, a quarter of an hour ago."""
    client = half_way()
    client.post(CODE, {"token": code_of(factor)})
    later(30)
    return tired(client)


def test_the_question_after_a_quarter_of_an_hour_asks_for_both(inside: Client, factor: SecondFactor):
    assert inside.get(POLICY)["Location"].startswith(CONFIRM)
    for sent in ({"password": PASSWORD}, {"token": code_of(factor)}, {"password": "wrong", "token": code_of(factor)}):
        assert inside.post(CONFIRM, sent | {"next": POLICY}).status_code == 200
    assert inside.get(POLICY).status_code == 302
    sent = {"password": PASSWORD, "token": code_of(factor), "next": POLICY}
    assert inside.post(CONFIRM, sent)["Location"] == POLICY
    assert inside.get(POLICY).status_code == 200


def test_a_form_that_waits_keeps_neither_password_nor_code(inside: Client, factor: SecondFactor):
    sent = {"everyone_needs_factor": "on", "again-password": PASSWORD, "again-token": "424242"}
    page = inside.post(POLICY, sent).text
    assert 'name="everyone_needs_factor" value="on"' in page
    assert "424242" not in page
    assert PASSWORD not in page
    inside.post(POLICY, sent | {"again-token": code_of(factor)})
    assert LogInPolicy.objects.get().everyone_needs_factor


def test_a_new_password_needs_the_code_too(inside: Client, factor: SecondFactor):
    new = "correct horse battery"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    where = reverse("accounts:password")
    assert inside.post(where, sent).status_code == 200
    assert inside.post(where, sent | {"token": wrong_code_of(factor)}).status_code == 200
    assert inside.get(POLICY).status_code == 302  # and nobody is trusted by it
    assert inside.post(where, sent | {"token": code_of(factor)})["Location"] == where
    assert inside.get(POLICY).status_code == 200


@pytest.mark.parametrize("page", [RENEW, REMOVE])
def test_its_own_pages_ask_first(page: str, inside: Client):
    assert "ご本人であることを確認します" in inside.post(page).text
    assert RecoveryCode.objects.count() == 10


# --- taking it away


def test_a_person_can_take_their_own_away(inside: Client, factor: SecondFactor):
    inside.post(CONFIRM, {"password": PASSWORD, "token": code_of(factor)})
    assert inside.get(REMOVE).status_code == 200
    inside.post(REMOVE)
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert is_in(inside)
    assert Client().post(LOG_IN, NAMED)["Location"] == HOME
    assert "factor_removed" in actions()


def test_not_where_it_is_a_must(inside: Client, factor: SecondFactor):
    demand("管理者")
    inside.post(CONFIRM, {"password": PASSWORD, "token": code_of(factor)})
    assert inside.post(REMOVE)["Location"] == FACTOR
    assert SecondFactor.objects.exists()
    assert "二要素認証を解除する" not in inside.get(FACTOR).text


def test_an_administrator_takes_away_somebody_elses(admin: Client):
    taro = account("taro", "閲覧者")
    with_factor(taro)
    theirs = logged_in(taro)
    where = reverse("accounts:remove_factor", args=[taro.pk])
    assert where in admin.get(reverse("accounts:edit", args=[taro.pk])).text
    assert "声や対面で" in admin.get(where).text
    admin.post(where)
    assert second_factor.factor_of(taro) is None
    assert not is_in(theirs)
    entry = AuditEntry.objects.get(action="factor_removed")
    assert (entry.actor, entry.label) == ("佐藤 花子（hanako）", "taro")


def test_but_not_their_own_and_not_an_operators(admin: Client, administrator: User):
    root = User.objects.create_superuser("root")
    for user in (administrator, root):
        with_factor(user)
    for user in (administrator, root):
        admin.post(reverse("accounts:remove_factor", args=[user.pk]))
        assert second_factor.factor_of(user) is not None


def test_it_asks_who_it_is_before_taking_one_away(admin: Client):
    taro = account("taro")
    with_factor(taro)
    assert "ご本人であることを確認します" in tired(admin).post(reverse("accounts:remove_factor", args=[taro.pk])).text
    assert second_factor.factor_of(taro) is not None


# --- a must


def test_whoever_must_have_one_reaches_nothing_but_its_set_up(admin: Client, company, connected):
    demand("管理者")
    allowed = {"accounts:set_up_factor", "accounts:confirm"}
    for name, methods in PAGES.items():
        for method in methods:
            assert admin.generic(method, address(name, company)).headers.get("Location") == SET_UP, name
    for name in set(FOR_EVERY_ACCOUNT) - allowed:
        assert admin.get(reverse(name)).headers.get("Location") == SET_UP, name
    assert admin.get("/admin/").headers.get("Location") == SET_UP
    assert admin.get(reverse("integrations:jobs"), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "このアカウントは二要素認証が必須です" in admin.get(SET_UP).text
    admin.post(SET_UP, {"token": code_shown(admin)})
    assert admin.get(reverse("employees:list")).status_code == 200


def test_it_is_a_must_for_chosen_roles_for_everyone_or_for_nobody(admin: Client, viewer: Client):
    page = reverse("employees:list")
    for roles, everyone, held in (((), False, []), (("閲覧者",), False, [viewer]), ((), True, [admin, viewer])):
        demand(*roles, everyone=everyone)
        assert [client for client in (admin, viewer) if client.get(page).status_code == 302] == held


def test_operators_count_as_administrators(db):
    demand("管理者")
    root = logged_in(User.objects.create_superuser("root"))
    assert root.get(reverse("employees:list"))["Location"] == SET_UP


def test_people_who_have_one_notice_nothing(factor: SecondFactor):
    demand(everyone=True)
    client = half_way()
    client.post(CODE, {"token": code_of(factor)})
    assert client.get(reverse("employees:list")).status_code == 200


def test_the_setting_is_stored_shown_and_written_down(admin: Client):
    viewers = Group.objects.get(name="閲覧者")
    admin.post(POLICY, {"roles_that_need_factor": [viewers.pk]})
    page = admin.get(POLICY).text
    assert re.search(rf'value="{viewers.pk}"[^>]*checked', page)
    entry = AuditEntry.objects.get(action="changed_settings")
    assert entry.detail == {"changes": {"roles_that_need_factor": [[], ["閲覧者"]]}}
    admin.post(POLICY, {"roles_that_need_factor": [viewers.pk]})
    assert AuditEntry.objects.filter(action="changed_settings").count() == 1


def test_the_setting_asks_who_it_is(admin: Client):
    assert "ご本人であることを確認します" in tired(admin).post(POLICY, {"everyone_needs_factor": "on"}).text
    assert not LogInPolicy.objects.exists()


# --- the way out


def test_the_command_line_lets_the_last_administrator_in_again(factor: SecondFactor, later):
    demand("管理者")
    client = half_way()
    for _ in range(5):
        client.post(CODE, {"token": wrong_code_of(factor)})
    out = StringIO()
    call_command("unlock_login", "hanako", stdout=out)
    assert "二要素認証を解除しました" in out.getvalue()
    client = Client()
    assert client.post(LOG_IN, NAMED)["Location"] == HOME
    assert client.get(HOME)["Location"] == SET_UP
    assert AuditEntry.objects.get(action="factor_removed").actor == "システム"


def test_it_is_taken_away_also_with_keys_that_no_longer_read_it(factor: SecondFactor, settings):
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    call_command("unlock_login", "hanako", stdout=StringIO())
    assert not SecondFactor.objects.exists()


def test_the_command_line_names_what_it_needs():
    with pytest.raises(CommandError, match="ユーザー名"):
        call_command("unlock_login")
    with pytest.raises(CommandError, match="ありません"):
        call_command("unlock_login", "nobody-of-that-name")
