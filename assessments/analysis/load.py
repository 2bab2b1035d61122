"""The latest results of all people in question, a row a person, by one statement."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast, Substr

from assessments.analysis.filters import Filters
from assessments.latest import tests, with_latest
from departments.scope import Reach
from employees.models import Employee

Row = tuple[Any, ...]
NOTED, LOOKED_FOR = "latest_result__result", "assessments"  # where the latest result is found, as a query names it
YEAR_HIRED = Substr(Cast("hire_date", TextField()), 1, 4)


def latest_rows(filters: Filters, reach: Reach, *columns: Any) -> list[Row]:
    """Of everybody within the reach who has a result that counts: 所属, and the columns.

    A column of the result is its name behind a 「result.」. 「scores」 are packed as `LatestResult` has them, or as JSON
    where a filter of tests has another result count than the latest of all.
    """
    people = Employee.objects.within(reach)
    if not filters.with_retired:
        people = people.filter(is_retired=False)
    if filters.narrows_tests:
        found, result, scores = with_latest(people, tests(**filters.of_tests)), LOOKED_FOR, "assessments__scores"
    else:
        found, result, scores = people.filter(latest_result__isnull=False), NOTED, "latest_result__packed"
    known = {"scores": Cast(scores, TextField())}
    return rows_of(
        found,
        "department",
        *(
            known.get(column, column.replace("result.", f"{result}__")) if isinstance(column, str) else column
            for column in columns
        ),
    )


def rows_of(found: QuerySet[Employee], *columns: Any) -> list[Row]:
    """The rows as the database gives them: of 100,000 people, making values of Django's takes as long as the query."""
    try:
        sql, values = found.order_by().values_list(*columns).query.sql_with_params()
    except EmptyResultSet:  # nobody is within the reach, since it has no department (any more)
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


KIND = ("result.personality_type", "result.unknown_type")
SCORES = ("scores", "result.overall_score")
