"""What every import does with its plan: hold it, or write rows, changes, issues, counts and status at once."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

from django.db import IntegrityError

from integrations.erasure import erase_leavers
from integrations.jobs import records
from integrations.jobs.ending import end
from integrations.jobs.held import hold, preview, summary, what_moved
from integrations.jobs.lease import Lease
from integrations.jobs.runner import PlanOutdatedError
from integrations.models import KaonaviConnection, SyncJob
from integrations.reasons import Reason, Severity
from integrations.rules.fingerprint import of_plan
from integrations.rules.guards import Alarm, question
from integrations.rules.plan import Action, Change, Finding, Outcome, count, finding

logger = logging.getLogger(__name__)

Written = Iterable[tuple[Change, int | None]]


@dataclass(frozen=True, kw_only=True)
class Import:
    """One planned import.

    `source_rows` is counted apart from the plan, so that a lost row is noticed. `changes` are all records to write,
    those that are marked as missing too. `write` writes them and says, in their order, which row each became; it runs
    inside the transaction, so it does no network work and calculates little. `alarms` are asked about before that.
    `remark` is what the message says besides the counts. `shown` is the variant that a person saw and answered.
    """

    what: str
    source_rows: int
    outcomes: Sequence[Outcome]
    issues: Sequence[Finding]
    changes: Sequence[Change]
    write: Callable[[], Written]
    empty_source: str = ""
    alarms: Sequence[Alarm] = ()
    remark: str = ""
    shown: Self | None = None

    def fingerprint(self) -> str:
        """A fingerprint of what a person approves: also of what was asked, since the other answer keeps that."""
        changes = [(change.pk, change.key, change.fields) for change in self.changes]
        problems = [(problem.reason, problem.subject_key, problem.value) for problem in self.issues]
        return of_plan(changes, problems, [(alarm.guard, alarm.field) for alarm in self.alarms])


Source = TypeVar("Source")
Source_contra = TypeVar("Source_contra", contravariant=True)


def guard_percent(kind: str, settings: KaonaviConnection) -> int:
    """The share that raises an alarm; 0 for none, as in the first import of a kind, which is no ordinary day."""
    return settings.guard_percent if SyncJob.objects.completed(kind).exists() else 0


class Planner(Protocol[Source_contra]):
    """Loads what we have and plans what the source makes of it, without writing.

    With `lock` it is called inside the transaction that will write, and locks whatever it plans on as it loads it.
    """

    def __call__(self, source: Source_contra, /, *, lock: bool) -> Import: ...


def carry_out(lease: Lease, read: Callable[[], Source], plan: Planner[Source]) -> None:
    """Plan the run, then hold it, refuse it, or write it: the job is ended or held afterwards.

    Everything that takes time is prepared before the transaction opens; it locks the job's row first. Where people
    changed meanwhile what the plan was about, it is made once more, now with their rows locked: somebody who keeps
    clicking delays a run and never defeats it. `read` gives what is to be imported and is asked again then, so that a
    large company need not stay in memory while it is written. Raises LeaseLostError, PlanOutdatedError, and as `read`.
    """
    with suppress(PlanOutdatedError):
        write_prepared(lease, plan(read(), lock=False))
        return
    logger.info("job %s: rows were changed under the plan, it is made again with them locked", lease.job.pk)
    source = read()
    with as_outdated(), lease.writing() as job:
        prepared(job, plan(source, lock=True))(job)


def write_prepared(lease: Lease, plan: Import) -> None:
    """End the run by a plan that was made before the transaction opens."""
    lease.report("書き込み", total=plan.source_rows)
    end_run = prepared(lease.job, plan)
    with as_outdated(), lease.writing() as job:
        end_run(job)


@contextmanager
def as_outdated() -> Iterator[None]:
    """A constraint in the way says that the plan is outdated. Its own text quotes people's values."""
    try:
        yield
    except IntegrityError:
        raise PlanOutdatedError from None


def prepared(job: SyncJob, plan: Import) -> Callable[[SyncJob], None]:
    """What is left to be done with the job's fresh row, once everything that needs no transaction is made."""
    asked = plan.shown or plan
    may_be_held = bool(asked.alarms) or job.run_options.is_asked
    fingerprint = asked.fingerprint() if may_be_held else ""
    fields = records.fields_as_json(plan.changes)
    return lambda fresh: conclude(fresh, plan, asked, fingerprint, fields)


def conclude(job: SyncJob, plan: Import, asked: Import, fingerprint: str, fields: Sequence[str]) -> None:
    """Inside the one transaction: everything that the run leaves behind."""
    counts, asked_counts = count(plan.outcomes), count(asked.outcomes)
    text = why_held(job, asked, fingerprint, asked_counts)
    is_refused = plan.empty_source or sum(counts.values()) != plan.source_rows
    # People are locked before what is told of them, as by a deletion; all before a stream, which allows no other table.
    written = [] if is_refused or text else list(plan.write())
    records.clear(job)
    if plan.empty_source:
        refuse(job, Reason.SOURCE_EMPTY, field=plan.empty_source)
    elif is_refused:
        refuse(job, Reason.COUNTS_DO_NOT_ADD_UP)
    elif text:
        records.write_issues(job, asked.issues)
        records.write_changes(job, asked.what, ((change, number_of(change)) for change in asked.changes))
        erase_leavers(job)
        hold(job, message=text, fingerprint=fingerprint, counts=asked_counts, alarms=asked.alarms)
    else:
        records.write_issues(job, plan.issues)
        records.write_changes(job, plan.what, written, fields)
        succeed(job, counts, plan.issues, plan.remark)


def number_of(change: Change) -> int | None:
    """The number of the row that the planned change is about; None where there is none yet."""
    return None if change.action is Action.CREATE else change.pk


def why_held(job: SyncJob, plan: Import, fingerprint: str, counts: Mapping[str, int]) -> str:
    """The text of 確認待ち, or "" when the run may write."""
    options = job.run_options
    approved = options.approved_fingerprint
    if approved == fingerprint and approved:
        return ""
    told = f"{preview(counts)}{plan.remark}"
    asked = question(plan.alarms)
    if approved:
        return "\n".join(filter(None, [what_moved(job.counts, counts), asked, told]))
    if options.dry_run:
        return "\n".join(filter(None, [asked, told]))
    return "" if options.approve else asked


def refuse(job: SyncJob, reason: Reason, field: str = "") -> None:
    """End the run as 失敗 with one issue of its own; nothing was written."""
    problem = finding(reason, field=field)
    records.write_issues(job, [problem])
    end(job, SyncJob.Status.FAILED, records.issue_of(job, problem).sentence)


def succeed(job: SyncJob, counts: Mapping[str, int], issues: Sequence[Finding], remark: str) -> None:
    """End the run as 成功, or 一部エラー when a row was refused."""
    for name, number in counts.items():
        setattr(job, name, number)
    job.done = job.total = sum(counts.values())
    has_errors = any(problem.severity is Severity.ERROR for problem in issues)
    end(job, SyncJob.Status.PARTIAL if has_errors else SyncJob.Status.SUCCEEDED, f"{summary(counts)}。{remark}")
