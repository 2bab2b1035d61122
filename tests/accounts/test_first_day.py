"""The first day: a code from the machine makes the first account, then the address and カオナビ's keys are asked for."""

import re
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.first_day import FirstDayOverError, create_first_administrator, new_setup_code
from accounts.models import AuditEntry, Installation, SetupCode
from accounts.site import site_url
from tests.factories.rows import account

pytestmark = pytest.mark.django_db
LOG_IN, ADDRESS, KEYS = reverse("accounts:login"), reverse("accounts:site_address"), reverse("integrations:connection")
TITLE = "最初の管理者を作成する"
PERSON = {
    "last_name": "佐藤",
    "first_name": "花子",
    "username": "hanako",
    "email": "hanako@example.co.jp",
    "password1": "correct horse battery",
    "password2": "correct horse battery",
}


def printed_code() -> str:
    out = StringIO()
    call_command("setup_code", stdout=out)
    return out.getvalue().strip()


def send(client: Client, code: str, **others: str):
    return client.post(LOG_IN, {**PERSON, "code": code, **others}, headers={"Host": "testserver:8000"})


def test_without_an_account_the_log_in_page_makes_the_first_one(anonymous: Client):
    assert TITLE in anonymous.get(LOG_IN).text
    account("hanako")
    assert TITLE not in anonymous.get(LOG_IN).text


def test_whoever_has_the_code_is_in_as_an_administrator_and_is_asked_for_the_address(anonymous: Client):
    answer = send(anonymous, printed_code())
    assert (answer.status_code, answer["Location"]) == (302, f"{ADDRESS}?next=%2Fsettings%2Fkaonavi%2F")
    hanako = User.objects.get()
    assert (hanako.username, hanako.is_superuser, hanako.is_staff) == ("hanako", True, True)
    assert hanako.check_password(PERSON["password1"])
    page = anonymous.get(answer["Location"])
    assert 'value="http://testserver:8000"' in page.text
    assert (site_url(), SetupCode.objects.count()) == ("http://testserver:8000", 0)


def test_the_audit_trail_tells_of_the_account_its_address_and_the_log_in(anonymous: Client):
    send(anonymous, printed_code())
    told = list(AuditEntry.objects.order_by("pk").values_list("action", "what", "actor"))
    who = "佐藤 花子（hanako）"
    assert told == [
        ("created", "アカウント", who),
        ("changed_settings", "画面のアドレス", who),
        ("logged_in", "", who),
    ]


def test_a_wrong_code_is_told_and_makes_nothing(anonymous: Client):
    printed_code()
    page = send(anonymous, "aaaa-bbbb-cccc-dddd")
    assert "セットアップコードが正しくありません" in page.text
    assert PERSON["password1"] not in page.text
    assert (User.objects.count(), SetupCode.objects.count()) == (0, 1)
    assert AuditEntry.objects.values_list("action", "what").get() == ("log_in_failed", "セットアップコード")


def test_without_a_printed_code_no_code_is_right(anonymous: Client):
    assert "セットアップコードが正しくありません" in send(anonymous, "x").text
    assert "セットアップコードを入力してください" in send(anonymous, "").text


def test_a_code_may_be_typed_in_any_way_and_a_new_one_voids_it(anonymous: Client):
    old, new = printed_code(), printed_code()
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", new)
    assert "正しくありません" in send(anonymous, old).text
    assert send(anonymous, new.upper().replace("-", "　")).status_code == 302


def test_a_weak_password_or_a_blank_name_is_told_and_spends_no_code(anonymous: Client):
    code = printed_code()
    page = send(anonymous, code, password1="123", password2="123", last_name="")
    assert "短すぎます" in page.text
    assert code in page.text  # it need not be copied again
    assert (User.objects.count(), SetupCode.objects.count()) == (0, 1)


def test_too_many_wrong_codes_from_one_place_are_not_looked_at_any_more(anonymous: Client):
    for _ in range(50):
        send(anonymous, "wrong")
    assert send(anonymous, printed_code()).status_code == 429
    assert User.objects.count() == 0


