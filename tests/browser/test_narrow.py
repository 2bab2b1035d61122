"""A telephone of 375 px: what one came for is above the fold, filters stand aside, and a tree of ten levels is read."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from django.utils import timezone
from playwright.sync_api import FloatRect, Locator, Page, expect

from accounts import audit
from accounts.models import AuditEntry
from integrations.models import KaonaviConnection
from tests.factories.browser import log_in, overflow
from tests.factories.rows import make_department, make_issue, make_job, make_person

pytestmark = pytest.mark.browser

TELEPHONE = 375
SMALLEST = 320
LEVELS = 10
READABLE = 8 * 14  # px: this many characters of a name stand on a line
RIGHT_END = """name => {
    const text = document.createRange();
    text.selectNodeContents(name);
    return text.getBoundingClientRect().right;
}"""
LINES_OF_A_DAY = """cell => {
    const day = document.createRange();
    day.setStart(cell.firstChild, 0);
    day.setEnd(cell.firstChild, "2026/04/01".length);
    return day.getClientRects().length;
}"""
OpenPage = Callable[[int], Page]


def box(part: Locator) -> FloatRect:
    found = part.bounding_box()
    assert found is not None
    return found


def test_ten_levels_of_departments_are_read_and_their_depth_is_seen(open_page: OpenPage, hanako):
    above = None
    for level in range(1, LEVELS + 1):
        words = f"グローバルカスタマーサクセス推進本部東日本第二営業統括部門の準備室第{level}課"
        above = make_department(f"GLB-{level:03}-EAST", words.rjust(40, "大"), above)
        make_person(level, department=above)
    page = open_page(TELEPHONE)
    log_in(page, "/departments/")
    for width in (TELEPHONE, SMALLEST):
        assert overflow(page, width) == []
        names, codes = page.locator(".branch-name").all(), page.locator(".branch-code:visible").all()
        places = [box(name) for name in names]
        steps = [deeper["x"] - upper["x"] for upper, deeper in pairwise(places)]
        assert len(places) == LEVELS
        assert min(steps) >= 6
        for link, name, place, code in zip(
            page.get_by_role("link", name="の詳細").all(), names, places, codes, strict=True
        ):
            text = name.evaluate(RIGHT_END)
            assert text <= box(link)["x"]
            assert box(link)["x"] - place["x"] >= READABLE
            assert box(code)["height"] < 30  # one line
    expect(page.get_by_text("10名（直属1名）")).to_be_visible()


def test_a_day_in_the_list_of_runs_is_in_one_piece(open_page: OpenPage, hanako):
    make_job("failed", "departments")
    page = open_page(SMALLEST)
    log_in(page, "/jobs/")
    assert page.locator(".job td").nth(1).evaluate(LINES_OF_A_DAY) == 1
    assert overflow(page, SMALLEST) == []


@pytest.mark.parametrize("is_connected", [True, False])
def test_the_first_person_stands_in_the_upper_half_of_the_screen(open_page: OpenPage, hanako, *, is_connected: bool):
    if is_connected:
        KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")
    make_job("partial", requested_by=hanako)
    make_person(1)
    page = open_page(TELEPHONE)
    log_in(page, "/employees/")
    assert box(page.get_by_role("link", name="青山 直樹1"))["y"] < 400
    assert box(page.get_by_text("最終同期"))["height"] < 50


def test_the_filters_of_runs_stand_aside_until_they_are_asked_for(open_page: OpenPage, hanako):
    make_job("succeeded", "employees")
    make_job("failed", "departments")
    page = open_page(TELEPHONE)
    log_in(page, "/jobs/")
    expect(page.get_by_label("ステータス")).to_be_hidden()
    assert box(page.get_by_role("link", name="カオナビ部署情報取込"))["y"] < 400
    page.get_by_role("button", name="絞り込み").click()
    page.get_by_label("ステータス").select_option("失敗")
    expect(page.get_by_role("link", name="カオナビ社員情報取込")).to_have_count(0)
    page.get_by_role("button", name="絞り込む").click()
    expect(page.get_by_label("ステータス")).to_be_hidden()
    expect(page.get_by_text("ステータス：失敗で絞り込んでいます")).to_be_visible()


def test_the_filters_of_the_record_stand_aside_until_they_are_asked_for_or_wrong(open_page: OpenPage, hanako):
    audit.record(AuditEntry.Action.EDITED, by=None, on=make_person(2))
    audit.record(AuditEntry.Action.EDITED, by=hanako, on=make_person(1))
    page = open_page(TELEPHONE)
    log_in(page, "/settings/audit/")
    expect(page.get_by_label("操作した人")).to_be_hidden()
    assert box(page.get_by_role("link", name="青山 直樹1"))["y"] < 400
    page.get_by_role("button", name="絞り込み").click()
    page.get_by_label("対象").fill("青山 直樹1")
    page.get_by_role("button", name="検索する").click()
    expect(page.get_by_text("対象：青山 直樹1で絞り込んでいます")).to_be_visible()
    expect(page.get_by_label("対象")).to_be_hidden()
    expect(page.get_by_text("青山 直樹2")).to_have_count(0)
    page.goto("/settings/audit/?action=x")
    expect(page.get_by_label("開始日")).to_be_visible()  # with what is wrong about it


@pytest.mark.parametrize("address", ["/departments/", "/settings/accounts/", "/settings/roles/"])
def test_a_search_is_one_line(open_page: OpenPage, hanako, address: str):
    make_department("1", "営業部")
    page = open_page(TELEPHONE)
    log_in(page, address)
    search = page.get_by_role("searchbox", name="検索")
    button = page.get_by_role("button", name="検索する")
    assert box(search)["y"] == box(button)["y"]
    assert box(search)["width"] > 150


def covering(page: Page) -> list[str]:
    """What stays in its place in front of the page while that is scrolled."""
    return page.evaluate(
        """[...document.querySelectorAll("body *")].filter(part =>
            ["fixed", "sticky"].includes(getComputedStyle(part).position) && part.checkVisibility()
            && part.getBoundingClientRect().height > 0).map(part => part.className)"""
    )


def test_enlarged_four_times_nothing_covers_the_page_and_all_that_opens_is_reached(open_page: OpenPage, hanako):
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")
    for number in range(1, 6):
        make_person(number)
    page = open_page(SMALLEST)
    log_in(page, "/employees/")
    assert overflow(page, SMALLEST) == []
    page.set_viewport_size({"width": SMALLEST, "height": 256})
    page.get_by_role("checkbox", name="青山 直樹1").check()
    expect(page.get_by_role("button", name="選んだ社員を削除する")).to_be_visible()
    assert covering(page) == []
    for opener, inside, last in (
        ("社員情報を一括操作", "#kaonavi-menu", page.locator("#kaonavi-menu .button").last),
        ("全員の操作", "#everybody-menu", page.get_by_role("link", name="全員を削除する")),
        ("メニュー", "#submenu", page.get_by_role("link", name="使い方", exact=True).first),
        ("絞り込み", "#more-filters", page.get_by_role("button", name="検索する")),
    ):
        page.get_by_role("button", name=opener, exact=True).click()
        last.scroll_into_view_if_needed()
        for part in (page.locator(inside), last):
            place = box(part)
            assert place["y"] >= 0, opener
            assert place["y"] + place["height"] <= 256, opener
        page.keyboard.press("Escape")


def test_the_keyboard_comes_to_no_row_that_the_bar_of_the_ticked_covers(open_page: OpenPage, hanako):
    for number in range(1, 40):
        make_person(number)
    page = open_page(TELEPHONE)
    log_in(page, "/employees/")
    first = page.get_by_role("checkbox", name="青山 直樹1").first
    first.check()
    bar = page.get_by_role("group", name="選んだ社員の操作")
    for _ in range(15):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        assert box(focused)["y"] + box(focused)["height"] <= box(bar)["y"]


def test_what_was_searched_for_is_read_and_no_word_is_cut_in_a_table(open_page: OpenPage, hanako):
    make_department("D200", "営業本部")
    job = make_job("partial", finished_at=timezone.now())
    make_issue(job)
    page = open_page(TELEPHONE)
    log_in(page, "/departments/?q=営業本部")
    assert box(page.get_by_label("検索"))["width"] >= READABLE
    assert box(page.get_by_role("cell", name="0名"))["height"] < 60  # one line
    page.goto("/jobs/")
    for width in (TELEPHONE, SMALLEST):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.locator("table.jobs").evaluate("table => table.scrollWidth - table.clientWidth") <= 1
