"""What a run did or, while it is held, would do: its counts as tiles, and what else its message says."""

from typing import NamedTuple

from integrations import kinds
from integrations.jobs.held import preview, summary
from integrations.models import SyncJob

LOOKS = {"skipped": "is-care", "failed": "is-bad"}
QUERIES = {
    "created": "?action=create#changes",
    "updated": "?action=update#changes",
    "skipped": "?severity=skipped#issues",
    "failed": "?severity=error#issues",
}
LISTED = ("created", "updated", "failed")


class Tile(NamedTuple):
    """One count; `look` is a class of the style sheet, `query` shows its rows where there are any."""

    label: str
    number: int
    look: str
    query: str


def wrote_something(job: SyncJob) -> bool:
    """Whether its counts say anything: those of a run that wrote nothing, nor is about to, are none."""
    return job.status in (*SyncJob.COMPLETED, SyncJob.Status.HELD) or (
        not job.is_unfinished and any(job.counts.values())
    )


def tiles(job: SyncJob) -> list[Tile]:
    """Its counts; none of a run that wrote nothing. Of one that stopped early no 0: it did not look at everybody."""
    is_whole = job.status in (*SyncJob.COMPLETED, SyncJob.Status.HELD)
    return [tile(job, name) for name in SyncJob.COUNTS if job.counts[name] or is_whole] if wrote_something(job) else []


def tile(job: SyncJob, name: str) -> Tile:
    number = job.counts[name]
    look = LOOKS.get(name, "") if number else "is-none"
    query = "#changes" if (job.undone_kind and name == "updated") else QUERIES.get(name, "")
    return Tile(label_of(job, name), number, look, query if number else "")


def label_of(job: SyncJob, name: str) -> str:
    """What the count is called; what an undo deletes is counted as 更新. On カオナビ's sheets it deletes nothing."""
    if job.undone_kind and name == "updated" and not kinds.of(job).sends:
        return "更新・削除"
    return str(SyncJob._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a plain field


def in_short(job: SyncJob) -> list[tuple[str, int]]:
    """For a list of runs: label and number of what was not none, [] where that says nothing."""
    counts = job.counts
    return [(label_of(job, name), counts[name]) for name in LISTED if counts[name]] if wrote_something(job) else []


def went_idle(job: SyncJob) -> bool:
    """Whether it went through and there was nothing to do."""
    return job.status in SyncJob.COMPLETED and not in_short(job)


def beside_counts(job: SyncJob) -> str:
    """The run's message without the sentence that says the same as the tiles."""
    done, planned = f"{summary(job.counts)}。", preview(job.counts)
    return job.message.removeprefix(done).replace(planned, "").strip()
