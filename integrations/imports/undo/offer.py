"""Which runs can be taken back, and if not, why."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from integrations import kinds
from integrations.erasure.words import FADED
from integrations.imports.undo.run import is_of_all
from integrations.models import SyncJob


def is_of_a_kind_to_undo(job: SyncJob) -> bool:
    """Whether the run is one of those that can be taken back for some days: it went through and wrote something."""
    kind = job.undone_kind or job.kind
    return kind in kinds.UNDOING and job.status in SyncJob.COMPLETED and settings.UNDO_DAYS > 0 and job.changes.exists()


def why_not(job: SyncJob, *, row: int | None = None) -> str:
    """Why the run, or what it wrote of one `row` (pk), cannot be taken back now; "" where it can."""
    if not is_of_a_kind_to_undo(job):
        return "この処理は元に戻せません。元に戻せるのは、成功または一部エラーで終わった、変更のある処理です。"
    if by := undone_by(job, row=row):
        last = newest_of(by)
        if last == by:
            return f"この処理は、{moment(by)}に元に戻しました（{by}）。"
        return (
            f"この処理は、{moment(by)}に元に戻しています。その後の状態から元に戻すには、{last} を元に戻してください。"
        )
    if job.finished_at is None or job.finished_at < timezone.now() - timedelta(days=settings.UNDO_DAYS):
        return f"終了から{settings.UNDO_DAYS}日を過ぎたため、元に戻せません。"
    if not job.changes.exclude(name=FADED).exists():
        return "保存期間を過ぎて変更の内容を消去したため、元に戻せません。"
    return ""


def undone_by(job: SyncJob, *, row: int | None = None) -> SyncJob | None:
    """The run that has taken it back, all of it or this row, whether or not that was taken back itself."""
    for undoing in SyncJob.objects.filter(undoes=job, status__in=SyncJob.COMPLETED).order_by("-pk"):
        if is_of_all(undoing) or (row is not None and undoing.run_options.row == row):
            return undoing
    return None


def newest_of(job: SyncJob) -> SyncJob:
    """The last of the runs that took each other back, of which this is one."""
    while (later := undone_by(job)) is not None:
        job = later
    return job


def moment(job: SyncJob) -> str:
    return f"{timezone.localtime(job.finished_at):%Y/%m/%d %H:%M}"
