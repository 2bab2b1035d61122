"""The ways in, in a real browser: second factor by keyboard alone, recovery codes, the provider's button; no barriers,
no overflow.
"""

import re
from collections.abc import Callable

import pyotp
import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from accounts.models import LogInPolicy
from tests.factories.browser import NARROW, WIDE, barriers, log_in, overflow
from tests.factories.rows import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.long]
OpenPage = Callable[[int], Page]


def problems(page: Page) -> list[str]:
    """Barriers, and what does not fit, on a wide and on a narrow screen."""
    return [problem for width in (WIDE, NARROW) for problem in [*overflow(page, width), *barriers(page)]]


def test_whoever_must_have_one_sets_it_up_and_logs_in_with_it(open_page: OpenPage, hanako: User):
    LogInPolicy.objects.create(pk=1, everyone_needs_factor=True)
    page = open_page(NARROW)
    page.goto("/accounts/login/")
    page.get_by_label("ユーザー名").fill("hanako")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-factor/set-up/")
    expect(page.get_by_text("このアカウントは二要素認証が必須です")).to_be_visible()
    picture = page.get_by_role("img", name="QR コード").bounding_box()
    assert picture is not None
    assert picture["width"] == pytest.approx(picture["height"], abs=2)
    assert picture["width"] >= 150
    shown = page.locator(".secret-key").inner_text().replace(" ", "")
    assert problems(page) == []

    page.get_by_label("確認コード").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("確認コードが正しくありません")).to_be_visible()
    assert problems(page) == []
    page.get_by_label("確認コード").fill(pyotp.TOTP(shown).now())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="リカバリーコード", level=1)).to_be_visible()
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    assert problems(page) == []
    page.get_by_role("link", name="保管しました").click()
    page.goto("/accounts/second-factor/")
    assert codes[0] not in page.content()
    assert problems(page) == []

    again = open_page(NARROW)
    again.goto("/accounts/login/?next=/accounts/second-factor/")
    again.get_by_label("ユーザー名").fill("hanako")
    again.get_by_label("パスワード").fill(PASSWORD)
    again.keyboard.press("Enter")
    expect(again.get_by_label("確認コード")).to_be_focused()
    again.keyboard.type("123")
    again.keyboard.press("Enter")
    expect(again.get_by_text("確認コードが正しくないか")).to_be_visible()
    assert problems(again) == []
    again.get_by_label("確認コード").fill(codes[0])
    again.keyboard.press("Enter")
    again.wait_for_url("**/accounts/second-factor/")
    expect(again.get_by_text("リカバリーコードを1つ使いました。残りは9個です")).to_be_visible()
    assert problems(again) == []


def test_the_provider_and_the_settings_have_no_barriers(open_page: OpenPage, hanako: User, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    page = open_page(NARROW)
    page.goto("/accounts/login/")
    expect(page.get_by_role("link", name="会社のアカウントでログインする")).to_be_visible()
    assert problems(page) == []
    page.get_by_role("link", name="会社のアカウントでログインする").click()
    expect(page.get_by_text("会社の認証サービスに接続できませんでした")).to_be_visible()
    assert problems(page) == []
    log_in(page, "/settings/log-in/")
    assert problems(page) == []
    page.get_by_label("全員に必須とする").check()
    page.get_by_role("button", name="保存する").click()
    expect(page).to_have_url(re.compile("/second-factor/set-up/$"))
    LogInPolicy.objects.update(everyone_needs_factor=False, allows_passwords=False)
    stranger = open_page(NARROW)
    stranger.goto("/accounts/login/")
    expect(stranger.get_by_label("パスワード")).to_have_count(0)
    assert problems(stranger) == []
