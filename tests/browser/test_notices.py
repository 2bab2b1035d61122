"""通知 in a browser: an address is entered, a test arrives at a real SMTP server, and the page says so."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.factories.browser import barriers, log_in
from tests.factories.mail_server import mail_server

pytestmark = pytest.mark.browser


def test_notices_are_turned_on_and_a_test_is_sent(page: Page, hanako, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server() as post:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", post.port
        log_in(page)
        page.get_by_role("link", name="自動実行").click()
        page.get_by_label("通知を送る").check()
        page.get_by_label("送り先のメールアドレス").fill("hanako")
        page.get_by_role("button", name="通知の設定を保存する").click()
        expect(page.get_by_text("「hanako」はメールアドレスではありません")).to_be_visible()
        assert barriers(page) == []
        page.get_by_label("送り先のメールアドレス").fill("hanako@example.co.jp")
        page.get_by_role("button", name="通知の設定を保存する").click()
        expect(page.get_by_text(re.compile("^メール1件に知らせます"))).to_be_visible()
        page.get_by_role("button", name="テスト送信").click()
        expect(page.get_by_text("1件に送信しました")).to_be_visible()
        assert [to for to, _ in post.letters] == [["hanako@example.co.jp"]]
