"""同期の例外 by words: a scope with a department that is typed, and a pin from the person's page and back."""

import re

import pytest
from playwright.sync_api import Page, expect

from integrations.models import SyncException
from tests.factories.browser import barriers, log_in
from tests.factories.rows import make_department, make_person

pytestmark = pytest.mark.browser


def test_a_scope_is_set_from_the_settings_and_a_pin_from_the_person_s_page(page: Page, hanako):
    sales = make_department("100", "営業本部")
    person = make_person(1, position="課長")
    log_in(page)
    page.get_by_role("link", name="同期の例外を設定する").click()
    page.get_by_role("link", name="範囲を設定する").click()
    page.get_by_label("部署を限定する").check()
    page.get_by_role("combobox", name="連携する部署").fill("営業")
    page.get_by_role("option", name=re.compile("営業本部")).click()
    page.get_by_label("正社員").check()
    page.get_by_label("理由").fill("子会社は別に管理するため")
    assert barriers(page) == []
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("cell", name="営業本部（下の部署を含む）、正社員")).to_be_visible()
    assert list(SyncException.objects.get().departments.all()) == [sales]

    page.goto(person.get_absolute_url())
    page.get_by_role("link", name="項目を固定する").click()
    page.get_by_label("固定する項目").select_option("役職")
    page.get_by_label("理由").fill("人事が決めるため")
    page.get_by_role("button", name="設定する").click()
    pinned = page.locator("#exceptions").get_by_role("listitem")
    expect(pinned).to_contain_text("役職を固定する")
    assert barriers(page) == []
    page.get_by_role("button", name="「役職を固定する」を終了する").click()
    expect(pinned).to_have_count(0)
