"""Who is named in a text, looked for among many at once."""

import time

import pytest

from integrations.reasons import REASONS, Reason
from integrations.rules.mentions import (
    ASKED_ANEW,
    COMPARED,
    Subject,
    Subjects,
    blanks_of,
    folded,
    names_of,
    without_values,
)

TEXT = "社員番号が、別の社員（{}、000999X）と同じです。ほか0000名。カオナビでメールアドレスが変わった可能性があります。"


@pytest.fixture(autouse=True)
def nothing_is_known_of_characters() -> None:
    COMPARED.clear()


def many(count: int) -> Subjects:
    people = (Subject(n, frozenset({f"{n:06}", f"p{n}@example.co.jp"}), names_of(f"姓{n}", "名")) for n in range(count))
    return Subjects(people, set(range(count)))


def test_each_is_found_by_key_or_name_and_by_no_part_of_a_longer_key():
    subjects = many(1000)
    found = {word: subjects.are_in(TEXT.format(word)) for word in ("000007", "P7@example.co.jp", "姓7　名", "姓999名")}
    assert set(found.values()) == {True}
    for word in ("1000007", "0000071", "xp7@example.co.jp", "姓1000 名", "000007名"):
        assert not subjects.are_in(TEXT.format(word)), word
    assert not Subjects([], set()).are_in(TEXT)


def test_a_thousand_people_whose_numbers_begin_alike_cost_no_more_than_one():
    subjects, texts = many(1000), [TEXT.format(f"{n:06}") for n in range(5000, 10_000)]
    begun = time.process_time()
    assert not any(map(subjects.are_in, texts))
    assert time.process_time() - begun < 2.0  # a comparison with each of them took a hundred times as long


def one(key: str, last_name: str, first_name: str = "") -> Subjects:
    return Subjects([Subject(1, frozenset({key}), names_of(last_name, first_name))], {1})


@pytest.mark.parametrize(
    "spelling",
    ["ｃａｎａｒｙ-7@example.co.jp", " Canary‐7@EXAMPLE.co.jp\u200b", "canary-7＠example.co.jp"],
)
def test_a_key_is_found_in_whatever_width_case_and_dash(spelling: str):
    subjects = one("canary-7@example.co.jp", "高橋", "恵")
    assert subjects.with_key(spelling) == 1
    assert subjects.are_in(f"見た目がよく似た「{spelling}」があります")


@pytest.mark.parametrize("spelling", ["髙橋 恵", "高𣘺　惠", "髙橋惠", " 高橋  恵 ", "高橋\U000e0100 恵"])
def test_a_name_is_found_in_whatever_form_of_its_characters(spelling: str):
    subjects = one("1", "高橋", "恵")
    assert subjects.named(spelling) == 1
    assert subjects.are_in(f"別の社員（{spelling}）と同じです")
    assert one("1", spelling.strip()).are_in("高橋 恵" if spelling.split()[1:] else "高橋恵")
    assert subjects.named("高橋 忍") is None


def test_a_key_of_one_character_is_found_where_it_stands_alone():
    subjects = one("7", "高橋", "恵")
    for text in ("6、7、8", "社員番号：７", "7", "メンバー7、8", "(7)", "（7／－）"):
        assert subjects.are_in(text), text
    for text in ("17、8", "6、70", "2026/7/1", "7名", "7.5", "007"):
        assert not subjects.are_in(text), text


def test_a_name_of_one_character_is_found_where_it_is_no_part_of_another():
    subjects = one("1001", "林")
    for text in ("林", "森、林、木", "社員番号は林 h@example.co.jpを指しています", "（林）"):
        assert subjects.are_in(text), text
    for text in ("ぁ林ゖ", "ゖ林ぁ", "0、林", "林"):
        assert subjects.are_in(text), text
    for text in ("小林 葉", "林田", "林田、", "森林、木", "リン", "a林", "林a", "ж林", "ァ林", "林ー"):
        assert not subjects.are_in(text), text


