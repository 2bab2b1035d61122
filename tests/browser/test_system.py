"""What a person has set for the whole machine: colours of their own, more contrast, no movement."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page

from tests.factories.browser import barriers, log_in
from tests.factories.rows import make_job, make_person, make_result

pytestmark = pytest.mark.browser


def test_in_colours_of_the_machine_states_and_choices_are_still_told_apart(page: Page, hanako):
    result = make_result(make_person(1))
    make_job("partial", failed=1, created=1)
    page.emulate_media(forced_colors="active")
    log_in(page, "/employees/?retired=no")
    looks = "part => [getComputedStyle(part).backgroundColor, getComputedStyle(part).borderTopWidth]"
    chosen = page.get_by_role("link", name="在籍 1").evaluate(looks)
    assert chosen[0] != page.get_by_role("link", name="退職 0").evaluate(looks)[0]
    here, elsewhere = (page.get_by_role("link", name=name, exact=True) for name in ("自社社員管理", "設定"))
    assert here.evaluate(looks)[0] != elsewhere.evaluate(looks)[0]
    page.keyboard.press("Tab")
    assert page.locator(":focus").evaluate("part => getComputedStyle(part).outlineStyle") == "solid"
    page.goto("/")
    assert page.get_by_role("link", name="一部エラー").first.evaluate(looks)[1] == "1px"
    page.goto("/jobs/")
    assert page.get_by_text("一部エラー", exact=True).last.evaluate(looks)[1] == "1px"
    page.goto(result.get_absolute_url())
    text = page.evaluate("getComputedStyle(document.body).color")
    for part, line in ((".dot", "fill"), (".rule", "stroke")):
        assert page.locator(f".chart {part}").first.evaluate(f"part => getComputedStyle(part).{line}") == text


def test_nothing_moves_for_whom_movement_troubles(page: Page, hanako):
    User.objects.update(is_superuser=True)
    page.emulate_media(reduced_motion="no-preference")
    log_in(page, "/accounts/gallery/")
    moving = "document.getAnimations().length"
    assert page.evaluate(moving) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moving) == 0


def test_more_contrast_is_given_to_whom_asks_for_it(page: Page, hanako):
    log_in(page, "/jobs/")
    ink = "getComputedStyle(document.documentElement).getPropertyValue('--ink-soft')"
    before = page.evaluate(ink)
    page.emulate_media(contrast="more")
    assert page.evaluate(ink) != before
    assert barriers(page) == []
