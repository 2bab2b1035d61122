"""A file with a bad row, from the upload page to 成功, as somebody does it who sees it for the first time."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from employees.models import Employee
from integrations.jobs.inline import run_inline
from integrations.models import SyncJob
from tests.factories.browser import log_in
from tests.factories.rows import make_person
from tests.integrations.files.files import csv_file

pytestmark = [pytest.mark.browser, pytest.mark.long]

HEADER = ["社員番号", "姓", "名", "メールアドレス", "役職"]
AOYAMA = ["0001", "青山", "直樹1", "p1@example.co.jp", "部長"]
INOUE = ["0012", "井上", "花", "inoue@example.co.jp", ""]


def work(page: Page) -> None:
    """What the worker does meanwhile, once the page of the run is there."""
    expect(page.get_by_text("待機中")).to_be_visible()
    run_inline(SyncJob.objects.unfinished().get())
    page.reload()


def test_a_bad_row_is_seen_before_it_is_stored_and_mended_by_the_next_file(page: Page, hanako: User, tmp_path: Path):
    make_person(1, position="課長")
    file = tmp_path / "社員.csv"
    file.write_bytes(csv_file(HEADER, AOYAMA, [*INOUE[:3], "inoue＠example.co.jp", ""], encoding="cp932"))
    log_in(page, "/employees/")
    page.get_by_role("button", name="社員情報を一括操作").click()
    page.get_by_role("link", name="社員CSVを取り込む").click()
    page.get_by_role("button", name="内容を確認する").click()
    expect(page.get_by_text("ファイルを選択してください")).to_be_visible()
    page.get_by_label("ファイル （必須）").set_input_files(file)
    page.get_by_role("button", name="内容を確認する").click()
    work(page)
    expect(page.get_by_text("確認待ち").first).to_be_visible()
    expect(page.get_by_text("3行目：")).to_be_visible()
    expect(page.locator("#changes")).to_contain_text("課長")
    assert Employee.objects.get().position == "課長"

    page.get_by_role("button", name="確認して実行").click()
    work(page)
    expect(page.get_by_text("一部エラー").first).to_be_visible()
    expect(page.get_by_text("3行目：")).to_be_visible()
    assert Employee.objects.get().position == "部長"

    file.write_bytes(csv_file(HEADER, AOYAMA, INOUE))
    page.get_by_role("link", name="社員CSVをもう一度取り込む").click()
    page.get_by_label("ファイル （必須）").set_input_files(file)
    page.get_by_role("button", name="内容を確認する").click()
    work(page)
    page.get_by_role("button", name="確認して実行").click()
    work(page)
    expect(page.get_by_text("成功").first).to_be_visible()
    page.get_by_role("link", name="自社社員管理で結果を確認する").click()
    expect(page.get_by_role("link", name="井上 花")).to_be_visible()

    page.get_by_label("検索").fill("井上")
    expect(page.get_by_role("link", name="青山 直樹1")).to_be_hidden()
    page.get_by_role("button", name="社員情報を一括操作").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="社員をダウンロード（CSV）").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert "0012" in text
    assert "青山" not in text
