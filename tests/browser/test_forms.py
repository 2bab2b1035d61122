"""What forms do in a browser: sent once, files that travel, links that are copied, a log-in in between."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from employees.models import Employee
from integrations.files import upload_limit
from integrations.models import SyncJob
from tests.factories.browser import barriers, log_in
from tests.factories.rows import PASSWORD
from tests.integrations.files.files import csv_file

pytestmark = [pytest.mark.browser, pytest.mark.long]

DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.querySelector(".upload p").dispatchEvent(
      new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
  }
}"""


def test_a_button_is_busy_and_sends_once_until_the_answer_is_there(page: Page, hanako: User):
    page.clock.install()
    log_in(page, "/employees/new/")
    page.get_by_label("氏名（姓）").fill("新井")
    page.get_by_label("メールアドレス").fill("arai@example.co.jp")
    sent: list[Route] = []

    def lose(route: Route) -> None:
        sent.append(route)
        route.fulfill(status=204)  # the browser stays where it is

    page.route("**/employees/new/", lose)
    button = page.get_by_role("button", name="登録する")
    button.click()
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(page.get_by_text("送信しています")).to_be_attached()
    button.click(force=True)
    page.get_by_label("氏名（姓）").press("Enter")
    expect(button).to_have_attribute("aria-disabled", "true")
    assert len(sent) == 1
    page.unroute("**/employees/new/")
    page.clock.fast_forward(31_000)
    expect(button).not_to_have_attribute("aria-disabled", "true")
    button.click()
    expect(page.get_by_text("新井さんを登録しました")).to_be_visible()
    assert Employee.objects.count() == 1


def test_a_file_is_dropped_on_the_card_and_a_bar_shows_how_far_it_is(page: Page, hanako: User):
    log_in(page, "/imports/employees/")
    text = csv_file(["社員番号", "姓", "メールアドレス"], ["1", "新井" * 300_000, "a@example.co.jp"]).decode()
    page.evaluate(DROP, ["社員.txt", "x"])
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.get_by_text("この種類のファイルは取り込めません")).to_be_visible()
    assert barriers(page) == []
    page.evaluate(DROP, ["社員.csv", text])
    assert page.get_by_label("ファイル （必須）").evaluate("box => box.files[0].name") == "社員.csv"
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 150_000}
    line.send("Network.emulateNetworkConditions", slow)
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.get_by_role("progressbar", name="ファイルの送信")).to_be_visible()
    expect(page.get_by_text(re.compile("(25|50|75)% 送信しました"))).to_be_attached()
    expect(page.get_by_text("MB / ")).to_be_visible()
    page.get_by_role("link", name="送信をやめる").click()
    expect(page.get_by_role("progressbar", name="ファイルの送信")).to_be_hidden()
    assert not SyncJob.objects.exists()
    line.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    page.evaluate(DROP, ["社員.csv", text])
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.get_by_text("待機中")).to_be_visible()
    assert page.url.endswith(SyncJob.objects.get().get_absolute_url())


def test_a_file_that_is_too_large_is_told_before_it_travels(page: Page, hanako: User, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("integrations.views.imports.LARGEST_UPLOAD", 10)
    log_in(page, "/imports/employees/")
    file = tmp_path / "社員.csv"
    file.write_bytes(b"x" * 11)
    page.get_by_label("ファイル （必須）").set_input_files(file)
    expect(page.get_by_text("ファイルが大きすぎます（0.0 MB）")).to_be_visible()
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.get_by_text("ファイルが大きすぎます")).to_be_visible()
    assert upload_limit.LARGEST_UPLOAD > 10
    assert not SyncJob.objects.exists()


def test_what_is_wrong_has_the_focus_when_a_form_comes_back(page: Page, hanako: User):
    log_in(page, "/settings/automation/")
    page.get_by_label("スケジュールで自動実行する").check()
    page.get_by_role("button", name="保存する", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    addresses = page.get_by_label("送り先のメールアドレス")
    addresses.fill("hanako")
    page.get_by_role("button", name="通知の設定を保存する").click()
    expect(addresses).to_be_focused()
    expect(addresses).to_be_in_viewport()


def test_a_link_is_copied(page: Page, hanako: User):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    log_in(page, "/settings/accounts/invite/")
    for label, text in (("姓", "田中"), ("メールアドレス", "tanaka@example.co.jp"), ("ユーザー名", "tanaka")):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="招待する").click()
    link = page.get_by_label("本人に渡すリンク").input_value()
    page.get_by_role("button", name="リンクをコピーする").click()
    expect(page.get_by_role("button", name="コピーしました")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link
    assert barriers(page) == []


def test_what_was_typed_is_there_after_a_log_in_in_between(page: Page, hanako: User):
    log_in(page, "/employees/new/")
    page.get_by_label("氏名（姓）").fill("新井")
    page.get_by_label("メールアドレス").fill("arai@example.co.jp")
    page.get_by_label("性別").select_option("女性")
    Session.objects.all().delete()
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_text("ログインの有効期限が切れたか")).to_be_visible()
    assert barriers(page) == []
    page.get_by_label("ユーザー名").fill("hanako")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログインする").click()
    expect(page.get_by_text("まだ行われていません")).to_be_visible()
    expect(page.get_by_label("性別")).to_have_value("female")
    page.get_by_role("button", name="登録する").click()
    expect(page.get_by_text("新井さんを登録しました")).to_be_visible()
    page.goto("/imports/employees/")
    Session.objects.all().delete()
    page.evaluate(DROP, ["社員.csv", "x"])
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.get_by_text("ファイルを受け取っていません")).to_be_visible()