@pytest.mark.parametrize("name", ["高橋恵の結果.csv", "2026_髙橋-惠.xlsx", "高橋さん.csv", "タカハシ.csv", "A-7.csv"])
def test_a_file_may_be_called_after_somebody_by_a_part_of_the_name(name: str):
    parts = frozenset({"高橋", "恵", "タカハシ", "メグミ"})
    subjects = Subjects([Subject(1, frozenset({"a-7"}), names_of("高橋", "恵"), parts)], {1})
    assert subjects.could_be_meant_by(name)
    for other in ("恵比寿支店.csv", "2026年4月.csv", "A-70.csv", "高梁市.csv"):
        assert not subjects.could_be_meant_by(other), other


def test_of_several_keys_the_first_that_is_anybodys_says_who_it_is():
    people = [Subject(1, frozenset({"a@x.jp", "A-1"}), frozenset()), Subject(2, frozenset({"2"}), names_of("林", ""))]
    several = Subjects(people, {1, 2, 3})
    assert (several.pks, several.leaving) == ({1, 2}, {1, 2, 3})
    assert [several.with_key(*keys) for keys in (("x", "2", "a-1"), ("ａ－１", "2"), ("x",), ())] == [2, 1, None, None]
    assert (several.named(" 林"), several.named("a@x.jp"), several.with_key("林")) == (2, None, None)


def test_of_several_each_may_be_meant_by_a_part_of_the_name():
    parts = frozenset({"高橋"}), frozenset({"井上"})
    several = Subjects([Subject(pk, frozenset(), frozenset(), each) for pk, each in enumerate(parts)], {0, 1})
    assert all(map(several.could_be_meant_by, ("高橋.csv", "井上.csv")))


def test_an_address_stands_alone_before_an_at_which_it_has_already():
    assert one("a@x.jp", "").are_in("a@x.jp@example.co.jp")
    assert not one("a-7", "").are_in("a-7@example.co.jp")


@pytest.mark.parametrize("key", ["^7", "]7", "-7", "\\7", "7^", "^", "]", "\\"])
def test_a_key_may_begin_with_any_sign(key: str):
    assert one(key, "").are_in(f"（{key}）")
    assert not one(key, "").are_in("（8）")


def test_no_search_means_the_end_of_one_and_the_beginning_of_another():
    assert not one("ab", "cd").could_be_found_by(["bc", "da"])


def test_a_part_of_a_name_is_found_in_whatever_form_too():
    subjects = Subjects([Subject(1, frozenset(), frozenset(), frozenset({"髙橋"}))], {1})
    assert subjects.could_be_meant_by("高橋の結果.csv")


def test_nobody_is_named_in_any_text():
    nobody = Subjects([], set())
    assert not any(nobody.are_in(text) or nobody.could_be_meant_by(text) for text in ("", "林", "\0\0", "a.csv"))
    assert not nobody.could_be_found_by(["林", ""])


@pytest.mark.parametrize("key", ["a@x.jp", "a-7", "12"])
def test_a_key_is_no_part_of_a_longer_one_and_no_count_of_something(key: str):
    subjects = one(key, "高橋")
    for text in (key, f"「{key}」", f"番号は{key}。", f"、{key}、", f"{key}さん", f"を{key}を"):
        assert subjects.are_in(text), text
    for text in (f"x{key}", f"{key}x", f"{key}.x", f"-{key}", f"{key}/", f"{key}+", f"_{key}", f"{key}件", f"{key}日"):
        assert not subjects.are_in(text), text
    assert subjects.are_in(f"{key}@b") == ("@" in key)


def test_a_text_that_begins_or_ends_with_somebody_names_them_and_a_later_place_counts_too():
    subjects = one("12", "高橋", "恵")
    assert one("1", "林", "恵").are_in("担当は林恵さん")
    for text in ("12", "12、", "、12", "112、12", "12件、12", "高橋恵", "高橋さんと高橋恵", "高高橋恵"):
        assert subjects.are_in(text), text
    for text in ("", "1", "2", "高橋", "高", "112", "恵"):
        assert not subjects.are_in(text), text


