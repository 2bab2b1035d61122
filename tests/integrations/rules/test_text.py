"""Texts from outside, as they may be stored, shown and compared."""

import pytest

from integrations.rules.text import fold_width, shown, some_of, storable, with_line, without_nul


def test_nul_has_a_sign_in_what_is_stored_and_none_in_a_file():
    assert (storable("青\0山\0"), without_nul("青\0山\0"), shown("\0")) == ("青␀山␀", "青山", "␀")


def test_what_is_absurdly_long_is_cut_where_the_longest_mail_address_ends():
    assert shown("あ" * 254) == "あ" * 254
    assert shown("あ" * 255) == "あ" * 253 + "…"


def test_a_sentence_tells_its_line_where_it_has_one():
    assert (with_line(3, "空白です。"), with_line(None, "空白です。")) == ("3行目：空白です。", "空白です。")


@pytest.mark.parametrize(
    ("names", "total", "told"),
    [
        ([], None, ""),
        (["赤井", "青山"], None, "赤井、青山"),
        (["赤井", "青山", "井上"], None, "赤井、青山、ほか1名"),
        (["赤井", "青山"], 1236, "赤井、青山、ほか1,234名"),
        (["赤井", "青山"], 2, "赤井、青山"),
    ],
)
def test_some_are_named_and_the_others_counted(names, total, told):
    assert some_of(names, 2, "名", total=total) == told


@pytest.mark.parametrize(("text", "folded"), [("青山　直樹 ", "青山直樹"), ("（ｱｵﾔﾏ）", "(アオヤマ)"), (" ", "")])
def test_width_and_blanks_make_no_difference_between_names(text, folded):
    assert fold_width(text) == folded
