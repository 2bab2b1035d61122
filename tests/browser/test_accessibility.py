"""WCAG 2.2 AA as far as only a browser can try it; docs/accessibility.md says what of it holds where.

Contrast, names, roles and sizes of targets are axe-core's part (tests/browser/test_pages.py), widths and paper that of
tests/browser/test_narrow.py, and what is read in the HTML alone that of tests/pages/test_accessibility.py.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from integrations.models import KaonaviConnection, SyncJob
from tests.factories.browser import NARROW, WIDE, hasten, log_in
from tests.factories.rows import PASSWORD, make_person

pytestmark = pytest.mark.browser

MOST_TABS = 400
SHORT = ("自社社員管理", "編集", "受検者詳細", "処理中")  # a list, a form, charts, live parts
TWICE_AS_LARGE = WIDE // 2  # how wide a window of 1,280 px is at 200 % (1.4.4)
# Else those that come late push away where the keyboard is.
PICTURES = """Promise.all([...document.images].map(each => {
  each.loading = "eager";
  return each.decode();
}))"""
SIGHTS = Path(__file__).with_name("sights.js").read_text()


@pytest.fixture(autouse=True)
def _connected(company: dict[str, str]) -> None:
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")


def by_keyboard(page: Page) -> Iterator[str]:
    """What is wrong on the way through the page by Tab: to the end, in the order of the page, always in sight."""
    address, places = page.url, [-1]
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        at: dict[str, Any] | None = page.evaluate("sights.focus()")
        if at is None or at["place"] in places:
            break
        yield from (f"{at['name']} {problem}" for problem in at["problems"])
        if at["place"] < places[-1]:
            yield f"{at['name']} comes after what stands below it"
        places.append(at["place"])
    else:
        yield "has no end"
    if len(places) < 4:
        yield f"leads to {len(places) - 1} things"
    if page.url != address:
        yield f"led to {page.url}"


def cut_at(page: Page, *widths: int) -> Iterator[str]:
    """What does not fit its place, or the page its window; a table may scroll in its card."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
            yield f"needs {needed} of {width} pixels"
        yield from (f"{width}: {text}" for text in page.evaluate("sights.cuts()"))
    page.set_viewport_size({"width": WIDE, "height": 800})


def wrong_with(page: Page) -> Iterator[str]:
    page.evaluate(SIGHTS)
    yield from by_keyboard(page)
    yield from page.evaluate("[...sights.edges(), ...sights.marks()]")
    yield from cut_at(page, TWICE_AS_LARGE)
    page.evaluate("sights.space()")
    yield from (f"spaced: {text}" for text in cut_at(page, WIDE, NARROW))


def walk(page: Page, places: dict[str, str]) -> dict[str, list[str]]:
    """Name of the page → what is wrong there."""
    found = {}
    for name, address in places.items():
        page.goto(address)
        page.evaluate(PICTURES)
        found[name] = list(wrong_with(page))
    return {name: problems for name, problems in found.items() if problems}


def test_a_page_of_each_sort_can_be_used_by_keyboard_and_with_a_style_of_ones_own(page: Page, company: dict[str, str]):
    log_in(page, "/")
    assert walk(page, {name: company[name] for name in SHORT}) == {}


@pytest.mark.long
@pytest.mark.usefixtures("crowd")
def test_every_page_can_be_used_by_keyboard_and_with_a_style_of_ones_own(page: Page, company: dict[str, str]):
    found = walk(page, {"ログイン": "/accounts/login/"})
    log_in(page, "/")
    assert found | walk(page, company) == {}


def test_what_changes_in_the_page_is_said_aloud_and_the_keyboard_stays_where_it_is(page: Page, company: dict[str, str]):
    make_person(2, last_name="赤井")
    log_in(page, "/employees/")
    page.get_by_label("検索").press_sequentially("赤井")
    told = page.locator("body > [role=status]")
    expect(told.filter(has_text="1名が見つかりました")).to_be_attached()
    page.get_by_label("検索").press_sequentially("直")
    page.evaluate("document.querySelector('body > [role=status]:last-child').textContent = ''")
    expect(told.filter(has_text="1名が見つかりました")).to_be_attached()  # also where as many are found as before
    expect(page.get_by_label("検索")).to_be_focused()
    page.goto("/jobs/")
    page.get_by_label("ステータス").focus()
    page.get_by_label("ステータス").select_option("失敗")
    expect(told.filter(has_text="1件の処理が見つかりました")).to_be_attached()
    expect(page.get_by_label("ステータス")).to_be_focused()
    hasten(page)
    page.goto(company["処理中"])
    page.get_by_role("button", name="中止").focus()
    SyncJob.objects.filter(status="running").update(phase="シートの確認")
    expect(told.filter(has_text="処理中：シートの確認")).to_be_attached()
    expect(page.get_by_role("button", name="中止")).to_be_focused()


def test_passwords_and_codes_can_be_pasted(page: Page, hanako: User):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/accounts/login/")
    fields = [("/accounts/login/", "パスワード"), ("/accounts/second-factor/set-up/", "確認コード")]
    for address, label in fields:
        page.goto(address)
        page.evaluate("text => navigator.clipboard.writeText(text)", PASSWORD)
        page.get_by_label(label).focus()
        page.keyboard.press("Control+V")
        expect(page.get_by_label(label)).to_have_value(PASSWORD)
        log_in(page, "/")
