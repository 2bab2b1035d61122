"""Every link and every button that an administrator can reach: no error page, no complaint, no foreign request."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response, expect

from integrations import actions
from integrations.checkup.lines import CheckLine
from integrations.kaonavi.errors import CredentialsRefused
from integrations.models import KaonaviConnection
from integrations.views import check
from tests.factories.browser import log_in
from tests.pages.addresses import kind_of

pytestmark = pytest.mark.browser

ANOTHER_SITE = "/admin/"  # Django's own
FILES = re.compile(r"\.(csv|xlsx|json|png)$")
ERROR_PAGES = ("見つかりません", "問題が発生しました", "受け付けられない操作です", "権限がありません")
PRESSED_LAST = ("中止", "削除する", "OK", "ログアウト")  # what other buttons need is gone afterwards


class Sight(NamedTuple):
    """What a page shows: its title, the addresses of ours that it leads to, and its buttons."""

    title: str
    links: list[str]
    buttons: list[str]
    """What tells a button from the others on the site: what its form is for, and its words, also where it is hidden."""


def look(page: Page) -> Sight:
    title, links, buttons = page.evaluate(
        """[
            document.querySelector("h1").innerText,
            [...document.links].map(link => link.href),
            [...document.querySelectorAll("button")].map(button => [button.form?.action, button.innerText]),
        ]"""
    )
    names = [f"{kind_of(urlsplit(action or '').path)} {words.strip()}" for action, words in buttons]
    return Sight(title, list(ours(site_of(page), links)), names)


def ours(site: str, links: list[str]) -> Iterator[str]:
    for link in links:
        parts = urlsplit(link)
        if link.startswith(site) and not parts.path.startswith(ANOTHER_SITE) and not FILES.search(parts.path):
            yield f"{parts.path}{'?' if parts.query else ''}{parts.query}"


def site_of(page: Page) -> str:
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}"


@pytest.fixture
def watched(page: Page, crowd: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A window that notes every answer that is an error; カオナビ refuses every key and is asked nothing."""

    def refuse(*_: str) -> None:
        raise CredentialsRefused

    monkeypatch.setattr(actions, "try_keys", refuse)
    monkeypatch.setattr(check, "check_step", lambda name: [CheckLine(name, name, "ok", "")])
    KaonaviConnection.objects.create(consumer_key="k", consumer_secret="s")
    errors: list[str] = []

    def note(response: Response) -> None:
        if response.status >= 400:
            errors.append(f"{response.request.method} {response.url}: {response.status}")

    page.on("response", note)
    log_in(page)
    yield page
    assert errors == []


def walk(page: Page) -> dict[str, Sight]:
    """Go to a page of every kind that can be reached: by address, what is seen there."""
    waiting, known, seen = ["/"], {kind_of("/")}, {}
    while waiting:
        address = waiting.pop()
        page.goto(address)
        seen[address] = look(page)
        for link in seen[address].links:
            if kind_of(link) not in known:
                known.add(kind_of(link))
                waiting.append(link)
    return seen


def turn(name: str) -> tuple[int, bool, bool]:
    """When the button is pressed: those that take something away come last, a result before its person, one before
    all.
    """
    address, _, words = name.rpartition(" ")
    last = next((place for place, end in enumerate(PRESSED_LAST, start=1) if words.endswith(end)), 0)
    return last, "/results/" not in address, "/N/" not in address


def press(page: Page, name: str) -> bool:
    """Press the button, and before it what opens the menu that it is in. False where it is not there any more."""
    names = look(page).buttons
    if name not in names:
        return False
    button = page.locator("button").nth(names.index(name))
    menu = button.evaluate("button => button.closest('[popover]')?.id")
    if menu and not button.is_visible():  # on a wide screen some stand open
        page.locator(f"button[popovertarget='{menu}']").first.click()
    if not button.is_visible() or not button.is_enabled():
        return False
    button.click()  # and what it opens has begun to come
    page.wait_for_load_state()
    expect(page.locator(".htmx-request")).to_have_count(0)  # nor does a part of the page wait for its answer
    return True


@pytest.mark.long
def test_it_leads_nowhere_wrong_and_lets_every_button_be_pressed(watched: Page):
    seen = walk(watched)
    assert len(seen) >= 18
    wrong = {
        address: sight.title for address, sight in seen.items() if any(words in sight.title for words in ERROR_PAGES)
    }
    assert wrong == {}

    places = {name: address for address, sight in reversed(seen.items()) for name in sight.buttons}
    pressed = set()
    for name in sorted(places, key=turn):
        watched.goto(places[name])
        if "/accounts/login/" in watched.url:
            log_in(watched, places[name])
        if press(watched, name):
            pressed.add(name.rpartition(" ")[2])
    assert {
        "連携する",
        "保存する",
        "カオナビと同期",
        "461名の役職を空白に、3名の雇用形態を空白にして実行",
        "チェックする",
        "中止",
        "削除する",
        "OK",
    } <= pressed