def test_afterwards_there_is_no_code_and_the_old_one_opens_nothing(anonymous: Client):
    code = printed_code()
    send(anonymous, code)
    with pytest.raises(CommandError, match="アカウントがすでにあります"):
        call_command("setup_code")
    with pytest.raises(FirstDayOverError):
        create_first_administrator(User(username="taro"), code=code, address="http://localhost")
    assert "最初の管理者は、すでに作成されています" in Client().post(LOG_IN, {**PERSON, "code": code}, follow=True).text
    assert User.objects.count() == 1


def test_somebody_who_was_faster_is_told_about(anonymous: Client, monkeypatch):
    code = printed_code()
    anonymous.get(LOG_IN)
    monkeypatch.setattr("accounts.views.log_in.is_first_day", lambda: True)  # as it was when the page was asked
    account("taro")
    page = anonymous.post(LOG_IN, {**PERSON, "code": code})
    assert (page.status_code, page["Location"]) == (302, LOG_IN)
    monkeypatch.undo()
    assert "すでに作成されています" in anonymous.get(LOG_IN).text
    assert User.objects.get().username == "taro"


def test_an_address_that_a_variable_says_is_not_asked_for(anonymous: Client, settings):
    settings.IS_SITE_URL_GIVEN, settings.SITE_URL = True, "https://mikiwame.example.co.jp"
    assert send(anonymous, printed_code())["Location"] == KEYS
    assert not Installation.objects.exists()
    page = anonymous.get(ADDRESS).text
    assert "サーバーの設定で決められています" in page
    assert "このアドレスにする" not in page
    anonymous.post(ADDRESS, {"address": "http://testserver"})
    assert not Installation.objects.exists()


def test_the_proposed_address_is_one_click_and_leads_to_the_keys(admin: Client):
    answer = admin.post(ADDRESS, {"address": "http://testserver/", "next": KEYS})
    assert (answer.status_code, answer["Location"]) == (302, KEYS)
    assert Installation.objects.get().site_url == "http://testserver"
    assert "認証情報の入力" in admin.get(KEYS).text


def test_another_address_than_the_one_opened_is_asked_about_first(admin: Client, settings):
    settings.ALLOWED_HOSTS = [".example.co.jp", "testserver"]
    wanted = {"address": "https://Mikiwame.example.co.jp", "next": KEYS}
    question = admin.post(ADDRESS, wanted).text
    assert "いまのアドレスでは開けなくなります" in question
    assert "保存するまでは「このアドレスでは開けません」と表示されます" in question
    assert not Installation.objects.exists()
    page = admin.post(ADDRESS, {**wanted, "is_sure": "on"})
    assert f'href="https://mikiwame.example.co.jp{KEYS}"' in page.text
    assert Installation.objects.get().site_url == "https://mikiwame.example.co.jp"


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("mikiwame.example.co.jp", "http:// または https://"),
        ("https://testserver/mikiwame", "パスは付けられません"),
        ("https://taro@testserver", "ユーザー名"),
        ("https://my_machine.example", "使えない文字"),  # no request for such a name is answered
        ("https://elsewhere.example", "DJANGO_ALLOWED_HOSTS"),
        ("", "画面のアドレスを入力してください"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused(admin: Client, address: str, problem: str):
    assert problem in admin.post(ADDRESS, {"address": address, "is_sure": "on"}).text
    assert not Installation.objects.exists()


def test_choosing_the_same_address_again_leaves_no_trace(admin: Client):
    for _ in range(2):
        admin.post(ADDRESS, {"address": "http://testserver"})
    assert AuditEntry.objects.filter(what="画面のアドレス").count() == 1


def test_a_code_of_another_run_of_the_command_is_stored_as_a_digest_alone():
    code = new_setup_code()
    assert code not in SetupCode.objects.get().digest


def test_what_the_launcher_does_first_prints_the_code_while_there_is_no_account(anonymous: Client, settings):
    settings.DEBUG = True  # nothing is collected
    out = StringIO()
    call_command("prepare", stdout=out)
    assert send(anonymous, out.getvalue()).status_code == 302
    again = StringIO()
    call_command("prepare", stdout=again)
    assert again.getvalue() == ""
