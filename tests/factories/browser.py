"""What tests do in a browser's window."""

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.factories.rows import PASSWORD

WIDE, NARROW = 1280, 360
Windows = Callable[..., Page]  # site, width → a page there


def barriers(page: Page) -> list[str]:
    """What axe-core finds, as rule and place."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']} {[node['target'] for node in rule['nodes']][:3]}" for rule in found]


def log_in(page: Page, path: str = "/settings/") -> None:
    """As 佐藤 花子, by the form, to that page."""
    page.goto(f"/accounts/login/?next={path}")
    page.get_by_label("ユーザー名").fill("hanako")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログインする").click()
    page.wait_for_url(f"**{path}")
