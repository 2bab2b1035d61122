"""Who is named in a text, looked for among many at once."""

import time

from integrations.mapping.mentions import Subject, Subjects, names_of

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
