"""Number formats as Excel writes them into workbooks."""

import pytest

from integrations.files.xlsx_number_formats import UnclearError, is_date, shown, shows_time


@pytest.mark.parametrize(
    ("code", "value", "seen"),
    [
        ("00000;@", 12, "00012"),
        ('"A"0000', 12, "A0012"),
        ("\\A000", 12, "A012"),
        ("A0000", 12, "A0012"),
        ('"EMP"@', 12, "EMP12"),
        ("000-000", 1234, "001-234"),
        ("000-0000", 1234567, "123-4567"),
        ("000-0000-0000", 9012345678, "090-1234-5678"),
        ("0000_ ", 12, "0012"),
        ("[Red]0000", 12, "0012"),
        ('0000;"▲"0000', -12, "▲0012"),
        ('0"号"', 7, "7号"),
        ("000", 12345, "12345"),
        ("000000", 0, "000000"),
    ],
)
def test_what_looks_like_a_code_is_written_out(code, value, seen):
    assert shown(code, value) == seen


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("General", 12),
        ("G/標準", 12),
        ("0", 12),
        ("@", 12),
        ("#,##0", 1234),
        ("0.00", 61.5),
        ("¥#,##0", 1234),
        ("[$¥-411]#,##0", 1234),
        ("0_);[Red]\\(0\\)", -3),
        ("0.00E+00", 12345),
        ("#,##0.0_ ", 61.5),
    ],
)
def test_a_number_that_looks_like_one_is_itself(code, value):
    assert shown(code, value) is None


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("0%", 0.5),
        ("#,##0,", 12345),
        ("# ?/?", 0.5),
        ("[<1000]0;#", 3),
        ("[DBNum1]0", 3),
        ("0;-0;;@", 0),
        (";;;", 3),
        ('"在籍"', 1),
        ("0000", 12.5),
    ],
)
def test_what_makes_another_value_of_it_is_unclear(code, value):
    with pytest.raises(UnclearError):
        shown(code, value)


@pytest.mark.parametrize(
    "code",
    [
        *("yyyy/m/d", "m/d/yy", "h:mm", "[h]:mm", "[$-411]ge.m.d", '[$-411]ggge"年"m"月"d"日"', "[$-411]e", "ggg"),
        *("[$-F800]dddd\\, mmmm dd\\, yyyy", "aaaa", "yyyy/m/d;@", "[$-411]AM/PM h:mm"),
    ],
)
def test_days_times_and_japanese_eras_are_dates(code):
    assert is_date(code)


@pytest.mark.parametrize(("code", "is_there"), [("yyyy/mm/dd hh:mm", True), ("yyyy/m/d", False), ("h:mm", False)])
def test_whether_a_day_is_shown_with_its_time(code, is_there):
    assert shows_time(code) == is_there


@pytest.mark.parametrize(
    "code", ["General", "G/標準", "0", '"day"0', "\\d0", "[Red]0", "0.00E+00", "@", "_d0", "#,##0"]
)
def test_nothing_else_is_a_date(code):
    assert not is_date(code)
