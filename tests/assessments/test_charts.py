"""Charts: where things stand is counted by hand; no two texts overlap at the narrowest width."""

from itertools import pairwise

import pytest
from django.template.loader import render_to_string

from assessments.charts.axis import GAP, NARROWEST, Axis, anchor_at, in_lanes, percent, span, width_of
from assessments.charts.bars import Bar, Bars, count_words
from assessments.charts.dots import Dot, Dots
from assessments.charts.histogram import Bin, Histogram
from assessments.charts.stack import Part, Stack, StackLine, pieces


@pytest.mark.parametrize(
    ("score", "x"), [(20, "0%"), (50, "50%"), (61.4, "69%"), (80, "100%"), (5, "0%"), (99, "100%")]
)
def test_a_value_beyond_the_ends_stands_at_the_end(score: float, x: str):
    assert Axis(20, 80).place(score) == x


@pytest.mark.parametrize(
    ("axis", "numbers"),
    [
        (Axis(20, 80), ["20", "30", "40", "50", "60", "70", "80"]),
        (Axis(0, 10), ["0", "2", "4", "6", "8", "10"]),
        (Axis(0, 30, "%"), ["0%", "10%", "20%", "30%"]),
        (Axis(0, 100_000, "人"), ["0人", "50000人", "100000人"]),
    ],
)
def test_an_axis_has_as_many_round_numbers_as_keep_apart(axis: Axis, numbers: list[str]):
    assert [tick.text for tick in axis.ticks] == numbers
    places = [(float(tick.x[:-1]) / 100 * NARROWEST, width_of(tick.text) / 2) for tick in axis.ticks]
    assert all(left + half + GAP <= right - other for (left, half), (right, other) in pairwise(places))


@pytest.mark.parametrize(("most", "high"), [(27.3, 30), (6.2, 8), (54.5, 60), (100, 100), (0.4, 0.4)])
def test_an_axis_for_lengths_ends_at_a_round_number(most: float, high: float):
    assert Axis.up_to(most).high == pytest.approx(high)


def test_a_text_stays_inside_the_chart():
    assert [anchor_at(share, "この人 7.8") for share in (0, 0.5, 1)] == ["start", "middle", "end"]
    assert span(0, "12")[0] == 0
    assert span(1, "12")[1] == NARROWEST


def test_texts_that_would_overlap_stand_in_lines_of_their_own():
    labels = in_lanes([(0.5, "この人 7.8"), (0.52, "平均 7.6"), (0.54, "中央値 7.5"), (0, "0")])
    assert [label.lane for label in labels] == [0, 1, 2, 0]
    assert width_of("平均") == 24


def test_percent_of_the_width_is_short():
    assert [percent(share) for share in (0, 1 / 3, 0.5, 1)] == ["0%", "33.33%", "50%", "100%"]


def test_numbers_and_shares_are_written_as_kaonavi_writes_them():
    assert [count_words(*each) for each in ((2, 11), (0, 11), (6, 11), (11, 11), (1234, 2468), (0, 0))] == [
        *("2人 (18.2%)", "0人 (0%)", "6人 (54.5%)", "11人 (100%)", "1,234人 (50%)", "0人 (0%)"),
    ]


def test_bars_of_a_group_stand_beside_those_of_the_whole():
    bars = Bars([Bar("ブレイン", 1, 30, "?kind=brain"), Bar("シーカー", 3, 10)], 4, 40, head="16タイプ", group="営業部")
    assert bars.axis == Axis(0, 80, "%")
    assert [(line.width, line.whole_width, line.words, line.whole_words) for line in bars.lines] == [
        ("31.25%", "93.75%", "1人 (25%)", "75%"),
        ("93.75%", "31.25%", "3人 (75%)", "25%"),
    ]
    page = render_to_string(bars.template, {"chart": bars})
    assert '<a href="?kind=brain">ブレイン</a>' in page
    assert 'style="' not in page


def test_pieces_of_a_stack_follow_one_another_and_nobody_has_none():
    drawn = list(pieces([Part(0, 1), Part(1, 0), Part(4, 29, "?kind=x")]))
    assert [(piece.x, piece.width, piece.fill, piece.text, piece.words) for piece in drawn] == [
        ("0%", "3.33%", 1, "", "1：1人"),
        ("3.33%", "96.67%", 5, "5", "5：29人"),
    ]


def test_a_stack_says_its_kinds_by_number_and_hides_a_group_without_parts():
    stack = Stack(
        [StackLine("営業部", "3人", [Part(1, 3)]), StackLine("法務室", "3人未満", [])], ["A", "B"], head="部署"
    )
    assert stack.legend == [(1, 1, "A"), (2, 2, "B")]
    page = render_to_string(stack.template, {"chart": stack})
    assert page.count('<svg class="track"') == 1
    assert ">2</text>" in page


def test_dots_have_spread_or_a_line_from_the_mean():
    alone, spread, none = Dots(
        [Dot("傾聴傾向", 62, 44, cells=("62", "44")), Dot("主張傾向", 50, 47, 12, 6), Dot("無私性", None)],
        heads=("今回", "前回"),
    ).lines
    assert alone.own == ("70%", "50%", "70%")
    assert alone.other == ("40%", "40%", "40%")
    assert spread.own == ("50%", "30%", "70%")
    assert spread.other == ("45%", "35%", "55%")
    assert none.own is none.other is None


def test_a_histogram_has_the_whole_as_an_outline_and_marks_one_persons_range():
    bins = [Bin(0, 5, 1, 30, "0.0～4.9"), Bin(5, 10, 3, 10, "5.0～10.0")]
    chart = Histogram(bins, "総合スコア", "営業部", "全社", marks=[(10, "この人 10.0"), (9, "平均 9.0")])
    assert [(column.x, column.width, column.y, column.is_marked, column.words) for column in chart.columns] == [
        (0, 50, 68.75, False, "1人 (25%)"),
        (50, 50, 6.25, True, "3人 (75%)"),
    ]
    assert chart.outline == "M0 100V6.25H50V68.75H100V100"
    assert [(line.label.lane, line.y) for line in chart.mark_lines] == [(0, 31), (1, 13)]
    page = render_to_string(chart.template, {"chart": chart})
    assert "5.0～10.0" in page
    assert 'style="' not in page


def test_a_histogram_of_nobody_is_flat():
    chart = Histogram([Bin(0, 5, 0), Bin(5, 10, 0)], "総合スコア", "営業部")
    assert [column.height for column in chart.columns] == [0, 0]
