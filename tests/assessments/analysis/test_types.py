"""16タイプ by department: figures counted by hand, and who sees them."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.rights import Right
from assessments.analysis.types import OTHERS, cross, tally_by, total_of
from assessments.latest import NONE, UNKNOWN
from assessments.models import PersonalityType
from departments.models import Department
from tests.factories.rows import make_department, make_person, make_result, member_of_roles


def test_people_are_counted_by_value_and_kind():
    tallies = tally_by([("a", 1, ""), ("a", 1, ""), ("a", None, "新しい型"), ("b", 2, ""), ("b", None, "")])
    assert tallies == {"a": {1: 2, UNKNOWN: 1}, "b": {2: 1, NONE: 1}}
    assert total_of(tallies.values()) == {1: 2, 2: 1, UNKNOWN: 1, NONE: 1}


def test_a_table_has_its_columns_in_order_and_the_rare_values_together():
    tallies = tally_by([("S", 1, "")] * 2 + [("A", 2, "")] * 6 + [("B", 1, "")] * 3 + [("C", 2, "")])
    table = cross(tallies, [1, 2], "SABC".index, most=3)
    assert table.columns == [("A", 6), ("B", 3), (OTHERS, 3)]
    assert table.cells == {1: [0, 3, 2], 2: [6, 0, 1]}
    assert table.total == {1: 5, 2: 7}
    assert table.others == 2


@pytest.fixture
def sales(db: None) -> Department:
    """本社 has 営業部 (3 brains and a contributor, of them one below in 営業一課) and 人事部 with 2 seekers.

    Beside them somebody who left, somebody untested, and somebody whose latest result says another type.
    """
    root = make_department("0", "本社")
    sales, people = make_department("1", "営業部", parent=root), make_department("2", "人事部", parent=root)
    lower = make_department("11", "営業一課", parent=sales)
    places = [(sales, "brain"), (sales, "brain"), (lower, "brain"), (sales, "contributor"), (people, "seeker")]
    for number, (place, kind) in enumerate([*places, (people, "seeker")], 1):
        person = make_person(number, department=place)
        make_result(person, personality_type=PersonalityType.objects.get(code=kind))
        make_result(person, date(2020, 4, 1), title="昔の検査")
    left = make_person(8, department=sales, is_retired=True)
    make_result(left)
    make_person(9, department=sales)
    return sales


def line_of(page: str, label: str) -> list[str]:
    """The numbers beside a bar."""
    row = next(row for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL) if label in row)
    return re.findall(r'<td class="number[^"]*">([^<]*)</td>', row)


def test_a_department_stands_beside_the_company_and_the_departments_below_it(admin: Client, sales: Department):
    page = admin.get(reverse("analysis:balance"), {"department": sales.pk}).text
    assert "本社 ＞ 営業部（配下の1部署を含む）" in page
    assert line_of(page, "ブレイン（参謀）") == ["3人 (75%)", "50%"]
    assert line_of(page, "コントリビューター") == ["1人 (25%)", "16.7%"]
    assert line_of(page, "シーカー") == ["0人 (0%)", "33.3%"]
    assert f"/employees/?department={sales.pk}&amp;retired=no&amp;kind=brain" in page
    assert re.findall(r'href="[^"]*">(営業一課|（直属）)</a><svg', page) == ["営業一課", "（直属）"]
    assert 'style="' not in page


def test_without_what_lies_below_with_who_left_and_as_it_was(admin: Client, sales: Department):
    address = reverse("analysis:balance")
    assert line_of(admin.get(f"{address}?department={sales.pk}&below=no").text, "ブレイン（")[0] == "2人 (66.7%)"
    assert line_of(admin.get(f"{address}?department={sales.pk}&retired=all").text, "コントリ")[0] == "2人 (40%)"
    before = admin.get(f"{address}?department={sales.pk}&until=2020-12-31").text
    assert line_of(before, "コントリ") == ["4人 (100%)", "100%"]
    assert line_of(admin.get(address, {"title": "昔の"}).text, "コントリ") == ["6人 (100%)"]
    assert "until=2020-12-31" in before


def test_every_bar_leads_to_exactly_its_people(admin: Client, sales: Department):
    page = admin.get(reverse("analysis:balance"), {"department": str(sales.pk), "title": "昔の"}).text
    address = re.search(r'<a href="([^"]*kind=contributor)">コントリ', page)
    assert address
    listed = admin.get(address[1].replace("&amp;", "&")).text
    assert [f"<td>000{number}</td>" in listed for number in range(1, 7)] == [True] * 4 + [False] * 2


@pytest.mark.parametrize("query", ["since=tomorrow", "department=99999", "department=nowhere", "title=何もない"])
def test_a_filter_that_means_nothing_says_so_and_shows_no_figure(admin: Client, sales: Department, query: str):
    page = admin.get(reverse("analysis:balance") + "?" + query)
    assert page.status_code == 200
    assert '<svg class="track"' not in page.text
    assert sales.name in page.text


def test_whoever_is_limited_to_departments_sees_those_in_every_figure(sales: Department):
    client = member_of_roles(([Right.VIEW_RESULTS, Right.VIEW_EMPLOYEES], sales))
    page = client.get(reverse("analysis:balance")).text
    assert line_of(page, "ブレイン（参謀）") == ["3人 (75%)"]
    assert line_of(page, "シーカー") == ["0人 (0%)"]
    assert "閲覧できる部署の全体" in page
    assert "全社" not in page
    assert "人事部" not in page
    other = Department.objects.get(name="人事部")
    assert "数値" not in (refused := client.get(reverse("analysis:balance"), {"department": other.pk}).text)
    assert '<svg class="track"' not in refused


def test_whoever_may_see_no_single_result_sees_no_group_below_three(sales: Department):
    client = member_of_roles(([Right.VIEW_RESULTS], None))
    page = client.get(reverse("analysis:balance")).text
    assert line_of(page, "ブレイン（参謀）") == ["3人 (50%)"]
    assert "/employees/?" not in page
    other = Department.objects.get(name="人事部")
    small = client.get(reverse("analysis:balance"), {"department": other.pk}).text
    assert "3人未満" in small
    assert '<svg class="track"' not in small
    # 営業部 would be what the company has beyond 人事部
    hidden = client.get(reverse("analysis:balance"), {"department": sales.pk}).text
    assert "ほかの部署との差から" in hidden
    # nor does a filter tell people apart
    assert client.get(reverse("analysis:balance"), {"title": "昔の", "retired": "all"}).text.count("6人") == page.count(
        "6人"
    )


def test_who_looks_is_written_down_once_an_hour(admin: Client, sales: Department):
    for _ in range(2):
        admin.get(reverse("analysis:balance"), {"department": sales.pk})
    assert list(AuditEntry.objects.filter(action="viewed").values_list("what", flat=True)) == [
        "分析（16タイプのバランス）"
    ]
