"""Lines of a 社員CSV, read and planned without a database."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from integrations.rules.draft import Plan
from integrations.rules.employees.fields import LocalEmployee
from integrations.rules.employees.file import plan_employee_file
from integrations.rules.employees.file_row import HEADINGS, NEEDED, EmployeeContext, read_row
from integrations.rules.employees.identity import Decisions
from integrations.rules.headings import find_columns
from tests.factories.findings import file_sentence

DEPARTMENTS = (("A001", "営業部"), ("A002", "総務部"), ("", "準備室"), ("010", "品質管理部"))
HEADER = list(HEADINGS)
TODAY = date(2026, 4, 1)


def line(**values: str) -> list[str]:
    """A line of HEADER that nothing keeps from being taken, by the names of the columns ("姓_カナ" for 姓（カナ）)."""
    names = {"姓_カナ": "姓（カナ）", "名_カナ": "名（カナ）"}
    cells = {"メールアドレス": "m1001@example.co.jp", "姓": "青山"}
    cells |= {names.get(name, name): text for name, text in values.items()}
    return [cells.get(name, "") for name in HEADER]


def plan(
    *lines: Sequence[str],
    local: Sequence[LocalEmployee] = (),
    header: Sequence[str] = tuple(HEADER),
    decisions: Decisions | None = None,
    tested: Collection[int] = (),
    departments: Collection[tuple[str, str]] = DEPARTMENTS,
) -> Plan:
    """The plan of a file with these lines, of which the first is line 2."""
    columns, problems = find_columns(header, HEADINGS, NEEDED)
    assert problems == []
    terms = EmployeeContext.of(columns, departments, local, TODAY)
    rows = [read_row(cells, number, terms) for number, cells in enumerate(lines, start=2)]
    return plan_employee_file(rows, local, terms, decisions, tested)


def plan_of(*, local: Sequence[LocalEmployee] = (), **values: str) -> Plan:
    """The plan of a file with only these columns (besides メールアドレス and 姓) and one line."""
    cells = {"メールアドレス": "m1001@example.co.jp", "姓": "青山"} | values
    return plan(list(cells.values()), local=local, header=list(cells))


def problems(made: Plan) -> list[tuple[str, str]]:
    """Reason and line of each issue, in their order."""
    return [(issue.reason.value, file_sentence(issue).partition("行目：")[0]) for issue in made.issues]


def reasons(made: Plan) -> list[str]:
    return [issue.reason.value for issue in made.issues]


def outcomes(made: Plan) -> list[str]:
    return [outcome.value for outcome in made.outcomes]


def news(made: Plan) -> dict[str, Any]:
    """Field → new value of the only change of a plan."""
    (change,) = made.changes
    return {field: new for field, (_, new) in change.fields.items()}
