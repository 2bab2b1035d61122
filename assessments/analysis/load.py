"""The latest results of all people in question, a row a person, by one statement."""

from typing import Any

from django.db import connection
from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast, Substr

from assessments.analysis.filters import Filters
from assessments.latest import tests, with_latest
from departments.scope import Reach
from employees.models import Employee

Row = tuple[Any, ...]


def people(filters: Filters, reach: Reach) -> QuerySet[Employee]:
    """Those within the reach who have a result that counts, whatever their department."""
    everybody = Employee.objects.within(reach)
    if not filters.with_retired:
        everybody = everybody.filter(is_retired=False)
    return with_latest(everybody, tests(**filters.of_tests))


def of_group(found: QuerySet[Employee], filters: Filters) -> QuerySet[Employee]:
    """Those of the chosen department alone."""
    departments = filters.departments
    if departments is None:
        return found
    return found.filter(department=None) if None in departments else found.filter(department__in=departments)


def rows_of(found: QuerySet[Employee], *columns: Any) -> list[Row]:
    """The rows as the database gives them: of 100,000 people, making values of Django's takes as long as the query."""
    sql, values = found.order_by().values_list(*columns).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


KIND = (F("assessments__personality_type"), F("assessments__unknown_type"))
YEAR_HIRED = Substr(Cast("hire_date", TextField()), 1, 4)
SCORES = (Cast("assessments__scores", TextField()), F("assessments__overall_score"))
