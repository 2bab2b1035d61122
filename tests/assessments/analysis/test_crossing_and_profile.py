"""タイプ × 項目 and 尺度: figures counted by hand, and who sees them."""

import html
import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.rights import Right
from assessments.analysis.crossing import ITEMS, grade_order
from assessments.analysis.scales import Moments, moments, moments_by_scale, moments_of_packed, spread_of_scores
from assessments.models import PersonalityType, Scale
from departments.models import Department
from tests.factories.rows import make_department, make_person, make_result, member_of_roles


def test_mean_and_spread_are_those_of_the_people_who_have_a_score():
    found = moments([40, None, 50, 60])
    assert (found.number, found.mean) == (3, 50)
    assert found.spread == pytest.approx(8.165, abs=0.001)
    assert moments([]).mean is moments([None]).spread is None


def test_two_groups_together_are_as_one():
    together, apart = moments([41.2, 55, 63.9, 50]), moments([41.2, 55]).with_(moments([63.9, 50]))
    assert apart.mean == pytest.approx(together.mean)
    assert apart.spread == pytest.approx(together.spread)


def test_scores_are_read_by_scale_whatever_else_is_stored():
    texts = ['{"listening": 50, "odd": 1, "optimism": 61.5}', '{"listening": 40.5}', "{}"]
    assert moments_by_scale(texts, ["optimism", "listening", "novelty_seeking"]) == [
        Moments(1, 61.5, pytest.approx(61.5**2)),
        Moments(2, 90.5, pytest.approx(50**2 + 40.5**2)),
        Moments(0, 0, 0),
    ]


def test_packed_scores_give_the_same_as_stored_ones_also_those_packed_before_a_scale_was_added():
    # 50.0, none and 61.5; then two rows that know only the first two of three scales
    packed = ["01f4ffff0267", "01950226", "ffff0000"]
    assert moments_of_packed(packed, 3, [0, 1, 2]) == [
        Moments(2, 90.5, pytest.approx(50**2 + 40.5**2)),
        Moments(2, 55, pytest.approx(55**2)),
        Moments(1, 61.5, pytest.approx(61.5**2)),
    ]
    assert moments_of_packed([], 3, [1]) == [Moments(0, 0, 0)]


def test_the_highest_score_is_in_the_last_range():
    assert spread_of_scores([0, 9.9, 10, None, Decimal("6.5")]) == [1, 0, 0, 0, 0, 0, 1, 0, 0, 2]


def test_grades_stand_from_the_best_to_none():
    assert sorted(["B", "なし", "A", "S", "A+", "A-", "B+"], key=grade_order) == [
        "S",
        "A+",
        "A",
        "A-",
        "B+",
        "B",
        "なし",
    ]


@pytest.fixture
def root(db: None) -> Department:
    """本社 with 営業部 (brain S, brain A, seeker A) and 人事部 (brain S, seeker without 判定); 1 person in 本社 itself."""
    root = make_department("0", "本社")
    sales, people = make_department("1", "営業部", parent=root), make_department("2", "人事部", parent=root)
    rows = [
        (sales, "brain", "S", "部長", 60, "9.5"),
        (sales, "brain", "A", "", 50, "7.1"),
        (sales, "seeker", "A", "", 40, None),
        (people, "brain", "S", "課長", 70, "7.9"),
        (people, "seeker", "", "", 30, "2.0"),
        (root, "seeker", "B", "社長", 50, None),
    ]
    for number, (place, kind, grade, position, score, overall) in enumerate(rows, 1):
        person = make_person(number, department=place, position=position, hire_date=date(2018 + number % 2, 4, 1))
        make_result(
            person,
            personality_type=PersonalityType.objects.get(code=kind),
            grade=grade,
            overall_score=overall,
            scores={scale.code: score for scale in Scale.objects.all()},
        )
    return root


