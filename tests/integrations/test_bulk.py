"""Thousands of rows in one statement: what is written is what Django reads, on either kind of database."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from django.db.models import CharField

from employees.models import Employee
from integrations import bulk

pytestmark = pytest.mark.django_db

COLUMNS = ("email", "last_name", "birth_date", "hire_date", "is_retired", "last_seen_at", "missing_since")
SEEN = datetime(2026, 4, 3, 8, 15, 42, 123456, tzinfo=UTC)


def rest(**values):
    """The other columns that have no default in the database."""
    texts = [field.name for field in Employee._meta.concrete_fields if isinstance(field, CharField)]
    return dict.fromkeys((name for name in texts if name not in COLUMNS), "") | values


def insert(*rows):
    """The numbers of new employees with these values of COLUMNS."""
    others = rest()
    columns = (*COLUMNS, *others)
    ready = bulk.prepared(Employee, columns, ([*row, *others.values()] for row in rows))
    with transaction.atomic():
        numbers = bulk.new_numbers(Employee, len(rows))
        new = [[*row, number] for row, number in zip(ready, numbers, strict=True)]
        bulk.insert(Employee, (*columns, "id"), new)
    return list(numbers)


def read(*numbers):
    return list(Employee.objects.filter(pk__in=numbers).order_by("pk").values_list(*COLUMNS))


def test_dates_times_and_blanks_are_read_back_as_they_were():
    born = date(1988, 2, 29)
    rows = [
        ("a@example.co.jp", "青山", born, None, True, SEEN, None),
        ("b@example.co.jp", "井上", None, born, False, SEEN, SEEN),
    ]
    assert read(*insert(*rows)) == rows


def test_an_update_sets_its_columns_and_nobody_elses():
    first, second = insert(
        ("a@example.co.jp", "青山", None, None, False, None, None),
        ("b@example.co.jp", "井上", None, None, False, None, None),
    )
    columns = ("last_name", "birth_date", "last_seen_at")
    ready = bulk.prepared(Employee, columns, [["上田", date(2000, 1, 2), SEEN, first]])
    with transaction.atomic():
        bulk.update(Employee, columns, ready)
    assert read(first, second) == [
        ("a@example.co.jp", "上田", date(2000, 1, 2), None, False, SEEN, None),
        ("b@example.co.jp", "井上", None, None, False, None, None),
    ]


def test_numbers_rise_and_are_never_used_again():
    (first,) = insert(("a@example.co.jp", "青山", None, None, False, None, None))
    Employee.objects.all().delete()
    later = insert(*((f"{n}@example.co.jp", "青山", None, None, False, None, None) for n in range(3)))
    assert first < later[0] < later[1] < later[2]


def test_preparing_leaves_the_given_rows_alone():
    given = [[date(2000, 1, 2)]]
    bulk.prepared(Employee, ("birth_date",), given)
    assert given == [[date(2000, 1, 2)]]
