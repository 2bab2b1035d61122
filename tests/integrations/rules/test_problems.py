"""Whether a problem is open, and what a file says of it."""

from dataclasses import dataclass
from datetime import date

import pytest

from integrations.rules import fingerprint
from integrations.rules.problems import in_words, is_open, why_back

TODAY = date(2026, 4, 8)
DIGEST = fingerprint.of_values(["ａ@example.co.jp"])


@dataclass
class Said:
    value_digest: int | None = DIGEST
    until: date | None = None
    reason: str = ""
    assignee: str = ""
    memo: str = ""


@pytest.mark.parametrize(
    ("note", "digest", "expected"),
    [
        (None, DIGEST, True),
        (Said(value_digest=None, memo="電話済み"), DIGEST, True),
        (Said(value_digest=None, memo="電話済み"), None, True),
        (Said(), DIGEST, False),
        (Said(), DIGEST + 1, True),
        (Said(), None, True),
        (Said(until=TODAY), DIGEST, False),
        (Said(until=date(2026, 4, 7)), DIGEST, True),
        (Said(until=TODAY), DIGEST + 1, True),
    ],
)
def test_it_is_open_unless_it_is_set_aside_until_then_with_the_same_value(
    note: Said | None, digest: int | None, expected
):
    assert is_open(note, digest, TODAY) is expected


def test_values_are_the_same_in_whatever_order_the_rows_of_one_problem_come():
    assert fingerprint.of_values(["a", "b", "a"]) == fingerprint.of_values(["b", "a"])
    assert len({fingerprint.of_values(values) for values in ([], ["a"], ["b"], ["a", "b"], ["ab"])}) == 5


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (None, ""),
        (Said(), "対応不要"),
        (Said(reason="出向中", until=TODAY, assignee="佐藤"), "対応不要（2026/04/08まで）：出向中　担当：佐藤"),
        (Said(reason="出向中", until=date(2026, 4, 7), memo="電話済み"), "メモ：電話済み"),
    ],
)
def test_a_file_says_only_what_holds_today(note: Said | None, words: str):
    assert in_words(note, DIGEST, TODAY) == words


@pytest.mark.parametrize(
    ("note", "digest", "why"),
    [
        (None, DIGEST, ""),
        (Said(value_digest=None, memo="電話済み"), DIGEST, ""),
        (Said(until=TODAY), DIGEST, ""),
        (Said(until=date(2026, 4, 7)), DIGEST, "終了日を過ぎた"),
        (Said(until=date(2026, 4, 7)), DIGEST + 1, "値が変わった"),
        (Said(), DIGEST + 1, "値が変わった"),
    ],
)
def test_what_was_set_aside_comes_back_with_its_reason(note: Said | None, digest: int, why: str):
    assert why_back(note, digest, TODAY) == why
