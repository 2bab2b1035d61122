"""What tests do in a browser's window."""

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import User
from playwright.sync_api import Page

from tests.factories.rows import logged_in

WIDE, NARROW = 1280, 360
PATIENCE = 60_000  # milliseconds that a page may take for what it is to show, on a machine that is busy with tests
CUT = """cards => cards
    .filter(card => card.scrollWidth > card.clientWidth + 1 && getComputedStyle(card).overflowX != "auto")
    .map(card => card.getAttribute("aria-label") ?? card.innerText.slice(0, 40))"""
TEXTS = "main :is(p, dd, th, td, li, span):not(.visually-hidden, .visually-hidden *)"
# text that is two characters wide and more than three lines high
SQUEEZED = """parts => parts.filter(part => {
    const text = document.createRange();
    text.selectNodeContents(part);
    const {width, height} = text.getBoundingClientRect();
    return part.checkVisibility() && width > 1 && width < 32 && height > 96;
}).map(part => part.innerText.slice(0, 40))"""
Windows = Callable[..., Page]  # site, width → a page there


# Rules of axe-core that it keeps only if they are named: of WCAG 2.2 (2.5.8), and experimental ones (1.3.4, 2.5.3).
MORE_RULES = (
    "target-size",
    "label-content-name-mismatch",
    "css-orientation-lock",
    "table-fake-caption",
    "td-has-header",
)


def barriers(page: Page) -> list[str]:
    """What axe-core finds, as rule and place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    rules = {name: {"enabled": True} for name in MORE_RULES}
    found = page.evaluate("rules => axe.run({resultTypes: ['violations'], rules})", rules)["violations"]
    return [f"{rule['id']} {[node['target'] for node in rule['nodes']][:3]}" for rule in found]


def overflow(page: Page, width: int) -> list[str]:
    """Whether the page needs more than this width, or cuts or squeezes what is in it, in words. It keeps the width."""
    page.set_viewport_size({"width": width, "height": 800})
    needed = page.evaluate("document.documentElement.scrollWidth")
    found = [f"needs {needed} of {width} pixels"] if needed > width else []
    found += [f"is cut at {width} pixels: {card}" for card in page.locator(".card").evaluate_all(CUT)]
    squeezed = page.locator(TEXTS).evaluate_all(SQUEEZED)
    return found + [f"is squeezed at {width} pixels: {text}" for text in squeezed]


def hasten(page: Page) -> None:
    """Let time pass ten times as fast for the page's own scripts: what it asks every three seconds is soon asked."""
    page.add_init_script("const wait = setTimeout; window.setTimeout = (what, after) => wait(what, after / 10)")


def log_in(page: Page, path: str = "/settings/") -> None:
    """As 佐藤 花子, to that page, past the form: the ways in have tests of their own."""
    session = logged_in(User.objects.get(username="hanako")).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "localhost", "path": "/"}]
    )
    page.goto(path)
