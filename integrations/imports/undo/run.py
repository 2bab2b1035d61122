"""処理の取り消し of an import: load what the run wrote and what is there now, plan, write."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from django.utils import timezone

from integrations import kinds
from integrations.imports.apply import Import, Written, carry_out
from integrations.imports.undo import departments, employees, results
from integrations.imports.undo.culprits import culprits
from integrations.imports.undo.planned import Undoing
from integrations.jobs.ending import fail
from integrations.jobs.gc_paused import collector_paused
from integrations.jobs.lease import Lease
from integrations.jobs.undone import is_of_all, mark_undone
from integrations.models import SyncChange, SyncJob
from integrations.reasons import Reason
from integrations.rules.guards import kept_by
from integrations.rules.plan import Action, finding
from integrations.rules.undo.steps import Record, problem_of

What = SyncChange.What
Planner = Callable[..., Undoing]
PLANNERS: Mapping[str, Planner] = {
    What.DEPARTMENT: departments.plan,
    What.EMPLOYEE: employees.plan,
    What.ASSESSMENT: results.plan,
}


@collector_paused()
def undo_import(lease: Lease) -> None:
    """One whole run: the job is ended or held afterwards. Raises LeaseLostError."""
    undone = lease.job.undoes
    if undone is None:
        fail(lease, finding(Reason.UNDO_NOTHING_LEFT))
        return
    carry_out(lease, partial(read, lease, undone), partial(plan_import, lease, undone))


def read(lease: Lease, undone: SyncJob) -> Sequence[Record]:
    """What the run wrote, of one row alone where the undo is of that row."""
    lease.report("処理の記録の読み取り")
    options = lease.job.run_options
    written = undone.changes.order_by("pk")
    if options.row is not None:
        written = written.filter(object_id=options.row)
    if options.only_created:
        written = written.filter(action=SyncChange.Action.CREATE)
    columns = written.values_list("object_id", "key", "name", "action", "fields")
    return [
        Record(pk, key, name, Action(action), fields)
        for pk, key, name, action, fields in columns.iterator(chunk_size=5000)
    ]


def plan_import(lease: Lease, undone: SyncJob, records: Sequence[Record], *, lock: bool) -> Import:
    """Load our side and plan; with the answer `keep_items` the plan that loses nothing of what was asked about."""
    lease.report("確認", total=len(records))
    (what,) = kinds.of(lease.job).writes

    def planned(*, kept: frozenset[str] = frozenset(), shown: Import | None = None) -> Import:
        undoing = PLANNERS[what](records, lease.job, undone, kept=kept, lock=lock)
        who = culprits(what, [step for step in undoing.steps if step.kept and not step.why], undone)
        told = ((step, step.why or who.get(step.record.pk, "")) for step in undoing.steps if step.kept)
        changes = undoing.changes
        gone = sum(change.action is Action.DELETE for change in changes)
        return Import(
            what=what,
            source_rows=len(records),
            outcomes=[step.outcome for step in undoing.steps],
            issues=[problem_of(step, undoing.label, why, **undoing.keys_of(step)) for step, why in told],
            changes=changes,
            write=partial(write, lease.job, undone, undoing),
            alarms=undoing.alarms,
            remark=f"更新のうち{gone:,}{undoing.unit}は削除です。" if gone else "",
            shown=shown,
        )

    plan = planned()
    return planned(kept=kept_by(plan.alarms), shown=plan) if lease.job.run_options.keep_items else plan


def write(job: SyncJob, undone: SyncJob, undoing: Undoing) -> Written:
    """All that the undo writes. Raises PlanOutdatedError where the run was undone meanwhile."""
    if is_of_all(job):
        mark_undone(undone, timezone.now())
    yield from undoing.write()
