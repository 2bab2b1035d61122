"""The table of an employee's fields is as the model has them."""

import pytest
from django.db import models

from employees.models import Employee
from integrations.rules.cells import Sort
from integrations.rules.employees.fields import FIELDS, OWN_TEXTS, Values

OURS_ALONE = {"id", "last_seen_at", "missing_since"}  # marks, which no source gives


def test_it_has_every_column_of_the_model_that_a_source_may_give():
    assert set(FIELDS) == {field.name for field in Employee._meta.concrete_fields} - OURS_ALONE


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_as_long_and_of_the_sort_that_the_model_says(name):
    ours, column = FIELDS[name], Employee._meta.get_field(name)
    if ours.limit:
        assert ours.limit == column.max_length
    elif isinstance(column, models.CharField):
        assert column.choices  # a closed list needs no limit
    assert (ours.sort is Sort.DAY) == isinstance(column, models.DateField)
    assert (ours.sort is Sort.NUMBER) == isinstance(column, models.BooleanField)


def test_every_free_text_has_a_limit_and_words_for_people():
    assert [
        name for name, field in FIELDS.items() if field.is_free and not (field.limit and field.item and field.heading)
    ] == []


def test_no_two_fields_are_called_the_same():
    for names in ([field.item for field in FIELDS.values()], [field.heading for field in FIELDS.values()]):
        told = [name for name in names if name]
        assert len(told) == len(set(told))


def test_texts_among_the_company_s_own_items_stand_side_by_side():
    """A member is read in one go, in the order of the table."""
    place = Values._fields.index(OWN_TEXTS[0])
    assert Values._fields[place : place + len(OWN_TEXTS)] == OWN_TEXTS
