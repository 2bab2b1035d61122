"""Large files: the statements grow with batches, not with rows, and nothing is written twice."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Assessment
from employees.models import Employee

SMALL, LARGE = 300, 1000
STATEMENTS = 32  # of a run, whatever its size
STATEMENTS_FOR_100_ROWS = 3  # SQLite takes 83 results at once; five to look at and lock what we have serve 500 rows


@pytest.fixture
def staff(db):
    Employee.objects.bulk_create(
        Employee(
            employee_number=f"E{place:05}", email=f"e{place}@example.co.jp", last_name="社員", first_name=str(place)
        )
        for place in range(LARGE)
    )


@pytest.fixture
def statements(take, table, staff):
    """Imports results of so many people, and gives the statements of the run."""

    def statements_of(people, score="50.5"):
        file = table(
            社員番号=[f"E{place:05}" for place in range(people)],
            受検日=["2025/06/02"] * people,
            傾聴傾向=[score] * people,
        )
        with CaptureQueriesContext(connection) as captured:
            job = take(file)
        assert job.total == people
        return [query["sql"] for query in captured.captured_queries]

    return statements_of


def test_the_statements_grow_with_batches_only(statements):
    few = len(statements(SMALL))
    Assessment.objects.all().delete()
    many = len(statements(LARGE))
    assert many - few <= (LARGE - SMALL) / 100 * STATEMENTS_FOR_100_ROWS
    assert few <= STATEMENTS + SMALL / 100 * STATEMENTS_FOR_100_ROWS


def test_an_update_takes_statements_by_batches_too(statements):
    statements(LARGE)
    assert len(statements(LARGE, score="60")) <= STATEMENTS + LARGE / 100 * STATEMENTS_FOR_100_ROWS
    assert set(Assessment.objects.values_list("scores__listening", flat=True)) == {60.0}


def test_the_second_time_no_result_is_written(statements):
    statements(LARGE)
    writes = [
        sql for sql in statements(LARGE) if sql.startswith(("INSERT", "UPDATE", "DELETE")) and '"assessments_' in sql
    ]
    assert writes == []
