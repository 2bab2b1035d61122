"""What can be downloaded, as tables: with all columns, and those of a kind that an import reads as it reads them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from assessments.models import Assessment, Scale
from departments.models import Department
from departments.scope import Reach
from employees.models import Employee
from integrations.files import error_file
from integrations.files.write import Table
from integrations.rules.assessments import headings
from integrations.rules.departments import file
from integrations.rules.employees import file_row
from integrations.rules.employees.fields import FIELDS

BATCH = 2000  # rows read from the database at a time
GENDERS = dict(Employee.Gender.choices)
EMPLOYMENT_TYPES = dict(Employee.EmploymentType.choices)


def departments_table(departments: QuerySet[Department], reach: Reach = None) -> Table:
    """The columns of 部署CSV, in the order of the queryset.

    A parent beyond the reach is told by its code alone where it has one: else an import would make the child a root.
    """
    found = departments.values_list("code", "name", "parent", "parent__code", "parent__name", "order")
    rows = (
        [
            *(code, name, above or "", "" if above and reach is not None and parent not in reach else above_name or ""),
            "" if order is None else str(order),
        ]
        for code, name, parent, above, above_name, order in found.iterator(chunk_size=BATCH)
    )
    return Table(list(file.DepartmentColumn), rows)


def employees_table(people: QuerySet[Employee]) -> Table:
    """The columns of 社員CSV, in the order of the queryset."""
    return Table(list(file_row.HEADINGS), employee_rows(people))


def employee_rows(people: QuerySet[Employee]) -> Iterator[list[str]]:
    names = [name for name, field in FIELDS.items() if field.heading]
    place = names.index("department")
    columns = [*names[:place], "department__code", "department__name", *names[place + 1 :]]
    cells = [CELLS.get(column, as_cell) for column in columns]
    for row in people.values_list(*columns).iterator(chunk_size=BATCH):
        yield [cell(value) for cell, value in zip(cells, row, strict=True)]


def as_cell(value: str | date | bool | None) -> str:  # noqa: FBT001 - a value like the others
    """A text as it is, a day as 2026/04/01, a flag as 0 or 1."""
    if isinstance(value, str):
        return value
    return day(value) if isinstance(value, date) else "" if value is None else str(int(value))


CELLS: dict[str, Callable[[Any], str]] = {
    "gender": lambda value: GENDERS.get(value, value),
    "employment_type": lambda value: EMPLOYMENT_TYPES.get(value, value),
}


def assessments_table(results: QuerySet[Assessment], scales: Iterable[Scale] | None = None) -> Table:
    """The columns of 検査結果CSV, one for each of the scales (all kept ones, unless told), in the order of the queryset."""
    chosen = list(Scale.objects.kept() if scales is None else scales)
    header = [*headings.AssessmentColumn, *(scale.name for scale in chosen)]
    return Table(header, assessment_rows(results, [scale.code for scale in chosen]))


def assessment_rows(results: QuerySet[Assessment], codes: Sequence[str]) -> Iterator[list[str]]:
    columns = (
        *("employee__employee_number", "employee__email", "title", "taken_on", "completed_at"),
        *("personality_type__name", "unknown_type", "grade", "overall_score", "comment", "scores"),
    )
    for row in results.values_list(*columns).iterator(chunk_size=BATCH):
        number, mail, title, taken_on, completed_at, kind, unknown, grade, overall_score, comment, scores = row
        yield [
            *(number, mail, title, day(taken_on), moment(completed_at), kind or unknown, grade),
            "" if overall_score is None else str(overall_score),
            comment,
            *(score(scores.get(code)) for code in codes),
        ]


def issues_table(
    issues: Iterable[error_file.IssueLine], handling: error_file.Handling = error_file.nothing_said
) -> Table:
    """The columns of the error file, one line an issue, numbered from 1."""
    rows = ([str(number), *error_file.cells(issue), handling(issue)] for number, issue in enumerate(issues, start=1))
    return Table(error_file.COLUMNS, rows)


def day(value: date | None) -> str:
    """YYYY/MM/DD. Written by hand, since strftime drops the leading zeros of early years."""
    return "" if value is None else f"{value.year:04}/{value.month:02}/{value.day:02}"


def moment(value: datetime | None) -> str:
    """YYYY/MM/DD HH:MM in our own time zone, with seconds, and their fraction, only where there are any."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    clock = local.time()
    return f"{day(local)} {clock.isoformat('auto' if clock.second or clock.microsecond else 'minutes')}"


def score(value: object) -> str:
    """A 偏差値 without needless digits; "" where there is none."""
    return f"{value:g}" if isinstance(value, int | float) else ""
