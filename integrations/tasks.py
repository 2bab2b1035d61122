"""What the queue carries: the number of a job and of the lease that it may take. Never anything else."""

import logging
import os
from collections.abc import Sequence

from celery import Task, shared_task
from celery.signals import task_postrun, task_prerun
from django.contrib.sessions.backends.db import SessionStore
from structlog.contextvars import bind_contextvars, clear_contextvars

from accounts.causes import told_with_remedy
from employees import search_keys
from integrations.erasure import erase_stragglers, retention
from integrations.erasure.merges import forget_old_merges
from integrations.jobs import owner, runner, signs
from integrations.jobs.dropping import drop_forgotten
from integrations.jobs.lease import worker_name

logger = logging.getLogger(__name__)


@shared_task(bind=True)
def advance_job(self: Task, job_id: int, lease_number: int) -> bool:
    """Take one step of a job, then wake itself for the next one; whether there is none."""
    main = os.getppid()  # of the worker: its pool ends with it
    step = runner.advance(
        job_id, lease_number, worker=worker_name(main), owner=owner.name_of(main), task_id=self.request.id or ""
    )
    if step is not None:
        wake(job_id, step.lease_number, after=step.seconds)
    else:
        fill_search_keys()  # of whom it brought: after its end, which nobody shall wait for longer
    return step is None


@shared_task
def fill_search_keys() -> None:
    """Beat's errand of every few minutes."""
    search_keys.fill()


@shared_task
def remove_old_jobs() -> None:
    """Beat's nightly errand."""
    tidy_up()
    SessionStore.clear_expired()
    signs.leave(signs.NIGHT)


def tidy_up(days: int | None = None) -> list[str]:
    """Remove what is kept no longer, older than `days` (JOB_RETENTION_DAYS unless told); says what, in sentences."""
    dropped = drop_forgotten()
    erase_stragglers()
    return [
        f"{dropped}件の確認待ちの処理を取りやめました。",
        f"{retention.remove_old_jobs(days)}件の処理を削除しました。",
        f"取り消しで削除した{retention.forget_deleted_people()}件の値を消去しました。",
        f"登録前の内容{retention.forget_before_images()}件を消去しました。",
        f"{forget_old_merges()}件の統合の記録を削除しました。",
        f"{retention.remove_notes_on_nothing()}件の要対応の記録を削除しました。",
        f"{retention.remove_old_notices(days)}件の通知の記録を削除しました。",
        f"{retention.remove_old_exports(days)}件のダウンロードの記録を削除しました。",
        f"{retention.remove_old_automatic_runs(days)}件の自動実行の記録を削除しました。",
        f"{retention.remove_former_identities(days)}件の変更前の氏名などを削除しました。",
    ]


def wake(job_id: int, lease_number: int, *, after: float = 0) -> None:
    """Send the message. A broker that is away loses nothing: a supervisor sends it again, by the job's row."""
    try:
        advance_job.apply_async((job_id, lease_number), countdown=after, retry=False)
    except Exception as error:  # noqa: BLE001 - whatever the queue has against it, the row is there and is the truth
        logger.warning("job %s: not queued (%s), a supervisor will try again", job_id, told_with_remedy(error))


@task_prerun.connect
def name_the_job(*, task: Task, args: Sequence[object], **_: object) -> None:
    """From here to the end of the task each line of log says which job it is about: also Celery's own."""
    if task.name == advance_job.name:
        bind_contextvars(job_id=args[0])


@task_postrun.connect
def forget_the_job(**_: object) -> None:
    clear_contextvars()
