"""docs/retention.md tells of every field of every table, and what it says ends a value is there."""

import pytest
from django.apps import apps
from django.utils.module_loading import import_string

from tests.retention_table import FATES, NOTHING_OF_PEOPLE, retention_table, written_table


def test_it_is_as_the_models_have_it():
    assert written_table() == retention_table(), "python -m tests.retention_table writes the table anew"


def test_every_table_is_told_of_once():
    assert sorted([*FATES, *NOTHING_OF_PEOPLE]) == sorted(model._meta.label for model in apps.get_models())


@pytest.mark.parametrize("label", FATES)
def test_every_field_of_a_table_with_values_of_people_has_one_fate(label: str):
    told = [name for kept in FATES[label] for name in kept.fields.split()]
    numbers_itself = {"id", "session_key"}
    assert sorted(told) == sorted(
        {field.name for field in apps.get_model(label)._meta.concrete_fields} - numbers_itself
    )


@pytest.mark.parametrize("path", sorted({path for fates in FATES.values() for kept in fates for path in kept.by}))
def test_what_ends_a_value_is_there(path: str):
    module, _, name = path.rpartition(".")
    owner = import_string(module) if module.rpartition(".")[2][0].isupper() else None
    assert callable(getattr(owner, name) if owner else import_string(path))
