"""部署CSV, the rules: what the lines of a file make of our departments (product rule 2, where it speaks of a source).

What was exported comes back unchanged whatever it is: a tree that is too deep here already is not refused for that.
A file adds and changes. It says nothing of departments that it does not have, and links none to カオナビ.
"""

import re
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple, Self

from msgspec import structs

from integrations.kaonavi.types import Department, Departments, Unreadable
from integrations.reasons import Reason, Severity
from integrations.rules.cells import Sort, refused, was_lost_before, words_of
from integrations.rules.departments.near_misses import NearMisses
from integrations.rules.departments.plan import LocalDepartment, plan_departments
from integrations.rules.departments.row import LARGEST_ORDER
from integrations.rules.draft import Plan
from integrations.rules.employees.fields import department_code
from integrations.rules.headings import HeadedColumns
from integrations.rules.lookalikes import also_visible, as_cell
from integrations.rules.plan import Finding, Outcome, finding, in_order_of_lines
from integrations.rules.text import HAS_NUL

ORDER = re.compile(r"\d{1,10}", re.ASCII)
NOT_AN_ORDER = f"表示順は0から{LARGEST_ORDER:,}までの整数で入力してください。"


class DepartmentColumn(StrEnum):
    """The columns by their names. 親部署名 counts where 親部署コード is blank: not every department has a code."""

    CODE = "部署コード"
    NAME = "部署名"
    PARENT = "親部署コード"
    PARENT_NAME = "親部署名"
    ORDER = "表示順"


NEEDED = ((DepartmentColumn.CODE,), (DepartmentColumn.NAME,))
SORTS: dict[str, Sort] = {DepartmentColumn.ORDER: Sort.NUMBER}


class DepartmentRow(NamedTuple):
    """A line of the file, and the department that it asks for."""

    line: int
    department: Department


@dataclass(frozen=True, slots=True)
class DepartmentContext:
    """What all lines are read by: the columns, and our departments, for what a line leaves as it is.

    `here` are ours by their code, `labels` the `department_code` of each by its number, `by_name` the same by its name.
    Codes and names are also known without the characters in them that nobody sees: a file is read so.
    """

    columns: HeadedColumns
    here: Mapping[str, LocalDepartment]
    labels: Mapping[int, str]
    by_name: Mapping[str, str]

    @classmethod
    def of(cls, columns: HeadedColumns, local: Sequence[LocalDepartment]) -> Self:
        labels = {department.pk: department_code(department.code, department.name) for department in local}
        return cls(
            columns=columns,
            here=also_visible({department.code: department for department in local if department.code}),
            labels=labels,
            by_name=also_visible({department.name: labels[department.pk] for department in local}),
        )


def read_row(cells: Sequence[str], line: int, terms: DepartmentContext) -> DepartmentRow | Unreadable | Finding:
    """Read one line; a finding is about one of its cells. `cells` may be fewer than the columns: the rest is blank."""
    columns = terms.columns
    code, name = columns.cell(cells, DepartmentColumn.CODE), columns.cell(cells, DepartmentColumn.NAME)
    if problem := columns.overflow(cells) or (HAS_NUL if any("\0" in cell for cell in cells) else ""):
        return Unreadable(line, code, problem)
    known = terms.here.get(code)
    ours: dict[str, str] = {DepartmentColumn.CODE: known.code, DepartmentColumn.NAME: known.name} if known else {}
    for column, cell in refused(cells, columns):
        if not was_lost_before(cell, ours.get(column, "")):
            return finding(cell.reason, line=line, key=code, name=name, field=column, **words_of(cell))
    if known:
        code, name = known.code, known.name if as_cell(known.name) == name else name
    parent = parent_in(cells, known, terms)
    text = columns.cell(cells, DepartmentColumn.ORDER)
    if text and (not ORDER.fullmatch(text) or int(text) > LARGEST_ORDER):
        return Unreadable(line, code, NOT_AN_ORDER)
    order = int(text) if text else None  # which comes last
    if known and DepartmentColumn.ORDER not in columns.places:
        order = known.order
    return DepartmentRow(line, Department(code=code, name=name, parent_code=parent, order=order))


