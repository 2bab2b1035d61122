"""Under which keys and names somebody was known is kept by the database itself, whoever changes them and however."""

from collections.abc import Callable

import pytest
from django.db import connection

from employees import former_identities
from employees.models import Employee, FormerIdentity
from integrations import bulk

pytestmark = pytest.mark.django_db

VALUES = {
    "email": "old@example.co.jp",
    "employee_number": "0007",
    "last_name": "青山",
    "first_name": "葉",
    "last_name_kana": "アオヤマ",
    "first_name_kana": "ヨウ",
}


@pytest.fixture
def person(db) -> Employee:
    return Employee.objects.create(**VALUES)


def by_upsert(person: Employee) -> None:
    Employee.objects.bulk_create(
        [Employee(pk=person.pk, **VALUES | {"last_name": "井上"})],
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=["last_name"],
    )


def by_hand(person: Employee) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE employees_employee SET last_name = '井上' WHERE id = %s", [person.pk])


def by_saving(person: Employee) -> None:
    person.last_name = "井上"
    person.save()


WAYS: dict[str, Callable[[Employee], object]] = {
    "saving": by_saving,
    "a query": lambda person: Employee.objects.filter(pk=person.pk).update(last_name="井上"),
    "an import": lambda person: bulk.update(Employee, ("last_name",), [("井上", person.pk)]),
    "an upsert": by_upsert,
    "a statement": by_hand,
}


@pytest.mark.parametrize("way", WAYS)
def test_whoever_changes_a_name_leaves_the_former_one(way: str, person: Employee):
    WAYS[way](person)
    former = FormerIdentity.objects.get()
    assert former.employee == person
    assert {name: getattr(former, name) for name in VALUES} == VALUES
    assert former.changed_at.tzinfo is not None


@pytest.mark.parametrize("field", VALUES)
def test_each_key_and_each_part_of_the_name_counts(field: str, person: Employee):
    Employee.objects.filter(pk=person.pk).update(**{field: "new@example.co.jp"})
    assert getattr(FormerIdentity.objects.get(), field) == VALUES[field]


def test_nothing_is_kept_twice_nor_where_a_blank_is_filled_in_or_something_else_changes(person: Employee):
    for name in ("井上", "青山", "井上", "青山"):
        Employee.objects.filter(pk=person.pk).update(last_name=name)
    assert sorted(FormerIdentity.objects.values_list("last_name", flat=True)) == ["井上", "青山"]
    other = Employee.objects.create(email="other@example.co.jp", last_name="赤井")
    Employee.objects.filter(pk=other.pk).update(employee_number="0008", first_name="誠", position="部長")
    assert not other.former_identities.exists()


def test_a_migration_may_put_the_trigger_where_it_is_already(person: Employee):
    former_identities.remember(connection)
    by_saving(person)
    assert FormerIdentity.objects.get().last_name == "青山"


def test_it_goes_with_the_person(person: Employee):
    by_saving(person)
    person.delete()
    assert not FormerIdentity.objects.exists()
