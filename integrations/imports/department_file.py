"""部署CSV取込: read the file, load what we have, plan, write."""

from functools import partial

from integrations.imports.apply import Import
from integrations.imports.departments import load, write
from integrations.imports.source_file import Source, carry_out_file
from integrations.jobs.gc_paused import collector_paused
from integrations.jobs.lease import Lease
from integrations.models import SyncChange
from integrations.rules.departments.file import (
    NEEDED,
    SORTS,
    DepartmentColumn,
    DepartmentContext,
    plan_department_file,
    read_row,
)


@collector_paused()
def import_departments(lease: Lease) -> None:
    """One whole run: the job is ended or held afterwards. Raises LeaseLostError."""
    carry_out_file(lease, partial(Source, lease, DepartmentColumn, NEEDED, SORTS), partial(plan_import, lease))


def plan_import(lease: Lease, source: Source, *, lock: bool) -> Import:
    """Load what we have and plan."""
    lease.report("確認", total=len(source.lines))
    local = load(lock=lock)
    terms = DepartmentContext.of(source.columns, local)
    rows = [read_row(cells, line, terms) for line, cells in source]
    plan = plan_department_file(rows, local)
    return Import(
        what=SyncChange.What.DEPARTMENT,
        source_rows=len(rows),
        outcomes=plan.outcomes,
        issues=[*source.remarks(), *plan.issues],
        changes=plan.changes,
        write=partial(write, plan.changes, planned_on=local, links=False),
    )
