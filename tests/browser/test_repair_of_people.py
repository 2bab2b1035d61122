"""What goes wrong with people, from the run that shows it to 成功 at the next one, by the buttons alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from employees.models import Employee
from integrations import actions
from integrations.jobs.inline import run_inline
from integrations.kaonavi.simulator.server import run_in_thread
from integrations.kaonavi.simulator.tenant import Tenant
from integrations.models import SyncJob
from tests.factories.browser import log_in
from tests.factories.rows import PASSWORD, make_result

pytestmark = pytest.mark.browser


@pytest.fixture
def tenant(hanako, settings) -> Iterator[Tenant]:
    """カオナビ with three members, connected, whom a sync has brought."""
    company = Tenant()
    company.tick_all()
    for number, name in enumerate(("青山 直樹", "赤井 誠", "井上 花"), start=1):
        company.add_member(f"000{number}", name=name, name_kana="テスト カナ", mail=f"old{number}@example.co.jp")
    with run_in_thread(company) as settings.KAONAVI_API_URL:
        keys = company.credentials
        actions.connect(key=keys.consumer_key, secret=keys.consumer_secret, by=hanako)
        run_inline(actions.start_job(kind="employees", by=hanako, inline=True))
        yield company


def sync(page: Page, status: str = "成功") -> SyncJob:
    """By the menu; then the run as the worker would do it, and its page."""
    page.goto("/employees/")
    page.get_by_role("button", name="社員情報を一括操作").click()
    page.locator(":popover-open").get_by_role("button", name="カオナビと同期", exact=True).click()
    expect(page.get_by_text("バックグラウンド処理を開始しました")).to_be_visible()
    job = SyncJob.objects.unfinished().get()
    run_inline(job)
    job.refresh_from_db()
    page.get_by_role("link", name="同期の実行状況を確認する").click()
    page.get_by_role("link", name="カオナビ社員情報取込").first.click()
    expect(page.get_by_text(status, exact=True)).to_be_visible()
    return job


def carry_on(page: Page) -> None:
    """The run that was just asked for, as the worker would do it, and its page."""
    expect(page.get_by_text("待機中").first).to_be_visible()
    run_inline(SyncJob.objects.unfinished().get())
    page.reload()


def test_somebody_whose_address_changed_in_kaonavi_is_one_person_again_by_merging(page: Page, tenant: Tenant):
    old = Employee.objects.get(email="old1@example.co.jp")
    result = make_result(old)
    tenant.state.members[0].mail = "new1@example.co.jp"
    page.goto("/")
    page.get_by_label("ユーザー名").fill("hanako")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログインする").click()
    page.get_by_role("link", name="自社社員管理").click()
    expect(page.get_by_role("link", name="青山 直樹")).to_be_visible()
    assert sync(page).created == 1
    expect(page.get_by_role("heading", name="社員番号の重複")).to_be_visible()
    page.get_by_role("link", name="重複した社員を統合する").click()
    expect(page.get_by_role("radio", name="new1@example.co.jp")).to_be_checked()  # the one that カオナビ has
    page.get_by_role("button", name="統合する").click()
    expect(page.get_by_text("青山 直樹さんに統合しました")).to_be_visible()
    expect(page.get_by_role("link", name="2026/04/01")).to_have_attribute("href", result.get_absolute_url())
    again = sync(page)
    expect(page.get_by_text("エラーと注意")).to_have_count(0)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
    assert Employee.objects.filter(employee_number="0001").get().email == "new1@example.co.jp"


@pytest.mark.long
def test_somebody_whose_address_changed_in_kaonavi_keeps_the_old_record_by_changing_it_here(page: Page, tenant: Tenant):
    old = Employee.objects.get(email="old1@example.co.jp")
    tenant.state.members[0].mail = "new1@example.co.jp"
    log_in(page, "/employees/")
    assert sync(page).created == 1
    page.goto("/employees/")  # the second record goes, by its tick in the list
    page.get_by_label("検索", exact=True).fill("new1")
    expect(page.get_by_text("1件中 1–1件")).to_be_visible()  # the table alone was replaced
    page.get_by_role("checkbox", name="青山 直樹").check()
    page.get_by_role("button", name="選んだ社員を削除する").click()
    page.get_by_role("button", name="1名を削除する").click()
    expect(page.get_by_text("青山 直樹さんの社員データを削除しました")).to_be_visible()
    page.goto(old.get_absolute_url())
    page.get_by_role("link", name="メールアドレスを変更する").click()
    page.get_by_label("新しいメールアドレス").fill("new1@example.co.jp")
    page.get_by_role("button", name="確認へ進む").click()
    expect(page.get_by_text("old1@example.co.jp")).to_be_visible()
    page.get_by_role("button", name="変更する").click()
    expect(page.get_by_text("メールアドレスを変更しました")).to_be_visible()
    again = sync(page)
    expect(page.get_by_text("エラーと注意")).to_have_count(0)
    assert (again.created, again.updated) == (0, 1)
    old.refresh_from_db()
    assert (old.email, old.missing_since) == ("new1@example.co.jp", None)


@pytest.mark.long
def test_a_wrong_import_is_taken_back_but_for_those_who_were_tested_since(page: Page, tenant: Tenant):
    make_result(Employee.objects.get(email="old3@example.co.jp"))
    log_in(page, "/jobs/")
    page.get_by_role("link", name="カオナビ社員情報取込").click()
    page.get_by_role("button", name="この処理で新規登録した社員を削除").click()
    carry_on(page)
    expect(page.get_by_text("検査結果があります").first).to_be_visible()
    page.get_by_role("button", name="2名を削除して実行").click()
    carry_on(page)
    expect(page.get_by_text("成功").first).to_be_visible()
    for member in tenant.state.members[:2]:
        member.name_kana = ""  # as the page told them
    again = sync(page)
    assert (again.created, again.skipped, again.unchanged) == (0, 2, 1)
    assert Employee.objects.get().email == "old3@example.co.jp"


@pytest.mark.long
def test_two_who_swapped_their_addresses_are_told_apart_by_one_answer_of_the_keyboard(page: Page, tenant: Tenant):
    one, other, _ = tenant.state.members
    one.mail, other.mail = other.mail, one.mail
    other.name_kana = "アカイ マコト"
    Employee.objects.filter(employee_number="0002").update(last_name_kana="アカイ", first_name_kana="マコト")
    log_in(page)
    page.set_viewport_size({"width": 360, "height": 800})
    sync(page, "一部エラー")
    expect(page.get_by_role("heading", name="同じ人かどうかの確認（2名）")).to_be_visible()
    page.get_by_role("checkbox", name="青山 直樹さんと赤井 誠さん").press("Enter")
    expect(page.get_by_text("と記録しました")).to_have_count(0)
    page.get_by_role("button", name="別の人です").first.press("Enter")
    expect(
        page.get_by_text("赤井 誠さんについて「別の人です」と記録しました。次の実行で反映されます。")
    ).to_be_visible()
    page.locator("#identities").get_by_role("button", name="もう一度同期する").click()
    expect(page.get_by_text("バックグラウンド処理を開始しました")).to_be_visible()
    run_inline(SyncJob.objects.unfinished().get())
    assert dict(Employee.objects.values_list("employee_number", "email")) == {
        "0001": "old2@example.co.jp",
        "0002": "old1@example.co.jp",
        "0003": "old3@example.co.jp",
    }
    assert SyncJob.objects.first().status == "succeeded"
