"""確認待ち: a run that has looked at everything, written nothing, and waits for a person."""

from collections.abc import Mapping, Sequence

from integrations.models import SyncJob
from integrations.rules.guards import Alarm

LABELS = {"created": "新規", "updated": "更新", "unchanged": "変更なし", "skipped": "対象外", "failed": "エラー"}


def summary(counts: Mapping[str, int]) -> str:
    """「新規 3、更新 12、…」, every outcome."""
    return "、".join(f"{label} {counts[name]:,}" for name, label in LABELS.items())


def preview(counts: Mapping[str, int]) -> str:
    """The sentence that tells them beforehand."""
    return f"実行すると次のようになります：{summary(counts)}。"


def what_moved(before: Mapping[str, int], now: Mapping[str, int]) -> str:
    """The sentence for a plan that is not the one that was approved."""
    moved = [
        f"{label} {before.get(name, 0):,} → {now[name]:,}"
        for name, label in LABELS.items()
        if before.get(name, 0) != now[name]
    ]
    what = "、".join(moved) if moved else "件数は同じですが、内容が変わりました"
    return f"確認したときから内容が変わったため、もう一度確認してください（{what}）。"


def hold(
    job: SyncJob, *, message: str, fingerprint: str, counts: Mapping[str, int], alarms: Sequence[Alarm] = ()
) -> None:
    """Lay the job down as 確認待ち and save it, inside the lease's `writing`. `alarms` are why it stopped by itself."""
    job.status = SyncJob.Status.HELD
    job.worker = job.owner = ""
    job.phase = "確認待ち"
    job.message = message
    options = job.run_options
    options.fingerprint, options.question = fingerprint, [alarm._asdict() for alarm in alarms]
    job.run_options = options
    for name in SyncJob.COUNTS:
        setattr(job, name, counts[name])
    job.done = job.total = sum(counts.values())
    job.save()