def table_of(page: str) -> dict[str, list[str]]:
    """Rows of the table that are not all nought: head → cells, as texts."""
    rows = re.findall(r"<tr>(<th.*?)</tr>", page[page.index('<table class="cross') :], re.DOTALL)
    found = {}
    for row in rows:
        head, *cells = [re.sub(r"<[^>]+>", " ", part).strip() for part in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        if any(not text.startswith("0人") for text in cells):
            found[head] = [re.sub(r"\s+", " ", html.unescape(text)) for text in cells]
    return found


def test_types_by_grade_are_as_the_manual_shows_them(admin: Client, root: Department):
    page = admin.get(reverse("analysis:crossing"), {"item": "grade"}).text
    assert list(table_of(page).values()) == [
        ["計 6人", "S 2人 (33.3%)", "A 2人 (33.3%)", "B 1人 (16.7%)", "なし 1人 (16.7%)"],
        ["3人 (50%)", "0人 (0%)", "1人 (50%)", "1人 (100%)", "1人 (100%)"],
        ["3人 (50%)", "2人 (100%)", "1人 (50%)", "0人 (0%)", "0人 (0%)"],
    ]
    assert list(table_of(page))[1:] == ["シーカー（探求者）", "ブレイン（参謀）"]
    assert 'class="h5"><a href="/employees/?retired=no&amp;grade=S&amp;kind=brain">2人 (100%)' in page


def test_types_by_department_stand_by_a_level_of_the_tree(admin: Client, root: Department):
    heads = next(iter(table_of(admin.get(reverse("analysis:crossing"), {"level": 2}).text).values()))
    assert heads == ["計 6人", "本社（直属） 1人 (16.7%)", "営業部 3人 (50%)", "人事部 2人 (33.3%)"]
    assert next(iter(table_of(admin.get(reverse("analysis:crossing")).text).values())) == ["計 6人", "本社 6人 (100%)"]
    sales = Department.objects.get(name="営業部")
    below = admin.get(reverse("analysis:crossing"), {"department": sales.pk}).text
    assert next(iter(table_of(below).values())) == ["計 3人", "営業部 3人 (100%)"]


@pytest.mark.parametrize("query", [f"item={item}" for item in ITEMS] + ["level=2"])
def test_every_cell_leads_to_exactly_as_many_people(admin: Client, root: Department, query: str):
    page = admin.get(reverse("analysis:crossing") + "?" + query).text
    links = re.findall(r'<a href="(/employees/[^"]*)">(\d+)人', page)
    assert len(links) > 4
    for address, people in dict(links).items():
        listed = admin.get(html.unescape(address)).text
        assert f"<span>{people}名</span>" in listed, address


def test_columns_below_three_are_not_told_to_those_who_may_see_no_single_result(root: Department):
    client = member_of_roles(([Right.VIEW_RESULTS], None))
    table = table_of(client.get(reverse("analysis:crossing"), {"item": "hired"}).text)
    assert next(iter(table.values())) == ["計 6人", "2018年 3人 (50%)", "2019年 3人 (50%)"]
    # two groups of one are hidden, and a third one with them so that nobody is left over
    table = table_of(client.get(reverse("analysis:crossing"), {"item": "position"}).text)
    assert next(iter(table.values()))[1:] == ["社長 3人未満", "課長 3人未満", "部長 3人未満", "なし 3人 (50%)"]
    assert table["ブレイン（参謀）"] == ["3人 (50%)", "非表示", "非表示", "非表示", "1人 (33.3%)"]
    table = table_of(client.get(reverse("analysis:crossing"), {"level": 2}).text)
    assert {text.split(" ")[-1] for text in next(iter(table.values()))[1:]} == {"3人未満", "(50%)"}


def cells_of(page: str, label: str) -> list[str]:
    row = next(row for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL) if f">{label}<" in row)
    return re.findall(r'<td class="number[^"]*">([^<]*)</td>', row)


def test_a_scale_stands_with_mean_and_spread_beside_the_company(admin: Client, root: Department):
    sales = Department.objects.get(name="営業部")
    page = admin.get(reverse("analysis:profile"), {"department": sales.pk}).text
    assert cells_of(page, "傾聴傾向") == ["50.0 ±8.2", "50.0 ±12.9"]
    assert cells_of(page, "やる気") == ["50.0 ±8.2", "50.0 ±12.9"]
    assert cells_of(page, "7.0～7.9") == ["1人 (50%)", "50%"]
    assert cells_of(page, "9.0～10.0") == ["1人 (50%)", "25%"]
    assert ">平均 8.3<" in page
    assert ">全社の平均 6.6<" in page
    assert 'style="' not in page


def test_means_of_earlier_results_are_read_from_the_results_themselves(admin: Client, root: Department):
    one = root.children.get(name="人事部").employees.earliest("pk")
    make_result(one, date(2020, 4, 1), scores={"listening": 44}, overall_score="3.0")
    page = admin.get(reverse("analysis:profile"), {"until": "2020-12-31"}).text
    assert cells_of(page, "傾聴傾向") == ["44.0 ±0.0"]
    assert cells_of(page, "主張傾向") == ["なし"]
    assert cells_of(page, "3.0～3.9") == ["1人 (100%)"]


def test_a_dot_leads_to_those_who_have_the_score_and_a_column_to_its_people(admin: Client, root: Department):
    page = admin.get(reverse("analysis:profile")).text
    assert '/employees/?retired=no&amp;scale=listening">傾聴傾向</a>' in page
    assert '/employees/?retired=no&amp;kind=~any">やる気</a>' in page
    listed = admin.get(reverse("employees:list") + "?retired=no&score=7").text
    assert '/employees/?retired=no&amp;score=7">' in page
    assert "<span>2名</span>" in listed


def test_protected_scales_are_for_those_who_may_see_them_of_everybody_counted(root: Department):
    sales = Department.objects.get(name="営業部")
    plain = member_of_roles(([Right.VIEW_RESULTS, Right.VIEW_EMPLOYEES], None))
    assert "やる気" not in plain.get(reverse("analysis:profile")).text
    some = member_of_roles(
        ([Right.VIEW_RESULTS, Right.VIEW_EMPLOYEES], None), ([Right.VIEW_RESULTS, Right.VIEW_MENTAL_HEALTH], sales)
    )
    assert "やる気" not in some.get(reverse("analysis:profile")).text
    page = some.get(reverse("analysis:profile"), {"department": sales.pk}).text
    assert cells_of(page, "やる気") == ["50.0 ±8.2", "非表示"]
    assert cells_of(page, "傾聴傾向") == ["50.0 ±8.2", "50.0 ±12.9"]


def test_whoever_is_limited_to_departments_sees_only_their_means(root: Department):
    sales = Department.objects.get(name="営業部")
    client = member_of_roles(([Right.VIEW_RESULTS, Right.VIEW_EMPLOYEES], sales))
    assert cells_of(client.get(reverse("analysis:profile")).text, "傾聴傾向") == ["50.0 ±8.2"]
    heads = next(iter(table_of(client.get(reverse("analysis:crossing"), {"item": "grade"}).text).values()))
    assert heads == ["計 3人", "S 1人 (33.3%)", "A 2人 (66.7%)"]
