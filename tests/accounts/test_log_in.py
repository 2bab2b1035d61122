from django.test import Client
from django.urls import reverse

from tests.factories.rows import PASSWORD

LOG_IN = reverse("accounts:login")


def test_it_asks_for_name_and_password_in_japanese(anonymous: Client):
    page = anonymous.get(LOG_IN).text
    assert "ログインする" in page
    assert "サブメニュー" not in page


def test_it_leads_back_to_the_page_that_was_asked_for(anonymous: Client, administrator):
    wanted = reverse("integrations:jobs")
    answer = anonymous.post(f"{LOG_IN}?next={wanted}", {"username": "hanako", "password": PASSWORD, "next": wanted})
    assert answer["Location"] == wanted


def test_it_does_not_follow_an_address_of_somebody_else(anonymous: Client, administrator):
    elsewhere = "https://example.com/"
    answer = anonymous.post(LOG_IN, {"username": "hanako", "password": PASSWORD, "next": elsewhere})
    assert answer["Location"] == reverse("home")


def test_it_says_when_name_or_password_is_wrong_and_does_not_give_the_password_back(anonymous: Client, administrator):
    answer = anonymous.post(LOG_IN, {"username": "hanako", "password": "something else"})
    assert "something else" not in answer.text
    assert 'role="alert"' in answer.text


def test_it_logs_out_on_post_alone(admin: Client):
    assert admin.get(reverse("accounts:logout")).status_code == 405
    assert admin.post(reverse("accounts:logout"))["Location"] == LOG_IN
    assert admin.get(reverse("employees:list")).status_code == 302


def test_it_shows_name_sub_menu_and_contact_on_every_page(admin: Client, settings):
    settings.SUPPORT_URL, settings.SUPPORT_HOURS = "https://support.example.jp/", "平日9時から18時"
    page = admin.get(reverse("integrations:jobs")).text
    assert "佐藤 花子 さん" in page
    menu = page[page.index("<nav") :]
    places = [menu.index(word) for word in ("自社社員管理", "ダウンロード一覧", "バックグラウンド処理一覧", "設定")]
    assert places == sorted(places)
    assert '<a href="https://support.example.jp/" rel="noreferrer">お問い合わせ</a>' in page
    assert "対応時間：平日9時から18時" in page


def test_it_never_puts_the_log_in_form_into_the_middle_of_a_live_page(anonymous: Client):
    answer = anonymous.get(reverse("integrations:jobs"), headers={"HX-Request": "true"}, follow=True)
    assert answer["HX-Refresh"] == "true"
    assert answer.content == b""
