"""A department is chosen as one types: with the keyboard alone, with a mouse, and without script."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from departments.models import Department, RoleDepartment
from tests.factories.browser import PATIENCE, barriers, log_in
from tests.factories.rows import make_department, make_person

pytestmark = pytest.mark.browser


@pytest.fixture
def departments(hanako) -> list[Department]:
    head = make_department("100", "営業本部", order=1)
    other = make_department("200", "開発本部", order=2)
    below = [make_department(f"1{n:02}", f"営業第{n}部", head) for n in range(1, 40)]
    make_person(1, department=below[11])
    make_person(2, department=other, last_name="赤井")
    return [head, other, *below]


def test_a_list_is_filtered_by_a_department_that_the_keyboard_finds(page: Page, departments):
    log_in(page, "/employees/")
    box = page.get_by_role("combobox", name="所属")
    options = page.get_by_role("listbox", name="部署").get_by_role("option")
    box.focus()
    page.keyboard.press("ArrowDown")
    expect(options).to_have_text(
        ["すべて", "所属なし", re.compile("営業本部.*配下の39部署を含む"), re.compile("開発本部")]
    )
    page.keyboard.insert_text("第１２")
    expect(options).to_have_count(1)
    assert box.get_attribute("aria-activedescendant") == options.get_attribute("id")
    assert barriers(page) == []
    page.keyboard.press("Enter")
    expect(box).to_have_value("営業本部 ＞ 営業第12部")
    expect(page.get_by_role("link", name="赤井 直樹2")).to_be_hidden()
    expect(page).to_have_url(re.compile(rf"department={departments[13].pk}&"))
    assert "words" not in page.url
    page.reload()
    expect(box).to_have_value("営業本部 ＞ 営業第12部")
    box.focus()
    page.keyboard.press("Backspace")  # the whole of it is selected
    expect(page.get_by_role("link", name="赤井 直樹2")).to_be_visible()
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)


def test_a_role_gets_departments_one_after_the_other(page: Page, departments):
    log_in(page, "/settings/roles/add/")
    page.get_by_label("権限の名前").fill("営業の担当")
    page.get_by_label("社員を見る").check()
    page.get_by_label("部署を限定する").check()
    for words, label in (("第12", "営業本部 ＞ 営業第12部"), ("200", "開発本部"), ("第3部", "営業本部 ＞ 営業第3部")):
        page.get_by_role("combobox", name="限定する部署").fill(words)
        page.get_by_role("option", name=re.compile(f"^{label.split(' ＞ ')[-1]}")).click()
        expect(page.get_by_role("checkbox", name=label)).to_be_checked()
    page.get_by_role("checkbox", name="営業第3部").uncheck()
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("権限「営業の担当」を保存しました")).to_be_visible()
    assert set(RoleDepartment.objects.values_list("department__name", flat=True)) == {"営業第12部", "開発本部"}


def test_without_script_what_is_typed_is_asked_about(chromium: Browser, site: str, departments):
    context = chromium.new_context(base_url=site, locale="ja-JP", java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    log_in(page, "/employees/")
    page.get_by_label("所属").fill("第2")
    page.get_by_role("button", name="検索する").click()
    page.get_by_role("radio", name="営業本部 ＞ 営業第20部").check()
    page.get_by_role("button", name="検索する").click()
    expect(page.get_by_label("所属")).to_have_value("営業本部 ＞ 営業第20部")
    context.close()
