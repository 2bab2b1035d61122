"""5,000 members: the number of SQL statements follows the batches, and a second run writes no row."""

import re

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from departments.models import Department
from employees.models import Employee
from integrations.models import SyncJob

pytestmark = pytest.mark.django_db

BATCHES = 5  # of reading existing people; writing is one statement a table, whatever the number of rows
SETS = re.compile(r'"(\w+)" = (?=%s|new_values|\'|NULL|NOW)')
WRITES = ("INSERT", "UPDATE", "DELETE", "COPY")


def add_members(tenant, first: int, last: int) -> None:
    for number in range(first, last + 1):
        tenant.add_member(f"{number:05}", department="A" if number % 2 else "", position="課長")


def statements(run, kind: str) -> tuple[SyncJob, list[str]]:
    with CaptureQueriesContext(database) as captured:
        job = run(kind)
    return job, [query["sql"] for query in captured]


def test_5000_members_take_statements_by_the_batch_and_a_second_run_writes_no_row(tenant, run):
    Department.objects.create(code="A", name="本社")
    add_members(tenant, 1, 5)
    _, few = statements(run, "employees")
    add_members(tenant, 6, 5000)
    job, many = statements(run, "employees")
    assert job.counts["created"] == 4995
    assert len(many) <= len(few) + BATCHES

    before = list(Employee.objects.order_by("pk").values())
    job, again = statements(run, "employees")
    assert job.counts == {"created": 0, "updated": 0, "unchanged": 5000, "skipped": 0, "failed": 0}
    assert [sql for sql in again if "employees_employee" in sql and sql.lstrip().startswith(WRITES)] == []
    assert list(Employee.objects.order_by("pk").values()) == before
    assert len(again) <= len(few) + BATCHES


def test_of_people_whom_it_has_it_writes_the_columns_alone_that_a_change_touches(tenant, run):
    for number in range(5):
        tenant.add_member(f"{number}", name=f"青木 {number}", mail=f"p{number}@example.co.jp", position="主任")
    run("employees")
    tenant.state.members[1].custom[301] = ["課長"]
    tenant.state.members[2].gender = "女性"
    _, sent = statements(run, "employees")
    rows = Employee.objects.order_by("employee_number").values_list("position", "gender", "last_name")
    assert list(rows[:3]) == [("主任", "", "青木"), ("課長", "", "青木"), ("主任", "female", "青木")]
    written = {column for sql in sent if 'UPDATE "employees_employee" SET' in sql for column in SETS.findall(sql)}
    assert written == {"position", "gender", "last_seen_at", "missing_since"}
