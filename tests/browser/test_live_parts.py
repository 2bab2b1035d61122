"""What a page does without being loaded anew."""

import re
from datetime import date, time

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from integrations.models import KaonaviConnection, SyncJob
from tests.factories.browser import Windows, hasten, log_in
from tests.factories.rows import MISSING_ITEMS, make_change, make_department, make_issue, make_job, make_person

pytestmark = pytest.mark.browser


def test_it_opens_and_closes_its_menus_with_the_keyboard(page: Page, hanako):
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")
    log_in(page, "/employees/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="本文へ進む")).to_be_focused()
    page.keyboard.press("Enter")
    for name in ("このページの使い方", "社員を登録する"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name=name)).to_be_focused()
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name="社員情報を一括操作")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    items = ["カオナビと同期", "同期内容を確認する", "カオナビに性格検査結果を登録する", "送信内容を確認する"]
    for item in items:
        page.keyboard.press("Tab")
        expect(page.locator(":popover-open").get_by_role("button", name=item)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=items[1])).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("バックグラウンド処理を開始しました")).to_be_visible()
    assert SyncJob.objects.get().kind == "employees"
    expect(page.locator(":popover-open")).to_have_count(0)
    expect(button).to_be_focused()


def test_whoever_starts_a_run_sees_on_the_same_page_what_becomes_of_it(page: Page, hanako):
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")
    hasten(page)
    log_in(page, "/employees/?sort=-department")
    press = page.get_by_role("button", name="カオナビと同期", exact=True)
    press.click()
    told = page.locator("#said")
    expect(told.get_by_text("待機中", exact=True)).to_be_visible()
    expect(press).not_to_have_class(re.compile("is-busy"))
    SyncJob.objects.update(status="running", started_at=timezone.now(), phase="確認", worker="w")
    expect(told.get_by_text("確認", exact=True)).to_be_visible()
    SyncJob.objects.update(status="succeeded", finished_at=timezone.now(), created=1234, worker="")
    expect(told.get_by_text("成功", exact=True)).to_be_visible()
    expect(told.get_by_text("新規 1,234")).to_be_visible()
    expect(page.locator("body > [role=status]").filter(has_text="カオナビ社員情報取込：成功")).to_be_attached()
    expect(page).to_have_url(re.compile("sort=-department$"))
    press.click()
    expect(told.get_by_text("待機中", exact=True)).to_be_visible()
    expect(told.get_by_role("dialog")).to_have_count(1)
    press.click()
    expect(told.get_by_role("link", name="その処理を見る")).to_be_visible()
    told.get_by_role("button", name="閉じる").click()
    expect(told.get_by_role("dialog", include_hidden=True)).to_have_count(0)


def test_home_says_anew_how_things_stand_when_a_run_ends_that_was_started_there(page: Page, hanako):
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")
    make_job("succeeded", "departments", finished_at=timezone.now())
    hasten(page)
    log_in(page, "/")
    press = page.get_by_role("button", name="カオナビと同期（カオナビ部署情報取込）")
    press.click()
    expect(page.locator("#said").get_by_text("待機中", exact=True)).to_be_visible()
    job = SyncJob.objects.latest("pk")
    make_issue(job)
    SyncJob.objects.filter(pk=job.pk).update(status="partial", started_at=job.created_at, finished_at=timezone.now())
    expect(page.locator("#home").get_by_role("link", name="要対応 1件").first).to_be_visible()
    expect(press).to_be_focused()
    expect(page.locator("#said").get_by_text("一部エラー", exact=True)).to_be_visible()


def test_a_question_that_takes_the_place_of_the_page_has_the_focus(page: Page, hanako, settings):
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")
    settings.KAONAVI_MAINTENANCE = (time.min, time.max)
    log_in(page, "/employees/")
    page.get_by_role("button", name="カオナビと同期", exact=True).press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="このまま実行する")).to_be_focused()


def test_what_cannot_be_answered_in_the_page_is_sent_as_without_script(windows: Windows, site: str, hanako):
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")
    page = windows(site, is_ours=False)  # the browser complains of what was refused
    log_in(page, "/employees/")
    page.route(
        "**/jobs/start/",
        lambda route: route.abort() if "hx-request" in route.request.headers else route.fallback(),
    )
    page.get_by_role("button", name="カオナビと同期", exact=True).click()
    expect(page.get_by_text("バックグラウンド処理を開始しました")).to_be_visible()
    assert SyncJob.objects.get().kind == "employees"


def test_it_searches_while_one_types_and_the_address_keeps_the_state(page: Page, hanako):
    make_person(1)
    make_person(2, last_name="赤井", hire_date=date(2020, 4, 1))
    log_in(page, "/employees/")
    page.get_by_label("検索").press_sequentially("赤井")
    expect(page.get_by_role("link", name="青山 直樹1")).to_be_hidden()
    expect(page.get_by_role("link", name="赤井 直樹2")).to_be_visible()
    expect(page).to_have_url(re.compile("q=%E8%B5%A4%E4%BA%95"))
    page.get_by_role("link", name="赤井 直樹2").click()
    expect(page.get_by_role("heading", name="赤井 直樹2")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("検索")).to_have_value("赤井")
    expect(page.get_by_role("link", name="青山 直樹1")).to_be_hidden()
    page.get_by_label("退職").select_option("退職者")
    expect(page.get_by_role("region", name="社員の一覧").get_by_text("条件に合う社員がいません")).to_be_visible()


def test_what_is_folded_comes_when_it_is_opened(page: Page, hanako):
    top = None
    for level in range(3):
        for n in range(30):
            below = make_department(f"{level}-{n}", f"第{level}階層の部署{n}", top)
        top = below
    log_in(page, "/departments/")
    expect(page.get_by_text("第1階層の部署3", exact=True)).to_be_visible()
    expect(page.get_by_text("第2階層の部署3", exact=True)).to_be_hidden()
    page.locator("summary", has_text="第1階層の部署29").press("Enter")
    expect(page.get_by_text("第2階層の部署3", exact=True)).to_be_visible()
    job = make_job("succeeded")
    make_change(job, {f"field{n}": ["旧", "新"] for n in range(6)})
    page.goto(job.get_absolute_url())
    page.locator("summary", has_text="6項目を表示する").press("Enter")
    expect(page.get_by_text("field5")).to_be_visible()


def test_it_shows_how_a_run_gets_on_without_being_asked(page: Page, hanako):
    job = make_job("running", "results", done=1, total=4, phase="シートを読み取り")
    hasten(page)
    log_in(page, job.get_absolute_url())
    expect(page.get_by_text("シートを読み取り", exact=True)).to_be_visible()
    SyncJob.objects.update(done=3, phase="シートへ登録")
    expect(page.get_by_text("シートへ登録", exact=True)).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "3")
    make_issue(job, detail="カオナビに断られました。")
    SyncJob.objects.update(status="partial", finished_at=timezone.now(), failed=1, created=3)
    expect(page.get_by_text("カオナビに断られました。")).to_be_visible()


def test_it_lets_a_person_decide_about_a_held_run(page: Page, hanako):
    job = make_job(
        "held", options={"question": MISSING_ITEMS, "digest": "x"}, message="2,871名の役職が空白で上書き更新されます。"
    )
    log_in(page, job.get_absolute_url())
    page.get_by_role("button", name="役職・雇用形態を変えずに実行").click()
    expect(page.get_by_text("待機中")).to_be_visible()
    page.get_by_role("button", name="中止").click()
    expect(page.get_by_text("「カオナビ社員情報取込」を中止しました")).to_be_visible()
