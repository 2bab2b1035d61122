"""What a search takes for the same: the key of a text, and the pattern that finds it in texts as they are."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.kanji_forms import FORMS, ONE_FORM
from accounts.spelling import HYPHEN_CLASS, fits, pattern, search_key, words_of

SAME = [
    ("青木葵", "青木　葵"),
    ("ｱｵｷ ｱｵｲ", "あおきあおい"),
    ("ガーデン", unicodedata.normalize("NFD", "がーでん")),
    ("ｶﾞｰﾃﾞﾝ", "がでん"),
    ("ﾀﾛ-", "タロー"),
    ("Ｅ－００１２", "e0012"),
    ("03‐1234−5678", "0312345678"),
    ("TARO.Aoki@Example.co.jp", "taro.aoki@example.co.jp"),
    ("㈱カオナビ", "(株)かおなび"),
    ("営業Ⅲ課", "営業III課"),
    ("葛\U000e0100城", "葛城"),
    ("青\u200b木", "青木"),
    ("市ヶ谷", "市ケ谷"),
    ("É", "e\u0301"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_width_case_kana_blanks_and_hyphens_do_not_matter(one: str, other: str):
    assert search_key(one) == search_key(other)
    for word, text in ((one, other), (other, one)):
        assert re.search(pattern(word), f"は{text}さ"), word


@pytest.mark.parametrize("group", ["高髙", "崎﨑", "浜濵濱", "辺邊邉", "斎齋斉齊", "吉𠮷", "沢澤", "恵惠", "島嶋嶌"])
def test_forms_of_a_kanji_find_each_other(group: str):
    assert {search_key(form) for form in group} == {search_key(group[0])}
    assert all(fits(one, f"山{other}") for one in group for other in group)


@pytest.mark.parametrize(
    ("word", "text"),
    [("かき", "がき"), ("か", "ｶﾞ"), ("か", "か\u3099"), ("は", "ﾊﾟ"), ("林", "森"), ("土", "士"), ("大", "太")],
)
def test_what_is_another_letter_stays_another(word: str, text: str):
    assert not fits(word, text)
    assert not re.search(pattern(word), text)


def test_the_table_has_each_character_once_and_none_that_nfkc_knows():
    counted = Counter(FORMS.replace(" ", ""))
    assert [form for form, times in counted.items() if times > 1] == []
    assert [form for form in counted if unicodedata.normalize("NFKC", form) != form] == []
    assert all(len(group) > 1 for group in FORMS.split())


def test_every_word_has_to_fit_and_no_word_goes_over_two_texts():
    assert fits("葵 営業", "青木 葵", "営業部")
    assert not fits("葵 経理", "青木 葵", "営業部")
    assert not fits("葵営業", "青木 葵", "営業部")
    assert fits("", "青木")


def test_a_hyphen_alone_is_no_word_beside_others_and_fits_nowhere_by_itself():
    assert words_of("0012 - 34") == ["0012", "34"]
    assert words_of("ー ‐") == ["ー", "‐"]
    assert not fits("‐", "‐")
    with pytest.raises(ValueError, match="nothing is left"):
        pattern("－")


LETTERS = "あアｱかガｶﾞはパﾎﾟけヶケュｭー青葵高髙邊邉﨑𠮷齋aAａＡéÉ09０-－‐− 　\u200b\U000e0100\u3099@._()（"
written = st.text(st.sampled_from(LETTERS), max_size=12)


@given(written)
def test_a_key_is_settled_at_once(text: str):
    key = search_key(text)
    assert search_key(key) == key
    assert not set(key) & {*ONE_FORM, *" 　", *HYPHEN_CLASS}


def otherwise(text: str, how: st.DataObject) -> str:
    """The same, as somebody else may write it."""
    kinds = {chr(number): chr(number + 0x60) for number in range(0x3041, 0x3097)}
    forms = {form: group for group in FORMS.split() for form in group}
    ways: list[Callable[[str], str]] = [
        lambda sign: kinds.get(sign, sign),
        lambda sign: unicodedata.normalize("NFD", sign),
        lambda sign: sign + how.draw(st.sampled_from([" ", "　", "-", "－", "ー", "\u200b"])),
        lambda sign: chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign,
        str.upper,
        lambda sign: how.draw(st.sampled_from(forms.get(sign) or sign)),
        str,
    ]
    return "".join(how.draw(st.sampled_from(ways))(sign) for sign in text)


@given(st.text(st.sampled_from("あかがぱけゃ青高辺崎斎吉a0é@."), min_size=1, max_size=8), st.data())
def test_however_it_is_written_it_is_found(text: str, how: st.DataObject):
    other = otherwise(text, how)
    assert search_key(other) == search_key(text)
    assert re.search(pattern(text), other)
    assert re.search(pattern(other), text)


@given(st.builds(str.__add__, st.sampled_from("あアか青髙aé0@."), written), written)
@example("か", "か-゛")
@example("が", "カ ﾞ")
def test_the_pattern_finds_in_a_text_what_the_key_finds_in_its_key(word: str, text: str):
    assert (re.search(pattern(word), text) is not None) == (search_key(word) in search_key(text))
