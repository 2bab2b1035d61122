"""Kinds of runs that do next to nothing, so that the engine around them can be tried: an import, a file and an upload.

What a step does is decided by whoever drives the world, at the moment when it would ask カオナビ: `decide`.
"""

from integrations.imports.apply import Import, carry_out
from integrations.jobs.ending import end
from integrations.jobs.held import hold
from integrations.jobs.lease import Lease
from integrations.kinds import Kind
from integrations.models import SyncChange, SyncJob
from integrations.reasons import Reason
from integrations.rules.plan import Outcome, finding

PIECES = 2  # steps of an upload
REST = 6.0  # seconds between them


def decide(_: Lease) -> list[Outcome]:
    """What the step meets: the outcomes of an import's rows, or an error. A world puts its own in this place."""
    return [Outcome.UNCHANGED]


def take_in(lease: Lease) -> None:
    """The step of an import: it reads one list of outcomes, and writes them."""

    def plan(rows: list[Outcome], *, lock: bool) -> Import:
        problems = [finding(Reason.MEMBER_MAIL_INVALID, key="1") for row in rows if row is Outcome.FAILED]
        what = SyncChange.What.EMPLOYEE
        return Import(what=what, source_rows=len(rows), outcomes=rows, issues=problems, changes=[], write=list)

    carry_out(lease, lambda: decide(lease), plan)


def send(lease: Lease) -> float | None:
    """The step of an upload: one more piece, and a rest before the next."""
    decide(lease)
    with lease.writing() as job:
        options = job.run_options
        if options.is_asked and not options.approved_fingerprint:
            hold(job, message="", fingerprint="a plan", counts=dict.fromkeys(SyncJob.COUNTS, 0))
            return None
        job.state = {"sent": job.state.get("sent", 0) + 1}
        if job.state["sent"] < PIECES:
            job.save()
            return REST
        job.updated = PIECES
        end(job, SyncJob.Status.SUCCEEDED, "")
    return None


def how_far(job: SyncJob) -> str:
    return f"{job.state.get('sent', 0)}件を登録しました。"


IMPORT = Kind(code="toy_import", step=f"{__name__}.take_in", writes=())
FILE = Kind(code="toy_file", step=f"{__name__}.take_in", writes=(), slug="toys")
UPLOAD = Kind(code="toy_upload", step=f"{__name__}.send", how_far=f"{__name__}.how_far", writes=(), is_resumable=True)
KINDS = (IMPORT, FILE, UPLOAD)
