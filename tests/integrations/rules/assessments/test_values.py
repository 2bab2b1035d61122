"""What a cell may hold."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from integrations.rules.assessments.values import (
    HIGHEST_OVERALL_SCORE,
    LONGEST_COMMENT,
    read_day,
    read_moment,
    read_score,
    read_text,
)
from tests.integrations.rules.assessments.makers import TOKYO


@pytest.mark.parametrize(
    ("text", "score"),
    [("52.3", 52.3), ("52", 52.0), ("52.30", 52.3), (" 0 ", 0.0), ("100.0", 100.0), ("", None), ("　", None)],
)
def test_a_score_is_a_number_from_0_to_100_with_one_decimal_or_blank(text, score):
    assert read_score(text) == score


@pytest.mark.parametrize(
    "text",
    ["100.1", "-1", "52.35", "52,3", "５２", "5e1", "nan", "inf", "+5", ".5", "5.", "0x10", "=1+1", "1_0", "高い"],
)
def test_nothing_else_is_a_score(text):
    with pytest.raises(ValueError, match=r"^not a score$"):
        read_score(text)


def test_an_overall_score_ends_at_10():
    assert read_score("10.0", HIGHEST_OVERALL_SCORE) == 10.0
    with pytest.raises(ValueError, match=r"^not a score$"):
        read_score("10.1", HIGHEST_OVERALL_SCORE)


@pytest.mark.parametrize("text", ["2025/06/02", "2025-06-02", "2025/6/2", " 2025-6-2 "])
def test_a_day_has_slashes_or_hyphens(text):
    assert read_day(text) == date(2025, 6, 2)


def test_a_blank_is_no_day():
    with pytest.raises(ValueError, match=r"^blank$"):
        read_day("　")


@pytest.mark.parametrize("text", ["2025/02/29", "20250602", "2025.06.02", "令和7年6月2日", "45810", "2025/06-02"])
def test_nothing_else_is_a_day(text):
    with pytest.raises(ValueError, match=r"^$|^day "):
        read_day(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025/06/02 09:30", datetime(2025, 6, 2, 9, 30, tzinfo=TOKYO)),
        ("2025/6/2 9:30", datetime(2025, 6, 2, 9, 30, tzinfo=TOKYO)),
        ("2025-06-02 09:30:15", datetime(2025, 6, 2, 9, 30, 15, tzinfo=TOKYO)),
        ("2025-06-02T09:30:15+09:00", datetime(2025, 6, 2, 0, 30, 15, tzinfo=UTC)),
        ("2025-06-02T00:30:15Z", datetime(2025, 6, 2, 0, 30, 15, tzinfo=UTC)),
        ("2025-06-02T09:30:15.250", datetime(2025, 6, 2, 9, 30, 15, 250000, tzinfo=TOKYO)),
        ("9999-12-31T14:59:59Z", datetime(9999, 12, 31, 14, 59, 59, tzinfo=UTC)),
        (" ", None),
    ],
)
def test_a_moment_is_a_day_and_a_time_in_the_zone_of_the_company(text, moment):
    assert read_moment(text, TOKYO) == moment


@pytest.mark.parametrize(
    ("text", "why"),
    [
        *((text, "^not a moment$") for text in ("2025/06/02", "09:30", "2025/06/02 0930", "2025/06/02 09:30 PM")),
        *((text, "^not a moment$") for text in ("2025/06/02 09:30 +9", "2025/06/02 09:30:15.1234567")),
        *((text, "must be in") for text in ("2025/06/02 25:00", "2025/06/02 09:60")),
        ("2025/02/30 09:30", "day"),
        *((text, "^out of range$") for text in ("0001-01-01 00:00", "9999-12-31 23:59-09:00", "9999-12-31T15:00Z")),
    ],
)
def test_nothing_else_is_a_moment(text, why):
    with pytest.raises(ValueError, match=why):
        read_moment(text, TOKYO)


def test_a_moment_is_one_where_the_company_can_be_shown_it():
    with pytest.raises(ValueError, match=r"^out of range$"):
        read_moment("9999-12-31T10:00Z", ZoneInfo("Pacific/Kiritimati"))


def test_the_last_moment_is_that_of_the_company_s_zone():
    assert read_moment("9999-12-31T23:59:59Z", UTC) == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_a_text_is_the_same_whatever_line_ends_it_was_saved_with():
    assert read_text(" 一行目\r\n二行目\r三行目\n", 100) == "一行目\n二行目\n三行目"


@pytest.mark.parametrize("text", ["あ" * (LONGEST_COMMENT + 1), "a\0b"])
def test_a_text_that_does_not_fit_is_refused(text):
    with pytest.raises(ValueError, match=r"^does not fit$"):
        read_text(text, LONGEST_COMMENT)
