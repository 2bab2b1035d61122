"""From the invitation to the first page: an administrator hands over a link, the person sees their own people alone."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.links import make_code
from tests.factories.browser import WIDE, barriers, log_in
from tests.factories.rows import make_department, make_person

pytestmark = pytest.mark.browser
GOOD = "correct horse battery"


def test_the_code_of_a_link_is_out_of_sight_at_once(page: Page, hanako: User, site: str):
    code = make_code(hanako)
    page.goto(f"{reverse('accounts:first_password')}#{code}")
    expect(page.get_by_label("コード")).to_have_value(code)
    assert page.url == f"{site}{reverse('accounts:first_password')}"  # nor is it in the browser's history


@pytest.mark.long
def test_an_invited_person_sets_a_password_and_sees_only_their_people(open_page: Callable[[int], Page], hanako: User):
    sales = make_department("100", "営業本部")
    make_person(1, last_name="赤井", department=make_department("110", "営業第一部", sales))
    make_person(2, last_name="白石", department=make_department("200", "開発本部"))

    page = open_page(WIDE)
    log_in(page, "/settings/")
    page.get_by_role("link", name="カスタム権限を管理する").click()
    page.get_by_role("link", name="権限を作成する").click()
    page.get_by_label("権限の名前").fill("営業本部長")
    page.get_by_label("社員を登録・編集する").check()
    page.get_by_label("部署を限定する").check()
    page.get_by_role("combobox", name="限定する部署").fill("営業本部")
    page.get_by_role("option", name="営業本部").first.click()
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("選んだ権限に必要な「社員を見る」も付けました")).to_be_visible()

    page.goto("/settings/accounts/invite/")
    for label, text in (("姓", "田中"), ("メールアドレス", "tanaka@example.co.jp"), ("ユーザー名", "tanaka")):
        page.get_by_label(label).fill(text)
    page.get_by_label("権限").select_option("営業本部長")
    page.get_by_role("button", name="招待する").click()
    link = page.get_by_label("本人に渡すリンク").input_value()
    path, _, code = link.removeprefix("http://localhost:8000").partition("#")
    assert barriers(page) == []

    person = open_page(360)
    person.goto(f"{path}#{code}")
    person.get_by_label("新しいパスワード", exact=True).fill(GOOD)
    person.get_by_label("新しいパスワード(確認用)").fill(GOOD)
    assert barriers(person) == []
    person.get_by_role("button", name="設定する").click()
    expect(person.get_by_text("パスワードを設定しました")).to_be_visible()
    person.get_by_label("ユーザー名").fill("tanaka")
    person.get_by_label("パスワード").fill(GOOD)
    person.get_by_role("button", name="ログインする").click()
    expect(person.get_by_role("heading", name="ホーム")).to_be_visible()
    person.goto("/employees/")
    expect(person.get_by_text("赤井").first).to_be_visible()
    expect(person.get_by_text("白石")).to_have_count(0)