def test_of_several_names_that_begin_alike_each_is_found():
    names = [("高橋", "恵"), ("高橋", "恵子"), ("高", "")]
    subjects = Subjects((Subject(pk, frozenset(), names_of(*name)) for pk, name in enumerate(names)), set())
    for text in ("高橋恵", "高橋　恵子", "高", "高橋と高"):
        assert subjects.are_in(text), text
    assert not subjects.are_in("高橋と高山")
    assert not subjects.are_in("高橋")


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        (("高橋", "恵"), {"高橋 恵", "高橋　恵", "高橋恵"}),
        ((" 高橋　", ""), {"高橋"}),
        (("", "恵 "), {"恵"}),
        (("", " "), set()),
    ],
)
def test_a_name_stands_in_texts_with_either_blank_or_none(parts: tuple[str, str], names: set[str]):
    assert names_of(*parts) == names


def test_a_text_is_compared_in_one_form_with_one_blank_at_a_time():
    assert folded("　髙橋 \u3000 Ｍｅｇ‐ｳﾞ\u200b ") == "高橋 meg-ヴ"
    assert folded("か\u3099ﾊﾟ／2026/4") == "がパ、2026/4"


@pytest.mark.parametrize(
    ("searches", "expected"),
    [
        (["たかはし"], True),
        (["x 橋恵"], True),
        (["x", "A7"], True),
        (["2026 恵比寿"], False),
        (["高橋恵子"], False),
        ([], False),
    ],
)
def test_a_search_may_have_meant_somebody_by_a_part_of_a_key_or_name(searches, expected):
    subjects = Subjects([Subject(1, frozenset({"a-7"}), names_of("高橋", "恵"), frozenset({"タカハシ"}))], {1})
    assert subjects.could_be_found_by(searches) is expected


@pytest.mark.parametrize(
    "name", ["高橋.csv", "高橋", "高橋.2026.xlsx", "2026.高橋.csv", ".高橋", "2026高橋4月.csv", "恵_高橋.csv", "a-7"]
)
def test_a_file_without_an_ending_or_with_two_may_be_called_after_somebody_too(name: str):
    subjects = Subjects([Subject(1, frozenset({"a-7"}), names_of("高橋", "恵"), frozenset({"高橋", "恵"}))], {1})
    assert subjects.could_be_meant_by(name)


@pytest.mark.parametrize("name", ["高橋_恵.csv", "2026-高橋-恵-4月.csv", "結果＿高橋（恵）.csv"])
def test_between_two_words_of_a_name_a_file_may_have_anything(name: str):
    assert one("1001", "高橋", "恵").could_be_meant_by(name)


@pytest.mark.parametrize("kana", ["アオヤマ", "ｱｵﾔﾏ ﾀﾞｲ", "アオヤマ タ\u3099イ"])
def test_a_number_beside_another_is_found_whatever_else_the_sentence_names(kana: str):
    """「社員番号（1001／2002）」, as a question about somebody says it, also where a name has its sounds in marks."""
    assert one("1001", "高橋").are_in(
        f"違う項目（ミキワメ／カオナビ）：社員番号（1001／2002）、フリガナ（{kana}／イノウエ）。"
    )


MAIL_MISSING, SHARED = Reason.MEMBER_MAIL_MISSING, Reason.MEMBER_MAIL_DUPLICATE
DATE, VALUE = Reason.MEMBER_DATE_INVALID, Reason.MEMBER_VALUE_INVALID


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("UNHEARD_OF", ("だれかの問題です。", "")),
        (MAIL_MISSING, (REASONS[MAIL_MISSING].sentence, REASONS[MAIL_MISSING].remedy)),
        (DATE, (REASONS[DATE].sentence.format(field="生年月日"), REASONS[DATE].remedy.format(field="生年月日"))),
        (VALUE, (REASONS[VALUE].sentence.format(field="生年月日"), "")),
        (SHARED, ("だれかの問題です。", REASONS[SHARED].remedy)),
        (Reason.MEMBER_IDENTITY_UNCERTAIN, ("だれかの問題です。", ASKED_ANEW)),
    ],
)
def test_without_values_an_issue_says_what_quotes_nobody(reason: str, told: tuple[str, str]):
    assert without_values(reason, "生年月日", "だれかの問題です。") == told


def test_a_sentence_says_what_it_quotes():
    assert blanks_of("「{key}」が{times}行あります。{key}") == {"key", "times"}
    assert blanks_of("空白です。") == set()
