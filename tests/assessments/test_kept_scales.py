"""What the database does when a scale is no longer kept."""

from datetime import date

import pytest

from assessments.kept_scales import stop_keeping
from assessments.models import Assessment, Scale
from employees.models import Employee

pytestmark = pytest.mark.django_db


def stored(**scores: float) -> Assessment:
    person, _ = Employee.objects.get_or_create(email="aoyama@example.co.jp", last_name="青山")
    return Assessment.objects.create(employee=person, taken_on=date(2026, 4, 1), scores=scores)


def test_its_scores_go_and_those_of_others_stay():
    rows = [stored(fulfillment=61.5, security=40.0), stored(security=55.5), stored(fulfillment=50.0), stored()]
    assert stop_keeping(Scale.objects.get(code="fulfillment")) == 2
    for row in rows:
        row.refresh_from_db()
    assert [row.scores for row in rows] == [{"security": 40.0}, {"security": 55.5}, {}, {}]
    assert not Scale.objects.get(code="fulfillment").is_kept


def test_a_code_may_look_like_a_path():
    odd = Scale.objects.create(code="own-1_a", name="自社の尺度", category="自社")
    row = stored(**{"own-1_a": 61.5, "own": 40.0})
    stop_keeping(odd)
    row.refresh_from_db()
    assert row.scores == {"own": 40.0}


def test_it_takes_as_many_statements_for_many_results(django_assert_max_num_queries):
    for _ in range(30):
        stored(fulfillment=61.5)
    with django_assert_max_num_queries(20):
        stop_keeping(Scale.objects.get(code="fulfillment"))
