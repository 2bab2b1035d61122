"""What must hold of every page, whatever it is about."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from integrations.checkup.lines import CheckLine
from integrations.models import KaonaviConnection
from integrations.views import check
from tests.factories.browser import NARROW, WIDE, Windows, barriers, log_in, overflow

pytestmark = pytest.mark.browser

PAPER = 718  # pixels of an A4 sheet between its margins
OpenPage = Callable[[int], Page]


@pytest.fixture(autouse=True)
def _connected(company: dict[str, str]) -> None:
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")


def look(page: Page, *widths: int) -> list[str]:
    """What is wrong with a page at these widths; wherever it has barriers, it must fit on either screen."""
    found = []
    for width in (WIDE, NARROW):
        found += overflow(page, width)
        found += [f"{width}: {barrier}" for barrier in barriers(page)] if width in widths else []
    return found


def test_pages_of_several_sorts_have_no_barriers_and_never_scroll_sideways(page: Page, company: dict[str, str]):
    """Table, form, chart."""
    log_in(page, company["自社社員管理"])
    found = {"自社社員管理": look(page, WIDE)}
    for name in ("編集", "受検者詳細"):
        page.goto(company[name])
        found[name] = look(page, NARROW)
    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.long
@pytest.mark.usefixtures("crowd")
def test_it_has_no_barriers_and_never_scrolls_sideways(page: Page, company: dict[str, str]):
    page.goto("/accounts/login/")
    found = {"ログイン": look(page, WIDE, NARROW)}
    log_in(page)
    for name, address in company.items():
        page.goto(address)
        found[name] = look(page, WIDE, NARROW)
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_what_is_to_be_handed_on_fits_on_paper(page: Page, company: dict[str, str]):
    log_in(page)
    page.emulate_media(media="print")
    for name in ("データの流れ", "本人開示", "保存期間", "受検者詳細", "使い方の全体"):
        page.goto(company[name])
        assert overflow(page, PAPER) == [], name
        for part in (".topbar", ".rail", ".crumbs", ".foot"):
            expect(page.locator(part)).to_be_hidden()
        assert page.locator("th.wide:visible").count() == page.locator("th.wide").count()


@pytest.mark.long
def test_it_has_no_barriers_in_what_opens(
    open_page: OpenPage, company: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    line = CheckLine(
        "latest_sheet:personality_type",
        "16タイプ",
        "error",
        "ありません。",
        "選んでください。",
        ("性格タイプ",),
        "personality_type",
    )
    monkeypatch.setattr(check, "check_step", lambda _name: [line])
    page = open_page(NARROW)
    log_in(page, "/employees/")
    page.get_by_role("button", name="社員情報を一括操作").click()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="メニュー").click()
    assert barriers(page) == []
    page.goto(company["連携チェック"])
    page.get_by_role("button", name="チェックする").click()
    page.get_by_text("要対応").wait_for()
    assert barriers(page) == []
    page.goto("/settings/kaonavi/")
    page.get_by_role("button", name="連携する").click()
    page.get_by_text("Consumer Keyを入力してください").wait_for()
    assert barriers(page) == []
    page.goto(company["終わった処理"])
    page.get_by_text("技術情報").click()
    assert barriers(page) == []


@pytest.mark.long
def test_it_has_no_barriers_where_developers_look(page: Page, hanako: User):
    User.objects.update(is_superuser=True)
    log_in(page, "/accounts/gallery/")
    page.get_by_role("button", name="メニュー付きボタン").click()
    assert barriers(page) == []


@pytest.mark.long
def test_it_has_no_barriers_where_there_is_nothing_and_for_people_who_may_see_nothing(
    windows: Windows, site: str, hanako: User
):
    page = windows(site, NARROW, is_ours=False)  # a browser says aloud that the page is not there
    for address in ("/nowhere/", "/jobs/4711/"):
        log_in(page, address)
        expect(page.get_by_role("heading", name="ページが見つかりません")).to_be_visible()
        assert barriers(page) == []
    hanako.groups.clear()
    page.goto("/settings/")
    expect(page.get_by_role("heading", name="このページを表示する権限がありません")).to_be_visible()
    assert barriers(page) == []
