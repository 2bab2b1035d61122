"""連携チェック, line by line: what htmx asks for, and what is remembered."""

from collections.abc import Callable
from itertools import takewhile

import pytest
from django.test import Client
from django.urls import reverse

from integrations.checkup.lines import STEPS, CheckLine
from integrations.models import KaonaviConnection
from integrations.views import check

CHECK = reverse("integrations:check")
HTMX = {"HX-Request": "true"}
LINES = {
    "keys": ("keys", "token"),
    "members": ("members",),
    "departments": ("departments",),
    "member": ("member:役職", "member:雇用形態"),
    "latest_sheet": (
        "latest_sheet",
        "latest_sheet:scale:listening",
        "latest_sheet:scale:assertion",
        "latest_sheet:read",
    ),
    "all_sheet": ("all_sheet", "all_sheet:read"),
}


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """カオナビ, step by step: all is well but for these lines (key → status)."""
    found: dict[str, str] = {}

    def step(name: str) -> list[CheckLine]:
        keys = ["sheets"] if name == "latest_sheet" and "sheets" in found else LINES[name]
        return [CheckLine(key, f"確認 {key}", found.get(key, "ok"), f"{key} の結果") for key in keys]  # type: ignore[arg-type]  # any status

    monkeypatch.setattr(check, "check_step", step)
    return found


@pytest.fixture
def ask(admin: Client, connected: KaonaviConnection) -> Callable[..., str]:
    return lambda step, **more: admin.post(CHECK, {"step": step, **more}, headers=HTMX).text


def test_it_shows_a_step_and_asks_for_the_next_one(ask, wrong):
    part = ask("keys")
    assert "確認 keys" in part
    assert "確認 members" not in part
    assert '<input type="hidden" name="step" value="members">' in part
    assert 'hx-trigger="load"' in part
    assert "上から順に確認しています" in part


def test_it_walks_through_all_steps_and_then_sums_up(ask, wrong):
    parts = [ask(step) for step in STEPS]
    assert all('hx-trigger="load"' in part for part in parts[:-1])
    assert 'hx-trigger="load"' not in parts[-1]
    assert "すべて揃っています" in parts[-1]
    stored = KaonaviConnection.objects.get()
    assert set(stored.check_lines) == {key for keys in LINES.values() for key in keys}
    assert stored.checked_at is not None
    assert stored.consumer_secret == "the canary secret"


def test_it_says_at_the_end_what_was_wrong_on_the_way(ask, wrong):
    wrong["members"] = "error"
    parts = [ask(step) for step in STEPS]
    assert "直すところがあります" in parts[-1]


@pytest.mark.parametrize(("step", "line"), [("keys", "keys"), ("latest_sheet", "sheets")])
def test_it_stops_where_nothing_more_can_be_asked(step: str, line: str, ask, wrong):
    for earlier in takewhile(lambda name: name != step, STEPS):
        ask(earlier)
    wrong[line] = "error"
    part = ask(step)
    assert 'hx-trigger="load"' not in part
    assert "直すところがあります" in part
    wrong.clear()
    assert 'hx-trigger="load"' in ask(step), "looking again goes on from there"


def test_it_looks_again_at_one_line_and_nothing_else(ask, wrong):
    wrong["members"] = "error"
    for step in STEPS:
        part = ask(step)
    assert "直すところがあります" in part
    wrong.clear()
    part = ask("members", alone="1")
    assert "確認 members" in part
    assert "確認 departments" not in part
    assert 'hx-trigger="load"' not in part
    assert "すべて揃っています" in part


def test_it_offers_to_look_again_where_something_is_wrong(ask, wrong):
    wrong["members"] = "error"
    assert "再チェック" in ask("members")
    assert "再チェック" not in ask("departments")


def test_it_puts_scales_together_of_which_nothing_needs_to_be_said(ask, wrong):
    part = ask("latest_sheet")
    assert "各尺度の項目（2件）" in part
    wrong["latest_sheet:scale:listening"] = "error"
    part = ask("latest_sheet")
    assert "各尺度の項目" not in part
    assert "確認 latest_sheet:scale:listening" in part


def test_it_begins_anew_with_the_keys(ask, wrong):
    for step in STEPS:
        ask(step)
    ask("keys")
    assert set(KaonaviConnection.objects.get().check_lines) == {"keys", "token"}


def test_it_takes_nonsense_for_the_beginning(ask, wrong):
    assert "確認 keys" in ask("nonsense")


def test_it_tells_on_the_page_what_the_last_check_found(admin: Client, ask, wrong):
    wrong["members"] = "error"
    for step in STEPS:
        ask(step)
    assert "直すところが1件ありました" in admin.get(CHECK).text
