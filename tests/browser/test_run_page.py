"""A run on a telephone and by keyboard, one that waits at a glance, and the list of runs as it is narrowed down."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.factories.browser import log_in
from tests.factories.rows import MISSING_ITEMS, make_change, make_issue, make_job

pytestmark = pytest.mark.browser

TELEPHONE = 375
GROUPS = {
    "MEMBER_MAIL_DUPLICATE": 11,
    "MEMBER_DEPARTMENT_UNKNOWN": 8,
    "MEMBER_DATE_INVALID": 6,
    "MEMBER_NUMBER_INVALID": 4,
}


def test_a_run_with_29_problems_is_read_on_a_telephone_and_opened_with_the_keyboard(
    open_page: Callable[[int], Page], hanako
):
    job = make_job("partial", failed=29)
    for reason, times in GROUPS.items():
        for number in range(times):
            told = {"subject_key": f"E{number}", "subject_name": f"青山 直樹{number}", "remedy": f"{reason}の直し方"}
            make_issue(job, reason=reason, detail=f"{number}番目の内容です。", **told)
    page = open_page(TELEPHONE)
    log_in(page, job.get_absolute_url())
    assert page.evaluate("document.documentElement.scrollHeight") < 2_500
    for reason in GROUPS:
        expect(page.get_by_text(f"{reason}の直し方")).to_have_count(1)
    expect(page.get_by_role("heading", name="ミキワメに登録のない部署 8名")).to_be_visible()
    folded = page.get_by_text("8件のうち最初の5件を表示する")
    expect(page.get_by_text("4番目の内容です。").nth(1)).to_be_hidden()
    folded.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("4番目の内容です。").nth(1)).to_be_visible()
    page.get_by_role("link", name=re.compile("すべて見る.*ミキワメに登録のない部署")).click()
    expect(page.get_by_text("7番目の内容です。")).to_be_visible()
    expect(page.get_by_label("理由")).to_have_value("MEMBER_DEPARTMENT_UNKNOWN")
    page.get_by_role("link", name="条件を外す").first.click()
    expect(page.get_by_role("heading", name="メールアドレスの重複 11名")).to_be_visible()


def test_what_is_to_be_decided_is_seen_at_a_glance(page: Page, hanako):
    message = "カオナビに項目「役職」が見つかりません。実行すると、461名の役職が空白で上書き更新されます。" * 2
    job = make_job("held", options={"question": MISSING_ITEMS, "digest": "x"}, message=message, updated=464)
    make_change(job, {"position": ["課長", ""]})
    make_issue(job)
    log_in(page, job.get_absolute_url())
    for name in ("役職・雇用形態を変えずに実行", "461名の役職を空白に、3名の雇用形態を空白にして実行", "中止"):
        place = page.get_by_role("button", name=name).bounding_box()
        assert place is not None
        assert place["y"] + place["height"] < 800
    assert page.evaluate("scrollY") == 0


def test_the_list_is_narrowed_down_without_being_loaded_anew_and_the_address_keeps_it(page: Page, hanako):
    make_job("succeeded", "employees", created=1)
    make_job("failed", "departments")
    log_in(page, "/jobs/")
    runs = page.get_by_role("region", name="処理の一覧")
    expect(runs.get_by_role("link", name="カオナビ部署情報取込")).to_be_visible()
    page.get_by_label("実行内容").select_option("カオナビ社員情報取込")
    expect(runs.get_by_role("link", name="カオナビ部署情報取込")).to_have_count(0)
    expect(runs.get_by_role("heading", name="今日")).to_be_visible()
    expect(page).to_have_url(re.compile("kind=employees"))
    page.get_by_label("ステータス").select_option("失敗")
    runs.get_by_role("link", name="条件を外す").click()
    expect(runs.get_by_role("link", name="カオナビ部署情報取込")).to_be_visible()
    expect(page.get_by_label("実行内容")).to_have_value("")
