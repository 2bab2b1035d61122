"""A 16タイプ that nobody has told us, from the warning in the list of runs to 成功 without one."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from integrations.jobs.inline import run_inline
from integrations.models import SyncJob
from tests.factories.browser import log_in
from tests.factories.rows import make_person
from tests.integrations.files.files import csv_file

pytestmark = [pytest.mark.browser, pytest.mark.long]


def take(page: Page, file: Path) -> None:
    """Send the file, look at what it would do, and store it; the worker's part is done here."""
    page.goto("/imports/results/")
    page.get_by_label("ファイル （必須）").set_input_files(file)
    page.get_by_role("button", name="内容を確認する").click()
    for _ in range(2):
        expect(page.get_by_text("待機中").first).to_be_visible()
        run_inline(SyncJob.objects.unfinished().get())
        page.reload()
        if (approve := page.get_by_role("button", name="確認して実行")).count():
            approve.click()


def test_an_unknown_type_becomes_an_alias_and_the_next_file_brings_no_warning(page: Page, hanako: User, tmp_path: Path):
    person = make_person(1)
    file = tmp_path / "results.csv"
    file.write_bytes(csv_file(["社員番号", "受検日", "16タイプ"], ["0001", "2026/04/01", "オールラウンダー"]))
    log_in(page, "/jobs/")
    take(page, file)
    expect(page.get_by_text("「オールラウンダー」が設定にないため")).to_be_visible()
    expect(page.get_by_role("heading", name="設定にない16タイプ")).to_be_visible()
    page.get_by_role("link", name="既存のタイプの別名にする").click()
    expect(page.get_by_text("検査結果1件に、そのタイプが設定されます")).to_be_visible()
    page.get_by_label("16タイプ").select_option("ブレイン（参謀）")
    page.get_by_role("button", name="別名にする").click()
    expect(page.get_by_text("検査結果1件に16タイプを設定しました")).to_be_visible()
    page.goto(person.assessments.get().get_absolute_url())
    expect(page.get_by_text("ブレイン（参謀）")).to_be_visible()

    page.goto("/jobs/")
    take(page, file)
    expect(page.get_by_text("成功").first).to_be_visible()
    expect(page.get_by_text("設定にない16タイプ")).to_have_count(0)
    job = SyncJob.objects.latest("pk")
    assert (job.status, job.unchanged, job.issues.count()) == ("succeeded", 1, 0)
