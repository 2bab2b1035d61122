"""受検者詳細: the distribution and 似ている社員 are of those whom one may see, and of nobody else."""

import re
from datetime import date

import pytest
from django.test import Client

from accounts.rights import Right
from assessments.models import MENTAL_HEALTH, Assessment, Scale
from departments.models import Department
from employees.models import Employee
from tests.factories.rows import make_department, make_person, make_result, member_of_roles

RIGHTS = [Right.VIEW_EMPLOYEES, Right.VIEW_RESULTS]


@pytest.fixture
def sales(db) -> Department:
    return make_department("1", "営業部")


def somebody(number: int, department: Department, near: float, **fields: object) -> Assessment:
    """A result of somebody who differs from 50 by so much on each scale."""
    person = make_person(number, department=department)
    scores = {scale.code: 50.0 + near for scale in Scale.objects.all()}
    values: dict[str, object] = {"scores": scores, "overall_score": "5.0"}
    return make_result(person, date(2026, 4, 1), **values | fields)


def similar(client: Client, result: Assessment) -> list[int]:
    return [alike.result.employee_id for alike in client.get(result.get_absolute_url()).context["similar"]]


def test_the_nearest_stand_first_with_the_day_of_their_latest_result(viewer: Client, sales: Department):
    own, far, near = (somebody(number, sales, by) for number, by in ((1, 0), (2, 9), (3, 4)))
    make_result(far.employee, date(2020, 1, 1), scores=own.scores)  # an earlier one does not count
    assert similar(viewer, own) == [near.employee_id, far.employee_id]
    page = viewer.get(own.get_absolute_url()).text
    table = page[page.index('id="similar"') :]
    assert near.get_absolute_url() in table
    assert '<td class="number">4.0</td>' in table


def test_what_they_share_is_named(viewer: Client, sales: Department):
    own, other = somebody(1, sales, 0), somebody(2, sales, 0)
    Assessment.objects.update(scores=own.scores | {"listening": 66.0, "optimism": 30.0})
    row = viewer.get(own.get_absolute_url()).context["similar"][0]
    assert (row.result, row.high, row.low) == (other, ["傾聴傾向"], ["楽観性"])


def test_who_carries_the_flag_appears_nowhere(viewer: Client, sales: Department):
    own, gone, *_ = (somebody(number, sales, number) for number in range(4))
    assert gone.employee_id in similar(viewer, own)
    before = viewer.get(own.get_absolute_url()).context["distribution"].count
    Employee.objects.filter(pk=gone.employee_id).update(is_retired=True)
    assert gone.employee_id not in similar(viewer, own)
    assert viewer.get(own.get_absolute_url()).context["distribution"].count == before - 1


def test_somebody_limited_sees_nothing_of_other_departments(viewer: Client, sales: Department):
    own, *_ = (somebody(number, sales, number) for number in range(3))
    client = member_of_roles((RIGHTS, sales))

    def shown() -> str:
        """The page without what differs between any two of them."""
        return re.sub(r"(nonce|token)[^>]*", "", client.get(own.get_absolute_url()).text)

    before = shown()
    assert "総合スコア 5.0 は、権限のある部署の社員 3 名のうち" in before
    elsewhere = make_department("2", "開発部")
    for number in range(3, 9):
        somebody(number, elsewhere, 0, overall_score="9.0")
    somebody(9, sales, 0).employee.delete()
    assert shown() == before
    assert len(similar(viewer, own)) == 8
    assert "全社 9 名のうち" in viewer.get(own.get_absolute_url()).text


def test_mental_health_has_influence_only_where_it_may_be_seen_of_everybody(
    viewer: Client, admin: Client, sales: Department
):
    own, one, other = (somebody(number, sales, by) for number, by in ((1, 0), (2, 2), (3, 2.1)))
    codes = Scale.objects.filter(category=MENTAL_HEALTH).values_list("code", flat=True)
    one.scores |= dict.fromkeys(codes, 90.0)
    one.save()
    below = make_department("3", "営業一課", parent=sales)
    assert similar(member_of_roles((RIGHTS, sales)), own) == [one.employee_id, other.employee_id]
    assert similar(admin, own) == [other.employee_id, one.employee_id]
    partly = member_of_roles((RIGHTS, sales), ([*RIGHTS, Right.VIEW_MENTAL_HEALTH], below))
    assert similar(partly, own) == [one.employee_id, other.employee_id]


def test_too_few_people_or_no_score_or_too_few_scales_are_told(viewer: Client, sales: Department):
    own = somebody(1, sales, 0)
    somebody(2, sales, 0)
    assert (
        "総合スコアのある社員が3名に満たないため、グラフを表示することができません"
        in viewer.get(own.get_absolute_url()).text
    )
    Assessment.objects.update(overall_score=None, scores={"listening": 50.0})
    page = viewer.get(own.get_absolute_url()).text
    assert "判定と総合スコアがありません" in page
    assert "総合スコアがないため、グラフを表示することができません" in page
    assert "偏差値のある尺度が15に満たないため" in page


def test_each_basis_has_its_own_distribution(viewer: Client, sales: Department):
    own, *others = (somebody(number, sales, 0) for number in range(4))
    for result, score in zip((own, *others), ("7.2", "8.0", "1.0", "2.0"), strict=True):
        result.judgements.create(basis="チーム基準", grade="B", overall_score=score)
    page = viewer.get(own.get_absolute_url(), {"basis": "チーム基準"}).text
    assert "総合スコア 7.2 は、全社 4 名のうち上位 50 % です。" in page
    assert "会社基準" in page
    assert (
        "総合スコア 5.0 は、全社 4 名のうち上位 25 % です。" in viewer.get(own.get_absolute_url(), {"basis": "x"}).text
    )
