"""社員CSV取込: read the file, load what we have, plan, write."""

from collections.abc import Collection, Sequence
from functools import partial

from django.utils import timezone

from accounts.rights import Right
from departments.models import Department
from departments.scope import reach
from integrations.imports.apply import Import
from integrations.imports.employees import Rows, decisions, load, tested_people, write_rows
from integrations.imports.source_file import Source, carry_out_file
from integrations.jobs.gc_paused import collector_paused
from integrations.jobs.lease import Lease
from integrations.models import SyncChange
from integrations.rules.employees.fields import LocalEmployee, department_code
from integrations.rules.employees.file import plan_employee_file, said_number
from integrations.rules.employees.file_row import HEADINGS, NEEDED, SORTS, EmployeeContext, read_row


@collector_paused()
def import_employees(lease: Lease) -> None:
    """One whole run: the job is ended or held afterwards. Raises LeaseLostError."""
    carry_out_file(lease, partial(Source, lease, HEADINGS, NEEDED, SORTS), partial(plan_import, lease))


def plan_import(lease: Lease, source: Source, *, lock: bool) -> Import:
    """Load what we have and plan."""
    lease.report("確認", total=len(source.lines))
    names = {pk: (code, name) for pk, code, name in Department.objects.values_list("pk", "code", "name")}
    labels = {pk: department_code(code, name) for pk, (code, name) in names.items()}
    local = load(labels, lock=lock)
    terms = EmployeeContext.of(source.columns, names.values(), local, timezone.localdate())
    rows = [read_row(cells, line, terms) for line, cells in source]
    numbered = all(said_number(row, terms) for row in rows)
    tested = counted_as_tested(lease, local) or tested_people(all_of_them=not numbered)
    plan = plan_employee_file(rows, local, terms, decisions(), tested)
    people = {person.pk: person for person in local}
    departments = {label: pk for pk, label in labels.items()}
    return Import(
        what=SyncChange.What.EMPLOYEE,
        source_rows=len(rows),
        outcomes=plan.outcomes,
        issues=[*source.remarks(), *plan.issues],
        changes=[*plan.changes, *plan.released],
        write=partial(
            write_rows,
            plan.changes,
            plan.released,
            Rows.of(plan.changes, plan.released, people, departments, links=False),
        ),
    )


def counted_as_tested(lease: Lease, local: Sequence[LocalEmployee]) -> Collection[int]:
    """Everybody (pk) where the importer may not know who has results: what becomes of a row would tell. Else nobody."""
    by = lease.job.requested_by
    is_told_nothing = by is not None and reach(by, Right.VIEW_RESULTS) is not None
    return {person.pk for person in local} if is_told_nothing else ()
