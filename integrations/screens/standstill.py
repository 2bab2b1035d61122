"""Why a run does not go on, in words for whoever waits: nobody has taken it, its process is dead, the queue is away.

A page has nothing but the wall clock, so it says when there was a sign of life last, and ends nothing.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from integrations.jobs import workers
from integrations.models import SyncJob
from integrations.operations import health

QUEUE_ASKED_EVERY = 10  # seconds: a queue that does not answer keeps a page waiting, so not each page asks


def why_it_stands(job: SyncJob, now: datetime) -> str:
    """The sentences for an unfinished run that stands still: what is wrong, since when, what to do; "" for others."""
    if not job.is_unfinished:
        return ""
    if job.worker or job.owner:  # silent for as long as the dead are
        is_silent = now - last_sign(job) >= timedelta(seconds=settings.JOB_DEAD_AFTER)
        return why_it_is_silent(job, now) if is_silent else ""
    is_late = now - due_since(job) >= timedelta(
        seconds=settings.JOB_NOBODY_AFTER
    )  # the first step, or an upload's next
    return why_nobody_came(job, now) if is_late else ""


def last_sign(job: SyncJob) -> datetime:
    """When the run's process was seen last: by its heartbeat, else by what it began with."""
    return job.heartbeat_at or job.created_at


def due_since(job: SyncJob) -> datetime:
    """When the next step became due: that of a run which was made, approved, or laid down for a while."""
    if job.status == SyncJob.Status.RUNNING and job.heartbeat_at:
        return job.heartbeat_at + timedelta(seconds=job.wake_in)
    approved = job.run_options.approved_at
    return max(job.created_at, datetime.fromisoformat(approved)) if approved else job.created_at


def why_it_is_silent(job: SyncJob, now: datetime) -> str:
    is_of_queue = bool(job.celery_task_id)
    who = "ワーカー" if is_of_queue else "コマンド"
    what = f"処理を行っていた{who}から、{as_time(last_sign(job), now)}を最後に応答がありません。"
    if not (trouble := workers.problem(now)):
        return f"{what}通常は1分以内に、ほかのワーカーが続きを引き継ぎます。そのままお待ちください。"
    if is_of_queue:
        return f"{what}{trouble}待たずにやり直すときは、この処理を「中止」してから、もう一度実行してください。"
    return f"{what}この処理を「中止」してから、もう一度実行してください。同じサーバーでコマンドをもう一度実行しても、この処理は終了します。"


def why_nobody_came(job: SyncJob, now: datetime) -> str:
    what = "処理が始まっていません" if job.status == SyncJob.Status.QUEUED else "処理の続きが始まっていません"
    what = f"30秒以上たっても{what}（{as_time(due_since(job), now)}から待っています）。"
    return what + (workers.problem(now) or trouble_with_queue() or "もうしばらくお待ちください。")


def trouble_with_queue() -> str:
    """What keeps messages from the workers, as a sentence; "" where the queue answers."""
    problem = cache.get_or_set("trouble-with-queue", problem_of_queue, QUEUE_ASKED_EVERY)
    return (
        f"{problem}サーバーの管理者に、キューの確認を依頼してください。直ると、処理は自動的に始まります。"
        if problem
        else ""
    )


def problem_of_queue() -> str:
    return health.health_of("broker")[0].problem


def as_time(moment: datetime, now: datetime) -> str:
    """The time of the day, with its date where that is another one."""
    here = timezone.localtime(moment)
    is_today = here.date() == timezone.localtime(now).date()
    return f"{here:%H:%M:%S}" if is_today else f"{here:%Y/%m/%d %H:%M:%S}"
