"""分析 for those who may see no single result: what several pages say together tells of nobody alone, either."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.rights import Right
from departments.models import Department
from tests.factories.rows import make_department, make_person, make_result, member_of_roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def restricted(db: None) -> Client:
    return member_of_roles(([Right.VIEW_RESULTS], None))


def fill(department: Department, people: int, first: int, position: str = "", **fields: Any) -> None:
    for number in range(first, first + people):
        make_result(make_person(number, department=department, position=position), **fields)


def heads(client: Client, **query: Any) -> dict[str, str]:
    """The columns of タイプ × 項目 with what they say."""
    found = client.get(reverse("analysis:crossing"), query).context["heads"]
    return {head.label: head.words for head in found}


def test_a_hidden_department_among_the_others_hides_their_column(restricted: Client):
    upper, other = make_department("1", "本社"), make_department("2", "支社")
    fill(make_department("3", "一人だけの課", parent=upper), 1, 1)
    fill(make_department("4", "大きい課", parent=upper), 12, 2)
    for number in range(10):
        fill(make_department(f"5{number}", f"支社{number}課", parent=other), 3 + (number < 9), 100 + 10 * number)
    shown = heads(restricted, item="department", level=2)
    assert shown["大きい課"] == shown["その他（3種類）"] == "非表示"


def test_other_items_are_told_of_the_whole_alone(restricted: Client):
    sales, people = make_department("1", "営業部"), make_department("2", "人事部")
    fill(sales, 3, 1, "部長")
    fill(sales, 5, 11, "課長")
    fill(people, 1, 21, "部長")
    fill(people, 9, 31, "課長")
    assert heads(restricted, item="position") == {"部長": "4人 (22.2%)", "課長": "14人 (77.8%)"}
    assert heads(restricted, item="position", department=sales.pk) == {"部長": "非表示", "課長": "非表示"}


def profile(client: Client, department: Department | None) -> tuple[list[str], bool]:
    """What 尺度 says of 傾聴傾向, and whether it shows 総合スコア."""
    query = {"department": department.pk} if department else {}
    found = client.get(reverse("analysis:profile"), query).context
    dots = [dot for _, chart in found["charts"] for dot in chart.dots if dot.label == "傾聴傾向"]
    return list(dots[0].cells), found["overall"] is not None


def test_values_that_only_one_or_two_have_are_not_told_nor_can_be_worked_out(restricted: Client, admin: Client):
    sales, people, rest = (make_department(str(number), f"部署{number}") for number in range(3))
    fill(sales, 1, 1, scores={"listening": 77.0}, overall_score="9.5")
    fill(sales, 2, 2, scores={})
    fill(people, 4, 11, scores={"listening": 50.0}, overall_score="5.0")
    fill(rest, 4, 21, scores={"listening": 50.0}, overall_score="5.0")
    assert profile(restricted, sales) == (["非表示", "53.0 ±8.5"], False)
    assert profile(restricted, None) == (["53.0 ±8.5"], True)
    # one of the others goes with it, as by departments
    assert sum(profile(restricted, each)[1] for each in (people, rest)) == 1
    assert profile(admin, sales) == (["77.0 ±0.0", "53.0 ±8.5"], True)


def test_a_file_has_no_other_whole_than_the_page():
    sales, people = make_department("1", "営業部"), make_department("2", "人事部")
    fill(sales, 5, 1)
    fill(people, 1, 11)
    address = reverse("integrations:analysis_file", args=["balance"])
    some = member_of_roles(([Right.VIEW_RESULTS], None), ([Right.EXPORT_FILES], sales))
    assert some.get(address).status_code == 403
    every = member_of_roles(([Right.VIEW_RESULTS, Right.EXPORT_FILES], None))
    assert every.get(address).status_code == 200


@pytest.mark.parametrize("name", ["balance", "crossing", "profile"])
def test_whoever_is_limited_to_a_department_that_is_deleted_is_told_that_there_is_nothing(name: str):
    gone, sales = make_department("1", "営業部"), make_department("2", "人事部")
    fill(sales, 5, 1)
    rights = [Right.VIEW_RESULTS, Right.VIEW_EMPLOYEES]
    limited = member_of_roles((rights, gone), ([Right.EXPORT_FILES], sales))
    assert limited.get(reverse("integrations:analysis_file", args=[name])).status_code == 302
    gone.delete()
    assert "条件に合う検査結果がありません" in limited.get(reverse(f"analysis:{name}")).text


def test_a_grade_that_a_file_calls_none_is_listed_as_it_is_counted(admin: Client):
    sales = make_department("1", "営業部")
    fill(sales, 2, 1, grade="なし")
    fill(sales, 1, 11)
    head = admin.get(reverse("analysis:crossing"), {"item": "grade"}).context["heads"][0]
    assert (head.label, head.words) == ("なし", "3人 (100%)")
    assert admin.get(head.href).context["page"].paginator.count == 3
