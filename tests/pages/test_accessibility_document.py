"""docs/accessibility.md has every criterion of WCAG 2.2 A and AA, and the tests that it names are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/accessibility.md").read_text()
CRITERIA = re.findall(r"^\| (\d\.\d\.\d+) \|(.*)\|$", TEXT, re.MULTILINE)
# criteria of each guideline that are A or AA; 4.1.1 went with 2.2
OF_WCAG = {
    "1.1": "1",
    "1.2": "1 2 3 4 5",
    "1.3": "1 2 3 4 5",
    "1.4": "1 2 3 4 5 10 11 12 13",
    "2.1": "1 2 4",
    "2.2": "1 2",
    "2.3": "1",
    "2.4": "1 2 3 4 5 6 7 11",
    "2.5": "1 2 3 4 7 8",
    "3.1": "1 2",
    "3.2": "1 2 3 4 6",
    "3.3": "1 2 3 4 7 8",
    "4.1": "2 3",
}
NAMED = dict(re.findall(r"^\| (【.+?】) \| (.+?) \|", TEXT, re.MULTILINE))
BY_HAND = TEXT.partition("## 人が確かめたこと")[2]


def test_it_has_every_criterion_once_in_order():
    expected = [f"{part}.{number}" for part, numbers in OF_WCAG.items() for number in numbers.split()]
    assert [number for number, _ in CRITERIA] == expected
    assert len(expected) == 55


@pytest.mark.parametrize(("number", "row"), CRITERIA, ids=[number for number, _ in CRITERIA])
def test_each_says_for_each_sort_of_page_how_it_was_tried(number: str, row: str):
    _, level, *sorts, how = (cell.strip() for cell in row.split("|"))
    assert level in {"A", "AA"}
    assert len(sorts) == 8
    assert set(sorts) <= {"自", "手", "自手", "－"}
    names = re.findall("【.+?】", how)
    assert set(names) <= set(NAMED)
    assert bool(names) or not any("自" in sort for sort in sorts)
    letters = re.findall(r"[A-F](?= の手順|）| で見)", how)
    assert bool(letters) or not any("手" in sort for sort in sorts)
    assert all(f"* **{letter}** " in BY_HAND for letter in letters)
    assert how


def test_every_test_that_it_names_is_there():
    missing = []
    for tests in NAMED.values():
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tests)
        assert named, tests
        missing += [f"{path}::{name}" for path, name in named if f"def {name}(" not in (ROOT / path).read_text()]
    assert missing == []
    assert {name for _, row in CRITERIA for name in re.findall("【.+?】", row)} == set(NAMED)


def test_it_says_when_people_looked():
    assert re.search(r"20\d\d-\d\d-\d\d、Chromium", BY_HAND)
