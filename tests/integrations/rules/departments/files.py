"""Lines of a 部署CSV, read and planned without a database."""

from collections.abc import Sequence

from integrations.rules.departments.file import (
    NEEDED,
    DepartmentColumn,
    DepartmentContext,
    plan_department_file,
    read_row,
)
from integrations.rules.departments.plan import LocalDepartment
from integrations.rules.draft import Plan
from integrations.rules.headings import find_columns
from tests.factories.findings import file_sentence

HEADER = ("部署コード", "部署名", "親部署コード", "表示順")


def plan(*lines: Sequence[str], local: Sequence[LocalDepartment] = (), header: Sequence[str] = HEADER) -> Plan:
    """The plan of a file with these lines, of which the first is line 2."""
    columns, problems = find_columns(header, DepartmentColumn, NEEDED)
    assert problems == []
    terms = DepartmentContext.of(columns, local)
    return plan_department_file([read_row(cells, line, terms) for line, cells in enumerate(lines, start=2)], local)


def problems(made: Plan) -> list[tuple[str, str]]:
    """Reason and line of each issue, in their order."""
    return [(issue.reason.value, file_sentence(issue).partition("行目：")[0]) for issue in made.issues]


def news(made: Plan) -> dict[str, dict[str, object]]:
    """Code → what the plan sets."""
    return {change.key: {name: new for name, (_, new) in change.fields.items()} for change in made.changes}


def outcomes(made: Plan) -> list[str]:
    return sorted(outcome.value for outcome in made.outcomes)
