"""自動実行: a schedule is set by keyboard and mouse, read back as a sentence, and stopped."""

from datetime import time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from integrations.models import AutomaticRun, SyncJob
from tests.factories.browser import barriers, log_in
from tests.factories.rows import make_job

pytestmark = pytest.mark.browser


def test_a_schedule_is_set_and_stopped(page: Page, hanako, connected, settings):
    settings.KAONAVI_MAINTENANCE = (time(1), time(6))
    now = timezone.now()
    for hours, outcome, status in ((12, "done", "succeeded"), (24, "broken_off", "failed")):
        begun = now - timedelta(hours=hours)
        run = AutomaticRun.objects.create(
            cause="schedule", due_at=begun, created_at=begun, ended_at=begun, outcome=outcome
        )
        make_job(status, "departments", automatic_run=run, cause="schedule")
    log_in(page)
    page.get_by_role("link", name="自動実行を設定する").click()
    form = page.locator("form").filter(has=page.get_by_role("heading", name="スケジュール"))
    form.get_by_label("スケジュールで自動実行する").check()
    for day in "月木":
        form.get_by_label(f"{day}曜日").check()
    form.get_by_label("時刻", exact=True).fill("3:00、7:00、19:00")
    form.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("月・木曜日の3:00、7:00と19:00（祝日を除く）に、")).to_be_visible()
    expect(page.get_by_text("3:00は、カオナビのメンテナンスの時間帯").first).to_be_visible()
    page.get_by_role("button", name="自動実行を止める").click()
    expect(page.get_by_text("自動実行は止められています。")).to_be_visible()
    page.get_by_role("button", name="自動実行を再開する").click()
    expect(page.get_by_role("button", name="自動実行を止める")).to_be_visible()


def test_a_click_at_night_is_asked_about(page: Page, hanako, connected, settings):
    settings.KAONAVI_MAINTENANCE = (time.min, time.max)
    log_in(page)
    page.goto("/departments/")
    page.get_by_role("button", name="一括操作").click()
    page.get_by_role("button", name="カオナビと同期", exact=True).click()
    expect(page.get_by_role("heading", name="カオナビのメンテナンスの時間帯")).to_be_visible()
    expect(page.get_by_role("heading", name="部署管理")).to_be_hidden()
    assert barriers(page) == []
    page.get_by_role("button", name="このまま実行する").click()
    expect(page.get_by_text("バックグラウンド処理を開始しました")).to_be_visible()
    told = page.locator("#said")
    expect(told.get_by_text("待機中", exact=True)).to_be_visible()
    SyncJob.objects.update(status="succeeded", started_at=timezone.now(), finished_at=timezone.now(), created=12)
    expect(told.get_by_text("成功", exact=True)).to_be_visible()
    expect(told.get_by_text("新規 12")).to_be_visible()
