"""What can be downloaded, as tables: with all columns, and those of a kind that an import reads as it reads them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from django.db.models import QuerySet

from assessments.models import Assessment, Judgement, Scale
from departments.models import Department
from departments.scope import Reach
from employees.models import Employee
from integrations.files import error_file
from integrations.files.judged import bases_of, judged_of
from integrations.files.table import Table, Value
from integrations.rules.assessments import headings
from integrations.rules.cells import Sort
from integrations.rules.departments import file
from integrations.rules.employees import file_row
from integrations.rules.employees.fields import FIELDS

BATCH = 2000  # rows read from the database at a time
DEPARTMENTS, EMPLOYEES, RESULTS, ISSUES = "部署一覧", "社員一覧", "検査結果一覧", "エラー一覧"  # what sheets are called
NUMBER, *OTHERS = headings.AssessmentColumn
RESULT_COLUMNS = (NUMBER, *headings.ShownColumn, *OTHERS)
WORDS: Mapping[str, Mapping[str, str]] = {
    "gender": dict(Employee.Gender.choices),
    "employment_type": dict(Employee.EmploymentType.choices),
}


def departments_table(departments: QuerySet[Department], reach: Reach = None) -> Table:
    """The columns of 部署CSV, in the order of the queryset.

    A parent beyond the reach is told by its code alone where it has one: else an import would make the child a root.
    """
    found = departments.values_list("code", "name", "parent", "parent__code", "parent__name", "order")
    rows = (
        (
            *(code, name, above or "", "" if above and reach is not None and parent not in reach else above_name or ""),
            order,
        )
        for code, name, parent, above, above_name, order in found.iterator(chunk_size=BATCH)
    )
    return Table(list(file.DepartmentColumn), rows, file.SORTS, DEPARTMENTS, fixed=2)


def employees_table(people: QuerySet[Employee]) -> Table:
    """The columns of 社員CSV, in the order of the queryset."""
    return Table(list(file_row.HEADINGS), employee_rows(people), file_row.SORTS, EMPLOYEES, fixed=3)


def employee_rows(people: QuerySet[Employee]) -> Iterator[Sequence[Value]]:
    names = [name for name, field in FIELDS.items() if field.heading]
    place = names.index("department")
    columns = [*names[:place], "department__code", "department__name", *names[place + 1 :]]
    worded = {columns.index(name): words for name, words in WORDS.items()}
    for values in people.values_list(*columns).iterator(chunk_size=BATCH):
        row = list(values)
        for column, words in worded.items():
            row[column] = words.get(row[column], row[column])
        yield row


def assessments_table(results: QuerySet[Assessment], scales: Iterable[Scale] | None = None) -> Table:
    """The columns of 検査結果CSV, one for each of the scales (all kept ones, unless told), in the order of the queryset.

    Beside them stands whose result it is, for whoever reads it. A further basis has its columns where one of the
    results is judged on it.
    """
    judged = judged_columns(results)
    chosen = list(Scale.objects.kept() if scales is None else scales)
    names = [scale.name for scale in chosen]
    sorts = {**headings.SORTS, **judged, **dict.fromkeys(names, Sort.NUMBER)}
    rows = assessment_rows(results, [*judged], [scale.code for scale in chosen])
    return Table([*RESULT_COLUMNS, *judged, *names], rows, sorts, RESULTS, fixed=2)


def judged_columns(results: QuerySet[Assessment]) -> Mapping[str, Sort]:
    """What the columns of further bases are called, and what they hold."""
    bases = bases_of(Judgement.objects.filter(assessment__in=results.order_by().values("pk")))
    return {
        headings.heading_on(column, basis): headings.SORTS.get(column, Sort.TEXT)
        for basis in bases
        for column in headings.JUDGED
    }


def assessment_rows(
    results: QuerySet[Assessment], judged: Sequence[str], codes: Sequence[str]
) -> Iterator[Sequence[Value]]:
    """The rows with these columns of further bases, and the scores of these scales."""
    columns = (
        *(
            "pk",
            "employee__employee_number",
            "employee__last_name",
            "employee__first_name",
            "employee__department__name",
        ),
        *("employee__email", "title", "taken_on", "completed_at"),
        *("personality_type__name", "unknown_type", "grade", "overall_score", "comment", "scores"),
    )
    found = results.values_list(*columns).iterator(chunk_size=BATCH)
    while batch := list(islice(found, BATCH)):
        further = judged_of(Judgement.objects.filter(assessment__in=[row[0] for row in batch])) if judged else {}
        for pk, number, last, first, department, mail, title, taken_on, completed_at, kind, unknown, *told in batch:
            *company, scores = told
            on_bases = further.get(pk, {})
            yield [
                *(number, f"{last} {first}".strip(), department or "", mail),
                *(title, taken_on, completed_at, kind or unknown, *company),
                *map(on_bases.get, judged),
                *(score(scores.get(code)) for code in codes),
            ]


def score(value: object) -> float | None:
    """A 偏差値; None where there is none."""
    return float(value) if isinstance(value, int | float) else None


def issues_table(
    issues: Iterable[error_file.IssueLine],
    handling: error_file.Handling = error_file.nothing_said,
    about: Mapping[str, Value] | None = None,
) -> Table:
    """The columns of the error file, one line an issue, numbered from 1; `about` says which run's they are."""
    rows: Iterable[Sequence[Value]] = (
        (number, *error_file.cells(issue), handling(issue)) for number, issue in enumerate(issues, start=1)
    )
    return Table(error_file.COLUMNS, rows, {error_file.COLUMNS[0]: Sort.NUMBER}, ISSUES, about or {}, is_read=True)
