"""A new employee in a plan: every field, from nothing."""

import msgspec

from integrations.rules.employees.fields import FIELDS
from integrations.rules.employees.plan import FromNothing, mapped_items
from tests.factories.kaonavi import EMPLOYMENT_TYPE_ID, POSITION_ID, employee, member_layout

VALUES = employee(position="課長").values


def test_it_has_all_fields_each_with_nothing_before():
    expected = {name: (None, getattr(VALUES, name)) for name in FIELDS}
    fields = FromNothing(VALUES)
    assert (dict(fields), len(fields)) == (expected, len(FIELDS))


def test_it_is_stored_as_a_dict_would_be():
    fields = FromNothing(VALUES)
    assert msgspec.json.encode(fields.stored()) == msgspec.json.encode(dict(fields))


def test_a_plan_looks_at_no_other_items_of_the_company():
    layout = member_layout(役職=POSITION_ID, 雇用形態=EMPLOYMENT_TYPE_ID, 内線=313)
    assert mapped_items(layout) == {POSITION_ID, EMPLOYMENT_TYPE_ID}
