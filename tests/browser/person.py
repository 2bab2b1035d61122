"""Somebody in front of a browser who knows only the words on the screen."""

import re
from typing import Literal

from playwright.sync_api import Locator, Page

Role = Literal["button", "link"]
MOST_TABS = 300  # to the end of any page and round once more


class Person:
    """Presses and types with mouse or finger."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, role: Role, words: str | re.Pattern[str]) -> None:
        """The button or link with these words. It must be the only one."""
        self.use(self.page.get_by_role(role, name=words))

    def choose(self, place: str) -> None:
        """A place of the sub-menu, which a narrow screen hides behind 「メニュー」."""
        self.page.wait_for_load_state()  # before its style is there a page hides nothing
        menu = self.page.get_by_role("button", name="メニュー")
        if menu.is_visible():
            self.use(menu)
        self.use(self.page.get_by_role("navigation", name="サブメニュー").get_by_role("link", name=place))

    def write(self, place: Locator, text: str) -> None:
        """Replace what stands in a box."""
        place.fill(text)

    def use(self, target: Locator) -> None:
        """Whatever one does to a button, a link or a row's link."""
        target.click()


class Typist(Person):
    """Has a keyboard and nothing else: goes from thing to thing with Tab and presses Enter."""

    def write(self, place: Locator, text: str) -> None:
        self.reach(place)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def use(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def reach(self, target: Locator) -> None:
        """Go there. Fails when no amount of Tab leads to it, or when one cannot see where one is."""
        target.wait_for()
        for _ in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                outline = target.evaluate("element => getComputedStyle(element).outlineStyle")
                assert outline != "none", f"nothing shows that the keyboard is at {target}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard never comes to {target}")
