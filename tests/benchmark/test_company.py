"""The company that is measured: the same each time, and understood by both contestants in the same way."""

import pytest

from employees.models import Employee
from integrations.kaonavi import decode
from integrations.rules.employees.plan import plan_employees
from script.benchmark import company, floor

MEMBERS = 1000


@pytest.fixture
def answers(tmp_path):
    company.write_answers(tmp_path / "base", MEMBERS)
    company.write_answers(tmp_path / "changed", MEMBERS, changed_every=company.CHANGED_EVERY)
    return tmp_path


def planned(folder):
    members = decode.members((folder / "members").read_bytes())
    layout = decode.member_layout((folder / "member_layouts").read_bytes())
    departments = [company.department_code(number) for number in range(company.DEPARTMENTS)]
    return plan_employees(members, layout, departments=departments, local=[])


def test_it_is_the_same_each_time(answers, tmp_path):
    company.write_answers(tmp_path / "again", MEMBERS)
    for name in ("members", "member_layouts", "token"):
        assert (tmp_path / "again" / name).read_bytes() == (answers / "base" / name).read_bytes()


def test_the_rules_take_exactly_those_without_a_flaw(answers):
    taken = [change.key for change in planned(answers / "base").changes]
    assert taken == [company.member(n)["mail"] for n in range(MEMBERS) if not company.is_flawed(n)]
    assert len(taken) == MEMBERS - MEMBERS // company.FLAWED_EVERY


def test_the_floor_writes_the_same_people(answers):
    ours = [(change.key, change.fields["employee_number"][1]) for change in planned(answers / "base").changes]
    rows = map(floor.values_of, floor.members_in(answers / "base" / "members"))
    assert [(row[0], row[1]) for row in rows] == ours


def test_one_in_a_hundred_has_a_new_position(answers):
    before, after = planned(answers / "base").changes, planned(answers / "changed").changes
    news = [
        new.fields["position"][1]
        for old, new in zip(before, after, strict=True)
        if dict(old.fields) != dict(new.fields)
    ]
    assert news == [company.NEW_POSITION] * (MEMBERS // company.CHANGED_EVERY)


def test_the_floor_writes_every_column_that_the_product_writes():
    columns = {field.attname for field in Employee._meta.concrete_fields} - {"missing_since"}
    assert set(floor.EMPLOYEE) == columns
