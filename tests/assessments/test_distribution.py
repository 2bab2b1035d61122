"""総合スコア among those of others, on examples counted by hand."""

from decimal import Decimal

import pytest

from assessments.distribution import Distribution


def among(score: str, **others: int) -> Distribution:
    return Distribution(
        Decimal(score), {Decimal(key.strip("_").replace("_", ".")): n for key, n in others.items()}, "全社"
    )


def test_the_sentence_says_who_is_counted_and_where_the_person_stands():
    distribution = among("7.2", _9_0=40, _8_1=15, _7_2=10, _3_0=246)
    # 55 of 312 are higher: the 56th, 17.9 %
    assert distribution.sentence == "総合スコア 7.2 は、全社 312 名のうち上位 18 % です。"


@pytest.mark.parametrize(
    ("score", "top"),
    [("10.0", 1), ("5.0", 50), ("0.0", 100)],
)
def test_the_best_is_among_the_first_percent_and_the_last_at_a_hundred(score, top):
    # 0.1 … 9.9 but for 5.0, each twice: 196 others
    others = {Decimal(tenths) / 10: 2 for tenths in range(1, 100) if tenths != 50}
    assert Distribution(Decimal(score), others, "全社").top == top


def test_with_fewer_than_three_people_nothing_is_shown():
    assert not among("5.0", _1_0=1).is_shown
    assert among("5.0", _1_0=2).is_shown


def test_each_column_is_a_whole_number_and_the_last_has_the_best_too():
    chart = among("10.0", _9_0=1, _8_9=2, _0_0=3).chart
    assert [column.people for column in chart.bins] == [3, 0, 0, 0, 0, 0, 0, 0, 2, 2]
    assert [column.words for column in chart.bins][-2:] == ["8.0～8.9", "9.0～10.0"]
    assert [column.is_marked for column in chart.columns].index(True) == 9
