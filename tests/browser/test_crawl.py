"""Every link and every button that an administrator can reach: no error page, no complaint, no foreign request."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Response, expect

from integrations import actions
from integrations.checkup.lines import CheckLine
from integrations.kaonavi.errors import CredentialsRefused
from integrations.models import KaonaviConnection
from integrations.views import check
from tests.browser.walk import look, walk
from tests.factories.browser import log_in

pytestmark = pytest.mark.browser

ERROR_PAGES = ("見つかりません", "問題が発生しました", "受け付けられない操作です", "権限がありません")
PRESSED_LAST = ("中止", "削除する", "OK", "ログアウト")  # what other buttons need is gone afterwards


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
    seen = dict(walk(watched))
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
