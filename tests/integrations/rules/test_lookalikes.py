"""What nobody sees, and what looks the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.rules.lookalikes import Lookalikes, also_visible, as_cell, differences, invisible_in, look, visible


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
        ("\ufe0f", "", "U+FE0F 異体字セレクタ"),
        ("9\ufe0eA\ufe0e", "9\ufe0eA", "U+FE0E 異体字セレクタ"),
        ("䷀\U000e0100", "䷀", "U+E0100 異体字セレクタ"),  # a sign in the midst of ideographs
        ("か\ufe00", "か", "U+FE00 異体字セレクタ"),
        ("か\u200d👧", "か👧", "U+200D ゼロ幅接合子"),
        ("👧\u200dか", "👧か", "U+200D ゼロ幅接合子"),
        ("👧\u200d", "👧", "U+200D ゼロ幅接合子"),
        ("\u200d👧", "👧", "U+200D ゼロ幅接合子"),
        ("A\U000e0067", "A", "U+E0067 見えない文字"),
        ("🏴\U000e0001", "🏴", "U+E0001 見えない文字"),
        ("🏴a\U000e0067", "🏴a", "U+E0067 見えない文字"),
        ("🏴a\U000e0067\U000e0020", "🏴a", "U+E0067 見えない文字、U+E0020 見えない文字"),
        ("\u200b青\u200b山\u200b", "青山", "U+200B ゼロ幅スペース"),
        ("ab\u200b", "ab", "U+200B ゼロ幅スペース"),
        ("б\u200dб", "бб", "U+200D ゼロ幅接合子"),
        ("🏴\U000e0080", "🏴", "U+E0080 見えない文字"),
        ("🏴\U000e0080\U000e0067", "🏴", "U+E0080 見えない文字、U+E0067 見えない文字"),
        ("🏴X\U000e0067", "🏴X", "U+E0067 見えない文字"),
        ("a\x01b", "ab", "U+0001 制御文字"),
    ],
)
def test_what_nobody_sees_goes_and_is_named(text, seen, named):
    assert (visible(text), invisible_in(text)) == (seen, named)


@pytest.mark.parametrize(
    "text",
    [
        *("葛\U000e0100城", "辻\U000e0101", "神\ufe00", "☀️", "❤️", "1️⃣", "👨‍👩‍👧", "🏴\U000e0067\U000e0062\U000e007f"),
        *(
            "㐀\U000e0100",
            "\u9fff\U000e01ef",
            "\uf900\U000e0100",
            "舘\ufe00",
            "𠀀\ufe0d",
            "≨\ufe00",
            "↔️",
            "‼︎",
            "#️⃣",
            "🏻️",
        ),
        *("❤️‍🔥", "👩🏻‍💻", "\u0600\u200d\u0dff"),
        *("🏴\U000e0020", "a🏴\U000e0067", "🏴\U000e0020\U000e0067", "🏴\U000e0067\U000e007f\U000e0067"),
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


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("ガーデン", unicodedata.normalize("NFD", "ガーデン"), "濁点などの文字の組み立て方が違います"),
        (unicodedata.normalize("NFD", "ガーデン"), "ガーデン", "濁点などの文字の組み立て方が違います"),
        ("営業部", "営業\u200b部", "目に見えない文字が違います"),
        ("営業\u200b部", "営業部", "目に見えない文字が違います"),
        ("営業　部", "営業 部", "空白が違います"),
        ("営業部", "営業 部", "空白が違います"),
        ("Ａ－１", "a-1", "全角・半角または大文字・小文字が違います"),
        ("a-1", "Ａ－１", "全角・半角または大文字・小文字が違います"),
        ("サテライト", "サテライ卜", "「ト」（U+30C8）と「卜」（U+535C）が違います"),
        ("x·y", "x・y", "「·」（U+00B7）と「・」（U+30FB）が違います"),
        ("営業 部", "営業\u200b部", "「 」（U+0020）と「\u200b」（U+200B）が違います"),
        ("営業部", "営業部 \u200b", "文字が違います"),
    ],
)
def test_in_what_two_differ_is_said_in_words(one: str, other: str, told: str):
    assert look(one) == look(other)
    assert differences(one, other) == told


def test_of_many_that_look_alike_five_are_named_each_once_and_never_the_text_itself():
    ours = [*("営業 部", "営業部", "営業 部", "", "営 業部", "営業\u3000部", "営業\u200b部", "営　業部", "人事部")]
    alike = Lookalikes(ours)
    assert alike.of("営業部") == ["営業 部", "営 業部", "営業\u3000部", "営業\u200b部", "営　業部"]
    assert alike.hint("営業部 ") == (
        "見た目がよく似た「営業 部」「営業部」「営 業部」「営業\u3000部」「営業\u200b部」があります（空白が違います）。"
    )
    assert alike.of("") == alike.of(" ") == alike.of("部") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("aoi@example.co.jp", "a0l@example.co.jp"), ("al1@x.jp", "ＡＩＩ@x.jp"), ("morne@x.jp", "mome@x.jp")],
)
def test_in_mail_addresses_zero_and_o_one_and_l_and_rn_and_m_look_the_same(one: str, other: str):
    assert Lookalikes([one], as_mail=True).of(other) == [one]
    assert Lookalikes([one]).of(other) == []


def test_what_a_file_of_ours_can_hold_of_a_name_finds_it_and_another_of_just_that_name_goes_before():
    assert as_cell("　営業\0\u200b部 ") == "営業部"
    assert also_visible({"営業\u200b部": 1, "営業部": 2, " 人事\0部": 3}) == {
        "営業\u200b部": 1, "営業部": 2, " 人事\0部": 3, "人事部": 3,
    }  # fmt: skip
    assert also_visible({"営業部": 2, "営業\u200b部": 1})["営業部"] == 2