def parent_in(cells: Sequence[str], known: LocalDepartment | None, terms: DepartmentContext) -> str:
    """The parent's code, or what stands for it where it has none; "" for a root."""
    columns = terms.columns
    if not columns.places.keys() & {DepartmentColumn.PARENT, DepartmentColumn.PARENT_NAME}:
        return terms.labels[known.parent_pk] if known and known.parent_pk else ""
    if code := columns.cell(cells, DepartmentColumn.PARENT):
        return terms.here[code].code if code in terms.here else code
    name = columns.cell(cells, DepartmentColumn.PARENT_NAME)
    return terms.by_name.get(name) or department_code("", name) if name else ""


def plan_department_file(
    rows: Sequence[DepartmentRow | Unreadable | Finding], local: Collection[LocalDepartment]
) -> Plan:
    """Compare the lines with our departments. Lines without a code are left out; issues come in order of lines."""
    near = NearMisses(local, [row.department for row in rows if isinstance(row, DepartmentRow)])
    damaged = {row.line or 0: row for row in rows if isinstance(row, Finding)}
    read: list[DepartmentRow] = []
    for row in rows:
        if isinstance(row, DepartmentRow):
            if problem := near.lost_zeros(row.department, row.line):
                damaged[row.line] = problem
            else:
                read.append(row)
    coded = with_parents_of_the_file([row for row in read if row.department.code], local)
    codeless = [row for row in read if not row.department.code]
    source = Departments(
        items=tuple(row.department for row in coded),
        unreadable=(
            *(row for row in rows if isinstance(row, Unreadable)),
            *(Unreadable(line, problem.subject_key, "") for line, problem in damaged.items()),
        ),
    )
    plan = plan_departments(source, [as_target(department) for department in local], deep_stays=True)
    told = [damaged.get(found.line or 0) or near.with_hint(found) for found in with_lines(plan.issues, coded)]
    refused_lines = {found.line for found in told if found.severity is Severity.ERROR}
    alike = (found for row in coded for found in near.alike(row.department, row.line))
    issues = [*map(left_out, codeless), *told, *(found for found in alike if found.line not in refused_lines)]
    outcomes = (*[Outcome.SKIPPED] * len(codeless), *plan.outcomes)
    return replace(plan, issues=in_order_of_lines(issues), outcomes=outcomes)


def with_parents_of_the_file(rows: Sequence[DepartmentRow], local: Collection[LocalDepartment]) -> list[DepartmentRow]:
    """The rows; a 親部署名 that none of ours has is the department that one line of the same file brings."""
    ours = {department.name for department in local}
    called: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.department.name and row.department.name not in ours:
            called[department_code("", row.department.name)].add(row.department.code)
    codes = {parent: code for parent, (code, *others) in called.items() if not others}
    return [
        row._replace(department=structs.replace(row.department, parent_code=codes[row.department.parent_code]))
        if row.department.parent_code in codes
        else row
        for row in rows
    ]


def left_out(row: DepartmentRow) -> Finding:
    return finding(Reason.DEPARTMENT_CODE_MISSING, line=row.line, name=row.department.name, field=DepartmentColumn.CODE)


def with_lines(issues: Iterable[Finding], rows: Iterable[DepartmentRow]) -> Iterator[Finding]:
    """The findings of a plan, each with its line. A row has at most one."""
    lines: dict[tuple[str, str], deque[int]] = defaultdict(deque)
    for row in rows:
        lines[row.department.code, row.department.name].append(row.line)
    for problem in issues:
        position = problem.params.get("position")
        line = position if isinstance(position, int) else lines[problem.subject_key, problem.subject_name].popleft()
        yield replace(problem, line=line)


def as_target(department: LocalDepartment) -> LocalDepartment:
    """A department of ours as a file meets it: it can be named, also without a code, and it cannot go missing."""
    code = department_code(department.code, department.name)
    return replace(department, code=code, linked=False, missing=False)
