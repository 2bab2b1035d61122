"""A name clash after a reorganisation: from 一部エラー in the list of jobs to 成功, and nobody is lost on the way."""

import pytest
from playwright.sync_api import Page, expect

from departments.models import Department
from integrations import actions
from integrations.jobs.inline import run_inline
from integrations.kaonavi.simulator.server import run_in_thread
from integrations.kaonavi.simulator.tenant import Tenant
from integrations.models import SyncJob
from tests.factories.browser import log_in
from tests.factories.rows import make_person

pytestmark = [pytest.mark.browser, pytest.mark.long]


def take_over() -> SyncJob:
    """What the worker does with the run that waits."""
    job = SyncJob.objects.unfinished().get()
    run_inline(job)
    job.refresh_from_db()
    return job


def test_a_department_whose_code_was_changed_keeps_its_row_and_its_people(page: Page, hanako, settings):
    tenant = Tenant()
    tenant.tick_all()
    moved = tenant.add_department("A001", "営業部")
    with run_in_thread(tenant) as settings.KAONAVI_API_URL:
        keys = tenant.credentials
        actions.connect(key=keys.consumer_key, secret=keys.consumer_secret, by=hanako)
        run_inline(actions.start_job(kind="departments", by=hanako, inline=True))
        sales = Department.objects.get(name="営業部")
        for number in range(3):
            make_person(number, department=sales)

        moved.code = "B001"  # the reorganisation
        log_in(page, "/departments/")
        page.get_by_role("button", name="一括操作").click()
        page.get_by_role("button", name="カオナビと同期", exact=True).click()
        expect(page.get_by_text("バックグラウンド処理を開始しました")).to_be_visible()
        assert take_over().status == "partial"
        page.get_by_role("link", name="同期の実行状況を確認する").click()
        expect(page.locator("#jobs").get_by_text("一部エラー")).to_be_visible()
        page.get_by_role("link", name="カオナビ部署情報取込").first.click()

        expect(page.get_by_text("部署名重複エラー：")).to_be_visible()
        expect(page.get_by_text("新規", exact=True).nth(1)).to_be_visible()  # beside the issue, under its 区分
        page.get_by_role("link", name="この部署のコードを B001 に変更する").click()
        for fact in ("A001", "B001", "3名"):
            expect(page.get_by_role("definition").filter(has_text=fact)).to_be_visible()
        page.get_by_role("button", name="変更する").click()
        expect(page.get_by_text("部署「営業部」の部署コードを「B001」に変更しました")).to_be_visible()
        page.get_by_role("button", name="もう一度同期する").click()
        expect(page.get_by_text("バックグラウンド処理を開始しました")).to_be_visible()
        mended = take_over()

    page.goto(mended.get_absolute_url())
    expect(page.get_by_text("成功", exact=True)).to_be_visible()
    page.get_by_role("link", name="解消 1件").click()
    expect(page.get_by_text("部署名重複エラー：")).to_be_visible()
    page.get_by_role("link", name="部署管理で結果を確認する").click()
    page.get_by_role("link", name="営業部の詳細").click()
    expect(page.get_by_role("link", name="3名")).to_be_visible()
    expect(page.get_by_text("B001")).to_be_visible()
    sales.refresh_from_db()
    assert (sales.code, sales.employees.count(), Department.objects.count()) == ("B001", 3, 1)
    assert sales.missing_since is None
