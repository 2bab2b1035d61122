"""What is looked at to know whether the product can do its work: each check gives a `Trouble`, or None when it is well.

No name, address or secret is in it: /readyz tells it to whoever asks.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.checks import CheckMessage, Info, register
from django.db import Error as DatabaseTrouble
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min
from django.utils import timezone

from accounts.causes import Cause, Code, Service, cause, cause_of, told
from integrations.jobs import signs, workers
from integrations.operations import backup, keyring

WRITE_EVERY = timedelta(seconds=5)  # however often somebody asks
BROKER_PATIENCE = 2  # seconds
BEAT_SEEN_WITHIN = timedelta(minutes=5)  # SQLite may keep it waiting as long as a large import writes
BACKUP_WITHIN = timedelta(hours=26)  # one a day, asked for every hour
LEAST_FREE = 500_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, in a sentence; what to do, and since when, where that is known. `code` is that of a `Cause`.

    `is_grave` where the product cannot do its work for that, though the part is none of the essential ones.
    """

    problem: str
    remedy: str = ""
    code: str = ""
    since: datetime | None = None
    is_grave: bool = False


def trouble_of(error: Exception, title: str) -> Trouble:
    """The error of the check of the part with that title."""
    if known := cause_of(error):
        return trouble_by(known)
    return Trouble(f"{title}を確認できませんでした（{told(error)}）。", "web のログの同じ時刻の行を確認してください。")


def trouble_by(cause: Cause, since: datetime | None = None) -> Trouble:
    return Trouble(cause.sentence, cause.remedy, cause.code, since)


def database() -> Trouble | None:
    """A try of a write. That others write, or that a migration is still to come, is no fault of the database."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 500")  # for this look's own connection
    try:
        signs.leave(signs.WRITE, every=WRITE_EVERY)
    except DatabaseTrouble as error:
        known = cause_of(error)
        if known is None:
            raise
        if known.code not in {Code.LOCKED, Code.NOT_MIGRATED}:
            return trouble_by(known, since=signs.newest() if connection.is_usable() else None)
    return None


def migrations() -> Trouble | None:
    if migrations_of_this_code() <= MigrationRecorder(connection).applied_migrations().keys():
        return None
    return Trouble("データベースの更新（migrate）が済んでいません。", "manage.py migrate を実行してください。")


@cache
def migrations_of_this_code() -> frozenset[tuple[str, str]]:
    """App and name of each; read once, since it takes longer than all other checks together."""
    return frozenset(MigrationLoader(None).graph.nodes)


def keys() -> Trouble | None:
    problem = keyring.problem()
    return Trouble(problem) if problem else None


def broker() -> Trouble | None:
    """A try of a write: to declare its queue is what each sender does, and writes nothing new."""
    with current_app.connection(connect_timeout=BROKER_PATIENCE) as queue:
        queue.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_PATIENCE)
        current_app.amqp.queues[current_app.conf.task_default_queue].bind(queue.default_channel).declare()
    return None


def waiting_messages() -> int:
    """How many messages wait in the queue for a worker."""
    with current_app.connection(connect_timeout=BROKER_PATIENCE) as queue:
        queue.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_PATIENCE)
        return int(queue.default_channel.queue_declare(current_app.conf.task_default_queue).message_count)


def worker() -> Trouble | None:
    problem, _, _ = workers.problem().partition("。")  # whose remedy is for a person who waits
    remedy = "worker を起動し直してください。起動しない場合は、worker のログを確認してください。"
    return Trouble(f"{problem}。", remedy, since=workers.last_seen()) if problem else None


def beat() -> Trouble | None:
    """Its signs, which may also be from the future: a clock that was set back."""
    seen_at = signs.seen_at(signs.BEAT)
    if seen_at is not None and abs(timezone.now() - seen_at) <= BEAT_SEEN_WITHIN:
        return None
    return Trouble(
        "定期的な処理（beat）が動いていません。" if seen_at else "定期的な処理（beat）がまだ一度も動いていません。",
        "beat を起動してください。動いているはずの場合は、beat のログを確認し、再起動してください。",
        since=seen_at,
    )


def static() -> Trouble | None:
    """The files that pages link to, where they were collected under names of their own: the names that we know.

    Without those a page is an error, unless the storage takes the plain name instead.
    """
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return None
    names = staticfiles_storage.hashed_files
    missing = sum(not staticfiles_storage.exists(name) for name in names.values())
    if names and not missing:
        return None
    return Trouble(
        f"画面のファイル（スタイルシートなど）が{missing}個見つかりません。"
        if missing
        else "画面のファイルが準備されていません。",
        "manage.py collectstatic --no-input を実行し、web を起動し直してください。",
        is_grave=not names and not is_lenient(),
    )


@register(deploy=True)
def check_static(**_: Any) -> list[CheckMessage]:
    """Told by `check --deploy`, which may well come before `collectstatic`: so nothing fails for it."""
    trouble = static()
    return [Info(trouble.problem, hint=trouble.remedy, id="integrations.I001")] if trouble else []


def is_lenient() -> bool:
    """Whether pages go on without a file that was not collected."""
    try:
        staticfiles_storage.url("not-collected")
    except ValueError:
        return False
    return True


def backups() -> Trouble | None:
    """The daily ones, where the product makes them. On the first day there need not be one."""
    if not backup.is_automatic():
        return None
    last = backup.last()
    begun_at = last.made_at or MigrationRecorder.Migration.objects.aggregate(first=Min("applied"))["first"]
    if last.failed_at is not None:
        why = cause(Code(last.code), Service.MACHINE) if last.code in set(Code) else None
        return Trouble(
            f"自動バックアップに失敗しました。{why.sentence if why else ''}",
            why.remedy if why else "worker のログの「no backup was made」の行を確認してください。",
            last.code,
            since=last.made_at,
        )
    if begun_at is not None and timezone.now() - begun_at <= BACKUP_WITHIN:
        return None
    return Trouble(
        "1日以上、自動バックアップがありません。",
        "worker と beat が動いているか、ログにエラーがないかを確認してください。",
        since=last.made_at,
    )


def disk() -> Trouble | None:
    free = min((usage.free for usage in disks()), default=None)
    if free is None or free >= LEAST_FREE:
        return None
    return Trouble(
        f"このサーバーのディスクの空きが残り{free // 1_000_000:,} MBです。",
        "不要なファイルを消すか、ディスクを大きくしてください。空きがなくなると、何も保存できなくなります。",
        Code.DISK_FULL,
    )


def disks() -> Iterator[shutil._ntuple_diskusage]:
    """The disks of ours that data lie on: of the data folder and of SQLite's file, where there are such."""
    folders = {settings.DATA_DIR}
    if connection.vendor == "sqlite":
        folders.add(Path(connection.settings_dict["NAME"]).parent)
    found = {folder.stat().st_dev: folder for folder in folders if folder.exists()}
    yield from map(shutil.disk_usage, found.values())
