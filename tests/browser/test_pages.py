"""What must hold of every page, whatever it is about."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from integrations.checkup.lines import CheckLine
from integrations.models import KaonaviConnection
from integrations.views import check
from tests.factories.browser import NARROW, WIDE, Windows, barriers, log_in

pytestmark = pytest.mark.browser

PAPER = 718  # pixels of an A4 sheet between its margins
OpenPage = Callable[[int], Page]


@pytest.fixture(autouse=True)
def _connected(company: dict[str, str]) -> None:
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")


def scrolls_sideways(page: Page, width: int) -> list[str]:
    """Whether the page needs more than this width, in words."""
    page.set_viewport_size({"width": width, "height": 800})
    needed = page.evaluate("document.documentElement.scrollWidth")
    return [f"needs {needed} of {width} pixels"] if needed > width else []


@pytest.mark.parametrize("width", [WIDE, pytest.param(NARROW, marks=pytest.mark.long)])
def test_it_has_no_barriers_and_never_scrolls_sideways(width: int, open_page: OpenPage, company: dict[str, str]):
    page = open_page(width)
    page.goto("/accounts/login/")
    found = {"ログイン": barriers(page)}
    log_in(page)
    for name, address in company.items():
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address)
        found[name] = barriers(page) + scrolls_sideways(page, WIDE) + scrolls_sideways(page, NARROW)
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_what_is_to_be_handed_on_fits_on_paper(open_page: OpenPage, company: dict[str, str]):
    page = open_page(WIDE)
    log_in(page)
    page.emulate_media(media="print")
    for name in ("データの流れ", "本人開示", "保存期間", "受検者詳細"):
        page.goto(company[name])
        assert scrolls_sideways(page, PAPER) == [], name
        for part in (".topbar", ".rail", ".crumbs", ".foot"):
            expect(page.locator(part)).to_be_hidden()
        assert page.locator("th.wide:visible").count() == page.locator("th.wide").count()


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


def test_it_has_no_barriers_where_developers_look(page: Page, hanako: User):
    User.objects.update(is_superuser=True)
    log_in(page, "/accounts/gallery/")
    page.get_by_role("button", name="メニュー付きボタン").click()
    assert barriers(page) == []


@pytest.mark.parametrize("address", ["/nowhere/", "/jobs/4711/"])
def test_it_has_no_barriers_where_there_is_nothing(address: str, windows: Windows, site: str, hanako: User):
    page = windows(site, NARROW, is_ours=False)  # a browser says aloud that the page is not there
    log_in(page)
    page.goto(address)
    assert barriers(page) == []


def test_it_has_no_barriers_for_people_who_may_see_nothing(windows: Windows, site: str, hanako: User):
    hanako.groups.clear()
    page = windows(site, NARROW, is_ours=False)
    log_in(page)
    expect(page.get_by_role("heading", name="このページを表示する権限がありません")).to_be_visible()
    assert barriers(page) == []
