"""確認待ち: a run that has looked at everything, written nothing, and waits for a person."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from integrations.models import SyncJob
from integrations.rules.guards import Alarm

LABELS = {"created": "新規", "updated": "更新", "unchanged": "変更なし", "skipped": "対象外", "failed": "エラー"}


def digest(*parts: Iterable[object]) -> str:
    """A fingerprint of what a plan would do, the same in every process for the same plan.

    The order of a part's members makes no difference: neither カオナビ nor the database promises one.
    """
    texts = [
        sorted(json.dumps(member, ensure_ascii=False, sort_keys=True, default=plain) for member in part)
        for part in parts
    ]
    return hashlib.blake2b(json.dumps(texts).encode(), digest_size=16).hexdigest()


def plain(value: object) -> object:
    """What JSON does not know: a mapping that is a view, dates, times."""
    return dict(value) if isinstance(value, Mapping) else str(value)


def summary(counts: Mapping[str, int]) -> str:
    """「新規 3、更新 12、…」, every outcome."""
    return "、".join(f"{label} {counts[name]:,}" for name, label in LABELS.items())


def what_moved(before: Mapping[str, int], now: Mapping[str, int]) -> str:
    """The sentence for a plan that is not the one that was approved."""
    moved = [
        f"{label} {before.get(name, 0):,} → {now[name]:,}"
        for name, label in LABELS.items()
        if before.get(name, 0) != now[name]
    ]
    what = "、".join(moved) if moved else "件数は同じですが、内容が変わりました"
    return f"確認したときから内容が変わったため、もう一度確認してください（{what}）。"


def hold(job: SyncJob, *, message: str, digest: str, counts: Mapping[str, int], alarms: Sequence[Alarm] = ()) -> None:
    """Lay the job down as 確認待ち and save it. Call it inside the lease's `writing`.

    `alarms` are why the run stopped by itself; the page offers the choice that loses nothing.
    """
    job.status = SyncJob.Status.HELD
    job.worker = job.owner = ""
    job.phase = "確認待ち"
    job.message = message
    job.options = {**job.options, "digest": digest, "question": [alarm._asdict() for alarm in alarms]}
    for name in SyncJob.COUNTS:
        setattr(job, name, counts[name])
    job.done = job.total = sum(counts.values())
    job.save()
