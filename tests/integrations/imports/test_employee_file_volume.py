"""Large files: the number of statements does not follow the lines."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from employees.models import Employee
from tests.integrations.files.files import csv_file, take_file

pytestmark = pytest.mark.django_db

FEW, MANY = 5, 5000
BATCHES = 3  # of reading existing people
LOCKED = 900  # rows that one statement reads again before they are written over
HEADER = ["社員番号", "姓", "名", "メールアドレス", "生年月日", "役職"]


def staff(people, position="課長"):
    lines = ([f"{n:05}", "社員", str(n), f"e{n}@example.co.jp", "1990/04/01", position] for n in range(people))
    return csv_file(HEADER, *lines)


def statements(content):
    with CaptureQueriesContext(connection) as captured:
        job = take_file("employees_file", content)
    assert job.status == "succeeded"
    return job, [query["sql"] for query in captured]


def test_5000_lines_take_as_many_statements_as_five_and_a_second_time_no_row_is_written():
    _, few = statements(staff(FEW))
    job, many = statements(staff(MANY))
    assert (job.created, job.unchanged) == (MANY - FEW, FEW)
    assert len(many) <= len(few) + BATCHES

    job, changed = statements(staff(MANY, position="部長"))
    assert job.updated == MANY
    assert len(changed) <= len(few) + 2 * BATCHES + MANY / LOCKED
    assert set(Employee.objects.values_list("position", flat=True)) == {"部長"}

    job, again = statements(staff(MANY, position="部長"))
    assert job.unchanged == MANY
    writes = [sql for sql in again if sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE", "COPY"))]
    assert [sql for sql in writes if '"employees_employee"' in sql] == []


@pytest.mark.long
def test_50000_lines_pass():
    job = take_file("employees_file", staff(50_000))
    assert (job.status, job.created) == ("succeeded", 50_000)
