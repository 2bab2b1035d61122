"""What nobody sees, and what looks the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.lookalikes import Lookalikes, differences, invisible_in, look, visible


@pytest.mark.parametrize(
    ("text", "seen", "named"),
    [
        ("青\u200b山", "青山", "U+200B ゼロ幅スペース"),
        ("\u200e青山\u200f", "青山", "U+200E 左から右への記号、U+200F 右から左への記号"),
        ("\ufeff青山", "青山", "U+FEFF BOM"),
        ("青\u2060山", "青山", "U+2060 単語結合子"),
        ("a\u200db", "ab", "U+200D ゼロ幅接合子"),
        ("あ\ufe0f", "あ", "U+FE0F 異体字セレクタ"),
        ("\U000e0100", "", "U+E0100 異体字セレクタ"),
        ("A\U000e0101", "A", "U+E0101 異体字セレクタ"),
        ("山\ufe0f", "山", "U+FE0F 異体字セレクタ"),
        ("営業\x0b部\x7f", "営業部", "U+000B 制御文字、U+007F 制御文字"),
        ("営\xad業", "営業", "U+00AD ソフトハイフン"),
        ("青\u3164山", "青山", "U+3164 見えない文字"),
    ],
)
def test_what_nobody_sees_goes_and_is_named(text, seen, named):
    assert (visible(text), invisible_in(text)) == (seen, named)


@pytest.mark.parametrize(
    "text",
    [
        *("葛\U000e0100城", "辻\U000e0101", "神\ufe00", "☀️", "❤️", "1️⃣", "👨‍👩‍👧", "🏴\U000e0067\U000e0062\U000e007f"),
        *("a\nb\tc\r\n", "क्‍ष", "　青山", "青山 直樹", "\u00a0", "𠮷\U000e0100"),
    ],
)
def test_what_means_something_stays(text):
    assert (visible(text), invisible_in(text)) == (text, "")


@given(st.text())
def test_it_is_settled_at_once(text):
    assert visible(visible(text)) == visible(text)
    assert (visible(text) == text) == (invisible_in(text) == "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("営業〜東", "営業～東"),
        ("Ａ−１", "A-1"),
        ("ガーデン", unicodedata.normalize("NFD", "ガーデン")),
        ("ｶﾞｰﾃﾞﾝ", "ガーデン"),
        ("気分転換カ", "気分転換力"),
        ("ニ課", "二課"),
        ("営業 部", "営業部"),
        ("開発・運用", "開発･運用"),
        ("Sales", "ｓａｌｅｓ"),
        ("営業\u200b部", "営業部"),
    ],
)
def test_texts_that_a_person_can_hardly_tell_apart_look_the_same(one, other):
    assert look(one) == look(other)
    assert Lookalikes([one]).of(other) == [one]
    assert differences(other, one)


@pytest.mark.parametrize(("one", "other"), [("営業一部", "営業二部"), ("A1", "A2"), ("髙橋", "橋本"), ("東", "西")])
def test_others_do_not(one, other):
    assert look(one) != look(other)


def test_a_hint_names_what_is_alike_and_in_what_it_differs():
    told = "見た目がよく似た「営業〜東」があります（「～」（U+FF5E）と「〜」（U+301C）が違います）。"
    assert Lookalikes(["営業〜東"]).hint("営業～東") == told
    assert Lookalikes(["営業部"]).hint("営業部") == Lookalikes(["営業部"]).hint("人事部") == ""
