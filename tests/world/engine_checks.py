"""What must hold after each piece of work in the engine's world, whoever did it."""

from collections import Counter
from typing import Any, NamedTuple

from django.conf import settings

from accounts.models import AuditEntry
from integrations.models import SyncChange, SyncIssue, SyncJob
from tests.world.engine_kinds import PIECES, UPLOAD

Status = SyncJob.Status
Row = dict[str, Any]

STEPS = {  # docs/rules.md, section 5
    Status.QUEUED: {Status.RUNNING, Status.CANCELLED, Status.INTERRUPTED},
    Status.RUNNING: {Status.QUEUED, Status.HELD, *SyncJob.ENDS},
    Status.HELD: {Status.QUEUED, Status.CANCELLED},
}


class Doer(NamedTuple):
    """Who did a piece of work: a `worker` with the lease that it believes to have, or somebody else by its role."""

    role: str
    name: str = ""
    job: int = 0
    lease: int | None = None
    watched_since: float = 0  # of an observer: since when the run gave no sign of life as it began to look


class Truth(NamedTuple):
    """The rows of all runs, with how many issues and changes each has; and the audit trail."""

    jobs: dict[int, Row]
    told: Counter[tuple[str, str]]

    @classmethod
    def look(cls, since: int) -> "Truth":
        """As the database has it; of the audit trail what came after the entry `since`."""
        issues = Counter(SyncIssue.objects.order_by().values_list("job_id", flat=True))
        changes = Counter(SyncChange.objects.order_by().values_list("job_id", flat=True))
        jobs = {row["id"]: row | {"rows": (issues[row["id"]], changes[row["id"]])} for row in SyncJob.objects.values()}
        entries = AuditEntry.objects.filter(pk__gt=since).order_by()
        return cls(jobs, Counter(entries.values_list("action", "object_id")))


def check(doer: Doer, before: Truth, after: Truth, *, now: float, rows: int, living: set[str]) -> None:
    """Raises AssertionError where the piece of work did what nobody, or not this one, may do."""
    assert sum(row["status"] in SyncJob.UNFINISHED for row in after.jobs.values()) <= 1
    told = before.told.copy()
    for pk, new in after.jobs.items():
        old = before.jobs.get(pk)
        if old != new:
            if old is None:
                assert (doer.role, new["status"], new["lease"]) == ("person", Status.QUEUED, 0)
                told["imported" if new["file_name"] else "started", str(pk)] += 1
            else:
                check_change(doer, old, new, now=now, rows=rows, living=living)
                if (old["status"], new["status"]) == (Status.HELD, Status.QUEUED):
                    told["approved", str(pk)] += 1
                if new["status"] == Status.CANCELLED and doer.role == "canceller":
                    told["cancelled", str(pk)] += 1
    assert after.told == told, "the audit trail tells each thing that a person did, once"


def check_change(doer: Doer, old: Row, new: Row, *, now: float, rows: int, living: set[str]) -> None:
    """One run whose row, issues or changes are not what they were."""
    changed = {name: (value, new[name]) for name, value in old.items() if value != new[name]}
    assert old["status"] not in SyncJob.ENDS, f"an ended run never changes: {changed}"
    assert new["lease"] >= old["lease"], "a lease never falls"
    assert new["status"] == old["status"] or new["status"] in STEPS[old["status"]]
    if doer.lease is not None:
        assert (old["id"], old["lease"], old["status"]) == (doer.job, doer.lease, Status.RUNNING), (
            "whoever has an old lease writes nothing"
        )
    else:
        check_stranger(doer, old, new, now=now, living=living)
    if new["status"] in SyncJob.COMPLETED:
        counted = sum(new[name] for name in SyncJob.COUNTS)
        assert counted == (PIECES if new["kind"] == UPLOAD.code else rows), "outcomes add up to the source rows"


def check_stranger(doer: Doer, old: Row, new: Row, *, now: float, living: set[str]) -> None:
    """A change by somebody who does not hold the run."""
    if doer.role == "worker" and old | {"heartbeat_at": None} == new | {"heartbeat_at": None}:
        assert (old["owner"], old["worker"]) == (doer.name, ""), "only its owner rests beside a run"
        return
    if doer.role == "worker" and new["worker"]:
        assert old["worker"] == "", "a run has one worker at a time"
        assert (new["worker"], new["lease"]) == (doer.name, old["lease"] + 1)
        return
    assert new["lease"] > old["lease"], "what is taken from somebody has another lease"
    if doer.role == "observer":
        assert now - doer.watched_since >= settings.JOB_DEAD_AFTER, "nobody takes a run from a worker that lives"
    if doer.role == "leaver":
        assert old["worker"] == doer.name, "a worker that leaves hands back its own step alone"
    if doer.role == "person" and old["status"] in SyncJob.UNFINISHED:
        assert old["owner"] not in {"", *living}, "a start ends only what nobody goes on with"
