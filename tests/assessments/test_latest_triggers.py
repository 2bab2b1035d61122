"""The database itself keeps which result of each person is the latest, whatever changes the results."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from assessments import latest_triggers
from assessments.kept_scales import stop_keeping
from assessments.models import Assessment, LatestResult, Scale
from assessments.order import NEWEST_FIRST
from employees.models import Employee
from tests.factories.rows import make_person, make_result

pytestmark = pytest.mark.django_db


def noted() -> dict[int, int]:
    return dict(LatestResult.objects.values_list("employee", "result"))


def as_it_shall_be() -> dict[int, int]:
    return {row.employee_id: row.pk for row in reversed(Assessment.objects.order_by(*NEWEST_FIRST))}


def packed(person: Employee) -> dict[str, str]:
    codes = Scale.objects.order_by("pk").values_list("code", flat=True)
    digits = LatestResult.objects.get(employee=person).packed
    assert len(digits) == 4 * len(codes)
    return {code: digits[place * 4 : place * 4 + 4] for place, code in enumerate(codes)}


def test_it_is_the_newest_by_day_then_time_then_number():
    person = make_person()
    noon, evening = (datetime(2026, 4, 1, hour, tzinfo=UTC) for hour in (3, 9))
    for day, time in (
        (date(2026, 4, 1), evening), (date(2026, 4, 1), noon), (date(2026, 4, 1), None), (date(2025, 1, 1), None),
        (date(2026, 4, 1), evening), (date(2026, 5, 1), None), (date(2026, 5, 1), None),
    ):  # fmt: skip
        make_result(person, day, completed_at=time)
        assert noted() == as_it_shall_be()


def test_many_at_once_are_noted():
    people = [make_person(number) for number in range(3)]
    days = [date(2024, 1, day) for day in (3, 1, 2)]
    Assessment.objects.bulk_create(Assessment(employee=person, taken_on=day) for person in people for day in days)
    assert noted() == as_it_shall_be()
    Assessment.objects.filter(taken_on=days[0]).delete()
    assert noted() == as_it_shall_be()


def test_a_correction_and_a_merge_and_a_deletion_move_it():
    one, other = make_person(1), make_person(2)
    old, new = make_result(one, date(2025, 4, 1)), make_result(one, date(2026, 4, 1))
    make_result(other, date(2025, 6, 1))
    Assessment.objects.filter(pk=new.pk).update(taken_on=date(2024, 4, 1))
    assert noted()[one.pk] == old.pk
    Assessment.objects.filter(employee=other).update(employee=one)
    assert noted() == as_it_shall_be()
    assert noted().keys() == {one.pk}
    for result in list(Assessment.objects.all()):
        result.delete()
        assert noted() == as_it_shall_be()
    make_result(one)
    Employee.objects.filter(pk=one.pk).delete()
    assert noted() == {}


def test_scores_are_packed_in_tenths_by_the_scales_in_order():
    person = make_person()
    result = make_result(person, scores={"listening": 61.4, "sociability": 100, "optimism": 0.0, "unknown": 50.0})
    told = {code: digits for code, digits in packed(person).items() if digits != "ffff"}
    assert told == {"listening": f"{614:04x}", "sociability": f"{1000:04x}", "optimism": "0000"}
    Assessment.objects.filter(pk=result.pk).update(scores={"listening": 50.05, "optimism": "高い"})
    assert {digits for code, digits in packed(person).items() if code != "listening"} == {"ffff"}
    assert packed(person)["listening"] in (f"{500:04x}", f"{501:04x}")


def test_a_scale_that_is_not_kept_leaves_it_and_one_that_is_deleted_leaves_no_hole():
    person = make_person()
    make_result(person, scores={"motivation": 77.7, "listening": 50.0})
    stop_keeping(Scale.objects.get(code="motivation"))
    assert packed(person)["motivation"] == "ffff"
    first = Scale.objects.order_by("pk").first()
    last = Scale.objects.create(code="last", name="最後", category="達成動機")
    Assessment.objects.update(scores={"last": 60.0})
    Scale.objects.exclude(pk__in=[last.pk, first.pk]).filter(code="motivation").delete()
    assert packed(person)["last"] == f"{600:04x}"


def test_what_was_there_before_is_noted_by_the_migration():
    people = [make_person(number) for number in range(3)]
    for person in people:
        make_result(person)
    LatestResult.objects.all().delete()
    latest_triggers.fill(connection, first=people[1].pk, last=people[2].pk)
    assert noted() == {person: result for person, result in as_it_shall_be().items() if person != people[0].pk}


def test_on_the_way_back_the_triggers_are_gone():
    latest_triggers.forgo(connection)
    make_result(make_person())
    assert noted() == {}
    latest_triggers.put(connection)
    make_result(make_person(2))
    assert noted().keys() == {Employee.objects.latest("pk").pk}
