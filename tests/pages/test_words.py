"""Words on the screens, as far as a machine can look: what is not there is said, nobody is sent to a corner."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
MANUAL = ROOT / "docs/manual.ja.md"
PAGES = {str(path.relative_to(TEMPLATES)): path.read_text() for path in TEMPLATES.rglob("*.html")}
# A dash for a value: as a default, alone in an element, or alone on a line or in a branch
DASH = re.compile(r'default(?:_if_none)?:"[-–—―]"|>\s*[-–—―]\s*<|%}\s*[-–—―]\s*{%')
THE_MANUAL_S = frozenset({"integrations/_error_file.html"})  # 「-」 in the column エラーファイル, where there is none


def found(pattern: re.Pattern[str], *, but: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    matches = {page: pattern.findall(text) for page, text in PAGES.items() if page not in but}
    return {page: words for page, words in matches.items() if words}


def test_what_is_not_there_is_said_in_words():
    assert found(DASH, but=THE_MANUAL_S) == {}
    assert all(DASH.search(PAGES[page]) for page in THE_MANUAL_S)


def test_menus_are_named_and_not_sought_in_a_corner():
    """On a telephone they stand elsewhere. カオナビ's own 設定保存 does stand top right, as the manual says."""
    corner = re.compile(r"右上の(?!<strong>設定保存|「設定保存|「保存)|左の|左側の")
    assert found(corner) == {}
    assert corner.findall(MANUAL.read_text()) == []


def test_an_empty_list_says_what_fills_it():
    empty = [
        each for text in PAGES.values() for each in re.findall(r'{% include "_components/empty.html"[^%]*%}', text)
    ]
    assert len(empty) > 5
    assert [each for each in empty if not re.search(" (text|link)=", each)] == []


@pytest.mark.parametrize("mark", ["<code", "エラーコード："])
def test_codes_are_folded_away(mark: str):
    """What a programmer or whoever runs the server asks for stands behind 「技術情報」, or is the subject of the page."""
    shown = {page: re.sub(r"<details.*?</details>", "", text, flags=re.DOTALL) for page, text in PAGES.items()}
    subjects = {
        "accounts/gallery.html",  # for programmers
        "accounts/recovery_codes.html",  # codes to keep
        "accounts/set_up_factor.html",  # a key to type
        "accounts/site_address.html",  # the address itself
        "integrations/_automation_webhook.html",  # a secret to copy
    }
    assert {page for page, text in shown.items() if mark in text} <= subjects
