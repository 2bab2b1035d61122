"""Which runs can be taken back, and if not, why."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from integrations import kinds
from integrations.erasure.words import FADED
from integrations.jobs.undone import is_of_all
from integrations.kinds import Kind
from integrations.models import BeforeImage, SyncChange, SyncJob

CHANGES = SyncChange.objects.filter(job=OuterRef("pk"))
UNDOINGS = SyncJob.objects.filter(status=SyncJob.Status.SUCCEEDED)  # one with errors left something to be undone
NO_IMAGES = "登録前のカオナビの内容が保存されていないため、元に戻せません。保存した内容は、連携の解除、社員や検査結果の削除と訂正でも消去されます。"
IS_UNDONE_SOMEHOW = Exists(UNDOINGS.filter(undoes=OuterRef("job_id")))


def with_traces(jobs: QuerySet[SyncJob]) -> QuerySet[SyncJob]:
    """The runs, each with what `Offer` asks of it: it costs no statement more."""
    return jobs.annotate(
        has_changes=Exists(CHANGES),
        keeps_changes=Exists(CHANGES.exclude(name=FADED)),
        has_images=Exists(BeforeImage.objects.filter(job=OuterRef("pk"))),
        has_undoings=Exists(UNDOINGS.filter(undoes=OuterRef("pk"))),
    )


class Offer(NamedTuple):
    """Whether a run can be taken back: `is_asked` for those of which one would ask it, `why_not` is a sentence or "".

    `last` is the run that took it back, or that took this one back, and so on.
    """

    is_asked: bool
    why_not: str = ""
    last: SyncJob | None = None

    @classmethod
    def of(cls, job: SyncJob, *, row: int | None = None) -> Self:
        """Of a run `with_traces`, or of one `row` (pk) that it wrote."""
        traces = vars(job)
        kind = undo_of(job)
        has_written = traces["has_changes"] or traces["has_images"]
        if kind is None or not is_over(job, kind) or not has_written or settings.UNDO_DAYS == 0:
            return cls(
                False, "この処理は元に戻せません。元に戻せるのは、成功または一部エラーで終わった、変更のある処理です。"
            )
        if traces["has_undoings"] and (by := undone_by(job, row=row)):
            last = newest_of(by)
            if last == by:
                return cls(True, f"この処理は、{moment(by)}に元に戻しました。", last)
            told = f"この処理は、{moment(by)}に元に戻しています。その後の状態から元に戻すには、{last} を元に戻してください。"
            return cls(True, told, last)
        if job.finished_at is None or job.finished_at < oldest():
            return cls(True, f"終了から{settings.UNDO_DAYS}日を過ぎたため、元に戻せません。")
        if kind.sends and not keeps_images(job, row):
            return cls(True, NO_IMAGES)
        if not kind.sends and not traces["keeps_changes"]:
            return cls(True, "保存期間を過ぎて変更の内容を消去したため、元に戻せません。")
        return cls(True)


def undo_of(job: SyncJob) -> Kind | None:
    """What takes a run of its kind back; None where nothing does."""
    return kinds.UNDOING.get(job.undone_kind or job.kind)


def is_over(job: SyncJob, kind: Kind) -> bool:
    """Whether the run has ended so that it can be taken back: what was sent to カオナビ is there, however it ended."""
    return job.status in (SyncJob.ENDS if kind.sends else SyncJob.COMPLETED)


def keeps_images(job: SyncJob, row: int | None) -> bool:
    """Whether it is known what an upload replaced, for one `row` (pk) or for anybody."""
    if row is None:
        return bool(vars(job)["has_images"])
    return job.before_images.filter(person=row).exists()


def why_not(job: SyncJob, *, row: int | None = None) -> str:
    """Why the run, or what it wrote of one `row` (pk), cannot be taken back now; "" where it can."""
    return Offer.of(with_traces(SyncJob.objects.all()).get(pk=job.pk), row=row).why_not


def alone(changes: Iterable[SyncChange]) -> set[int]:
    """The numbers of those changes that can each be taken back alone; each has its run, and `is_undone_somehow`."""
    possible = [
        change
        for change in changes
        if (kind := undo_of(change.job))
        and is_over(change.job, kind)
        and (change.job.finished_at or oldest()) > oldest()
        and change.object_id is not None
        and (change.fields or change.action == SyncChange.Action.CREATE)
    ]
    runs = {change.job_id for change in possible if vars(change)["is_undone_somehow"]}
    whole: set[int | None] = set()
    rows: set[tuple[int | None, int | None]] = set()
    for undoing in UNDOINGS.filter(undoes__in=runs) if runs else ():
        if is_of_all(undoing):
            whole.add(undoing.undoes_id)
        rows.add((undoing.undoes_id, undoing.run_options.row))
    sent = {change.pk: (change.job_id, change.object_id) for change in possible if change.what in kinds.SHEETS}
    asked = BeforeImage.objects.filter(job__in={job for job, _ in sent.values()})
    images = (
        set(asked.filter(person__in={pk for _, pk in sent.values()}).values_list("job_id", "person")) if sent else ()
    )
    return {
        change.pk
        for change in possible
        if change.job_id not in whole
        and (change.job_id, change.object_id) not in rows
        and (change.pk not in sent or sent[change.pk] in images)
    }


def undone_by(job: SyncJob, *, row: int | None = None) -> SyncJob | None:
    """The run that has taken it back, all of it or this row, whether or not that was taken back itself."""
    for undoing in UNDOINGS.filter(undoes=job).order_by("-pk"):
        if is_of_all(undoing) or (row is not None and undoing.run_options.row == row):
            return undoing
    return None


def newest_of(job: SyncJob) -> SyncJob:
    """The last of the runs that took each other back, of which this is one."""
    while (later := undone_by(job)) is not None:
        job = later
    return job


def oldest() -> datetime:
    """When a run has ended that can just be taken back."""
    return timezone.now() - timedelta(days=settings.UNDO_DAYS)


def moment(job: SyncJob) -> str:
    return f"{timezone.localtime(job.finished_at):%Y/%m/%d %H:%M}"
