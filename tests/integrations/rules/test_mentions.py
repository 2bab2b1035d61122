"""Who is named in a text, looked for among many at once."""

import time

import pytest

from integrations.rules.mentions import Subject, Subjects, names_of

TEXT = "社員番号が、別の社員（{}、000999X）と同じです。ほか0000名。カオナビでメールアドレスが変わった可能性があります。"


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
    for text in ("小林 葉", "林田", "森林、木", "リン"):
        assert not subjects.are_in(text), text


@pytest.mark.parametrize("name", ["高橋恵の結果.csv", "2026_髙橋-惠.xlsx", "高橋さん.csv", "タカハシ.csv", "A-7.csv"])
def test_a_file_may_be_called_after_somebody_by_a_part_of_the_name(name: str):
    parts = frozenset({"高橋", "恵", "タカハシ", "メグミ"})
    subjects = Subjects([Subject(1, frozenset({"a-7"}), names_of("高橋", "恵"), parts)], {1})
    assert subjects.could_be_meant_by(name)
    for other in ("恵比寿支店.csv", "2026年4月.csv", "A-70.csv", "高梁市.csv"):
        assert not subjects.could_be_meant_by(other), other
