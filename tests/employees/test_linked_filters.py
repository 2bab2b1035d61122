"""Filters of 自社社員管理 that links set: by what the latest result says, for those alone who may see results."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.rights import Right
from assessments.models import PersonalityType
from tests.factories.rows import make_department, make_person, make_result, member_of_roles


def listed(client: Client, query: str) -> list[str]:
    """The 社員番号 on the list."""
    page = client.get(reverse("employees:list") + "?" + query).text
    return [number for number in ("0001", "0002", "0003", "0004") if f"<td>{number}</td>" in page]


@pytest.fixture
def _people(db: None) -> None:
    """1 was a brain and is a contributor, 2 is a brain, 3 has no type, 4 no result."""
    sales = make_department("1", "営業部")
    lower = make_department("2", "営業一課", parent=sales)
    brain = PersonalityType.objects.get(code="brain")
    one = make_person(1, department=sales, gender="male", position="部長", hire_date=date(2020, 4, 1))
    make_result(one, date(2024, 4, 1), personality_type=brain, title="入社時検査", grade="B")
    make_result(one, date(2026, 4, 1), grade="S", overall_score="9.5")
    make_result(make_person(2, department=lower, gender="female"), personality_type=brain, overall_score="10.0")
    make_result(make_person(3, position="なし"), personality_type=None, scores={})
    make_person(4)


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("kind=brain", ["0002"]),
        ("kind=brain&title=入社", ["0001"]),
        ("kind=brain&until=2024-12-31", ["0001"]),
        ("since=2026-01-01&kind=contributor", ["0001"]),
        ("kind=~any", ["0001", "0002", "0003"]),
        ("kind=~none", ["0003"]),
        ("kind=~unknown", []),
        ("grade=S", ["0001"]),
        ("grade=なし", ["0002", "0003"]),
        ("score=9", ["0001", "0002"]),
        ("score=なし", ["0003"]),
        ("scale=listening", ["0001", "0002"]),
        ("gender=female", ["0002"]),
        ("gender=なし", ["0003", "0004"]),
        ("position=なし", ["0002", "0003", "0004"]),
        ("hired=2020", ["0001"]),
        ("hired=なし", ["0002", "0003", "0004"]),
    ],
)
def test_links_narrow_the_list_by_the_latest_result_and_by_the_person(viewer: Client, query: str, numbers: list[str]):
    assert listed(viewer, query) == numbers


@pytest.mark.usefixtures("_people")
def test_a_department_can_stand_for_itself_alone(viewer: Client):
    number = make_department("3", "別の部署").pk - 2
    assert listed(viewer, f"department={number}") == ["0001", "0002"]
    assert listed(viewer, f"department={number}&below=no") == ["0001"]


@pytest.mark.usefixtures("_people")
def test_the_list_names_them_keeps_them_and_lets_them_go(viewer: Client):
    page = viewer.get(reverse("employees:list") + "?kind=brain&until=2024-12-31").text
    assert "16タイプ：ブレイン（参謀）" in page
    assert '<a href="?until=2024-12-31&amp;sort=name">' in page
    assert '<input type="hidden" name="kind" value="brain">' in page


@pytest.mark.usefixtures("_people")
@pytest.mark.parametrize(
    "query", ["kind=nobody", "score=11", "scale=motivation", "since=tomorrow", "hired=abcd", "gender=x"]
)
def test_what_means_nothing_fits_nobody(viewer: Client, query: str):
    assert listed(viewer, query) == []


@pytest.mark.usefixtures("_people")
def test_results_narrow_nothing_for_those_who_may_not_see_them():
    sales = make_department("9", "人事部")
    make_result(make_person(9, department=sales))
    sees_people = member_of_roles(([Right.VIEW_EMPLOYEES], None))
    assert listed(sees_people, "kind=brain") == listed(sees_people, "kind=~any") == []
    assert "今は使えない条件" in sees_people.get(reverse("employees:list") + "?grade=S").text
    sees_some = member_of_roles(([Right.VIEW_EMPLOYEES], None), ([Right.VIEW_RESULTS], sales))
    assert listed(sees_some, "kind=brain") == []
    assert "<td>0009</td>" in sees_some.get(reverse("employees:list") + "?kind=contributor").text
