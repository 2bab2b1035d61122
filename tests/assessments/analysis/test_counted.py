"""What figures have counted is kept until the database notes a change, whoever makes it; and nobody sees another's."""

import re
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.rights import Right
from assessments import figures_triggers
from assessments.analysis import counted
from assessments.analysis.crossing import ITEMS
from assessments.analysis.load import KIND
from assessments.models import Assessment, PersonalityType
from employees import triggers
from employees.models import Employee, FiguresVersion
from tests.factories.rows import make_department, make_person, make_result, member_of_roles
from tests.factories.two_writers import write_at_once

pytestmark = pytest.mark.django_db
PAGES = ("balance", "crossing", "profile")


def versions() -> set[int]:
    return set(FiguresVersion.objects.values_list("pk", flat=True))


def is_noted(change: Callable[[], object]) -> bool:
    before = versions()
    change()
    after = versions()
    assert len(after) == 1
    return before != after


def look(client: Client, page: str, query: str = "") -> tuple[str, bool]:
    """The sentence above the figures, and whether people were read for it."""
    with CaptureQueriesContext(connection) as captured:
        shown = client.get(reverse(f"analysis:{page}") + query).text
    read = any("latest_result" in each["sql"] or "latestresult" in each["sql"] for each in captured.captured_queries)
    return re.sub(r"<[^>]*>", "", shown.partition('<p class="analysis-sentence">')[2].partition("</p>")[0]), read


def test_each_change_of_what_figures_read_is_noted_and_no_other():
    person, other, place = make_person(), make_person(2), make_department("1", "営業部")
    people = Employee.objects.filter(pk=person.pk)
    assert is_noted(lambda: make_result(person))
    changes = {
        "department": place,
        "is_retired": True,
        "position": "部長",
        "employment_type": "contract",
        "gender": "female",
        "hire_date": date(2020, 4, 1),
    }
    for name, value in changes.items():
        assert is_noted(lambda name=name, value=value: people.update(**{name: value})), name
    results = Assessment.objects.filter(employee=person)
    for name, value in {"title": "x", "scores": {}, "grade": "S", "overall_score": 1, "employee": other}.items():
        assert is_noted(lambda name=name, value=value: results.update(**{name: value})), name
    assert is_noted(lambda: Assessment.objects.all().delete())
    assert not is_noted(lambda: people.update(last_name="青木", email="b@example.co.jp"))
    assert not is_noted(lambda: make_person(3))
    assert not is_noted(lambda: list(Employee.objects.all()))


def test_whatever_figures_read_of_a_person_is_noted():
    read = [item.column for item in ITEMS.values() if item.column is not None]
    columns = [each.replace("result.", "latest_result__result__") if isinstance(each, str) else each for each in read]
    kind = [each.replace("result.", "latest_result__result__") for each in KIND]
    people = Employee.objects.filter(is_retired=False).values_list("department", *columns, *kind)
    found = set(re.findall(r'"employees_employee"\."(\w+)"', str(people.query)))
    assert found == {*triggers.FIGURES, "id"}


@pytest.mark.parametrize("page", PAGES)
def test_the_second_look_counts_nobody_and_the_one_after_a_change_everybody(admin: Client, page: str):
    place = make_department("1", "営業部")
    people = [make_person(number, department=place) for number in range(4)]
    for person in people[:3]:
        make_result(person, overall_score=5)
    first, again = look(admin, page), look(admin, page)
    assert (first[1], again) == (True, (first[0], False))
    assert "の3人の、" in first[0]
    make_result(people[3])
    assert "の4人の、" in look(admin, page)[0]
    Employee.objects.filter(pk=people[0].pk).update(is_retired=True)
    assert "の3人の、" in look(admin, page)[0]
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012 - what is taken back was seen meanwhile
        Assessment.objects.all().delete()
        assert look(admin, page)[0] == ""
        raise RuntimeError
    assert "の3人の、" in look(admin, page)[0]
    assert "の4人の、" in look(admin, page, "?retired=all")[0]
    assert look(admin, page, "?title=2019")[0] == ""


def test_what_was_counted_for_one_reach_is_not_shown_to_another():
    company = make_department("0", "本社")
    sales, staff = make_department("1", "営業部", parent=company), make_department("2", "人事部", parent=company)
    for number in range(7):
        person = make_person(number, department=sales if number < 4 else staff)
        make_result(person, personality_type=PersonalityType.objects.get(code="brain" if number < 4 else "seeker"))
    seeing = [Right.VIEW_RESULTS, Right.VIEW_EMPLOYEES]
    of_all, of_sales, of_staff = (member_of_roles((seeing, place)) for place in (None, sales, staff))
    alone = member_of_roles(([Right.VIEW_RESULTS], sales))  # sees no single person
    for page in PAGES:
        for _ in range(2):
            numbers = [
                re.search(r"の(\d)人の、", look(each, page)[0])[1] for each in (of_all, of_sales, of_staff, alone)
            ]
            assert numbers == ["7", "4", "3", "4"]
            assert "人事部" not in of_sales.get(reverse(f"analysis:{page}")).text


def test_little_is_kept(admin: Client, monkeypatch: pytest.MonkeyPatch):
    make_result(make_person())
    monkeypatch.setattr(counted, "kept", counted.Kept(2))
    for title in ("2026", "年", "検査", "2026"):
        look(admin, "balance", f"?title={title}")
    assert len(counted.kept.answers) == 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_change_people_at_once_both_are_noted_and_neither_waits_for_the_other():
    first, second = make_person(1), make_person(2)
    make_result(first)

    def change(person: Employee) -> None:
        Employee.objects.filter(pk=person.pk).update(position="部長")

    before = versions()
    seen_here = write_at_once(partial(change, first), partial(change, second), versions)
    after = versions()
    assert (after & before, after == seen_here) == (set(), False)
    Employee.objects.update(position="課長")
    assert len(versions()) == 1


def test_on_the_way_back_nothing_is_noted_and_then_again():
    person = make_person()
    triggers.note_no_changes(connection)
    figures_triggers.forgo(connection)
    assert not is_noted(lambda: make_result(person))
    assert not is_noted(lambda: Employee.objects.update(position="部長"))
    triggers.put(connection)
    figures_triggers.put(connection)
    assert is_noted(lambda: Employee.objects.update(position="課長"))
    assert is_noted(lambda: Assessment.objects.all().delete())
