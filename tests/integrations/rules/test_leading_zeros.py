"""Leading zeros that a spreadsheet dropped, or that somebody put on again."""

import pytest

from integrations.rules.leading_zeros import Zeros, bare, differ_by_zeros


@pytest.mark.parametrize(
    ("text", "ours"),
    [("12", "0012"), ("00012", "0012"), ("0012", ""), ("120", ""), ("", ""), ("00", "0"), ("A1", "0A1"), ("7", "")],
)
def test_a_text_is_known_by_what_is_left_without_its_zeros(text: str, ours: str):
    assert Zeros(["0012", "0", "0A1", "", "7"]).counterpart(text) == ours


def test_what_the_file_has_itself_has_lost_nothing():
    assert Zeros(["0012", "0013"], theirs=["12", "0012"]).counterpart("12") == ""
    assert Zeros(["0012", "0013"], theirs=["12", "0012"]).counterpart("13") == "0013"


def test_a_zero_alone_stays_one():
    assert [bare(text) for text in ("0", "000", "010", "")] == ["0", "0", "10", ""]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1", "01", True),
        ("01", "1", True),
        ("1", "1", False),
        ("1", "2", False),
        ("", "0", False),
        ("0", "00", True),
        ("X1", "1", False),
    ],
)
def test_two_may_differ_by_zeros_alone(one: str, other: str, expected):
    assert differ_by_zeros(one, other) is expected
