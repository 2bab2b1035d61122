"""自社社員管理 under a person's hands: ticks without script, and values that are too long for their place."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect

from employees.models import Employee
from tests.factories.browser import PATIENCE, WIDE, log_in, overflow
from tests.factories.rows import make_department, make_person, make_result

pytestmark = pytest.mark.browser


@pytest.fixture
def without_script(chromium: Browser, site: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=site, locale="ja-JP", java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def heard(page: Page) -> str:
    """All texts as a screen reader gets them, also those that the style sheet writes."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    return "".join(node["name"]["value"] for node in tree["nodes"] if "name" in node)


def test_what_can_be_done_with_ticked_people_is_there_once_somebody_is_ticked(without_script: Page, hanako: User):
    page = without_script
    for number in range(1, 4):
        make_person(number)
    make_person(9, is_retired=True)
    log_in(page, "/employees/")
    page.get_by_role("link", name="在籍 3").click()
    bar = page.get_by_role("group", name="選んだ社員の操作")
    expect(bar).to_be_hidden()
    page.get_by_role("checkbox", name="青山 直樹1").check()
    page.get_by_role("checkbox", name="青山 直樹3").check()
    expect(bar).to_be_visible()
    assert "2名を選択中" in heard(page)
    page.get_by_role("button", name="選択を外す").click()
    expect(bar).to_be_hidden()
    page.get_by_role("link", name="このページの全員を選ぶ").click()
    page.get_by_role("checkbox", name="青山 直樹2").uncheck()
    page.get_by_role("button", name="退職者フラグを付ける").click()
    page.get_by_role("button", name="2名に退職者フラグを付ける").click()
    expect(page.get_by_text("2名に退職者フラグを付けました")).to_be_visible()
    expect(page.get_by_role("link", name="在籍 1")).to_have_attribute("aria-current", "true")
    assert Employee.objects.filter(is_retired=True).count() == 3


def test_a_line_holds_any_name_and_shows_it_whole_under_the_pointer_and_the_keyboard(page: Page, hanako: User):
    place = make_department("1", "東日本営業本部" * 25)
    person = make_person(
        1,
        last_name="長" * 100,
        first_name="W" * 100,
        last_name_kana="カ" * 100,
        position="部" * 200,
        email=f"{'a' * 64}@{'b' * 60}.example.co.jp",
        employee_number="E" * 50,
        department=place,
    )
    make_result(person, personality_type=None, unknown_type="型" * 100)
    ordinary = make_person(2)
    log_in(page, "/employees/")
    assert overflow(page, WIDE) == []
    line, other = (page.get_by_role("row").filter(has_text=each.employee_number) for each in (person, ordinary))
    mail = line.get_by_role("cell", name=person.email)
    is_whole = "cell => cell.scrollWidth <= cell.clientWidth"
    tall = "row => row.clientHeight"
    assert abs(line.evaluate(tall) - other.evaluate(tall)) < 2
    assert not mail.evaluate(is_whole)
    mail.hover()
    page.wait_for_function(f"cell => ({is_whole})(cell)", arg=mail.element_handle())
    other.hover()
    page.wait_for_function("row => row.clientHeight < 60", arg=line.element_handle())
    line.get_by_role("checkbox").focus()
    page.keyboard.press("Tab")
    expect(line.get_by_role("link")).to_be_focused()
    page.wait_for_function(f"cell => ({is_whole})(cell)", arg=mail.element_handle())
    assert overflow(page, WIDE) == []
