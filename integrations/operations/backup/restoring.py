"""Restoring a backup: looked through first, then put back in one piece, and brought to the state of this code."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from accounts import audit
from integrations.jobs import workers
from integrations.operations.backup import keys, sqlite
from integrations.operations.backup.archive import BackupError, Manifest, reading
from integrations.operations.backup.taking import of_this_database
from integrations.operations.restored import Cleared, clear_restored

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
NEWER = (
    "は、新しい版の製品のバックアップです（{theirs}、この製品は {ours}）。その版か、より新しい版で復元してください。"
)
STOP = "web、worker、beat を終了してから、もう一度実行してください。"


def restore(path: Path, *, confirm: Callable[[str], None]) -> tuple[Manifest, Cleared]:
    """Replace the database by what is in the backup. Raises BackupError, and whatever `confirm` raises, beforehand.

    `confirm` is asked, with what is in the way, before a database is replaced in which there is something to lose.
    """
    with reading(path) as reader:
        refuse_unfit(path, reader.manifest)
        keys.refuse_others(reader)
        with alone():
            if loss := what_is_lost():
                confirm(loss)
            with keys.put_back(reader):
                cleared: Cleared = of_this_database().put_back(reader, partial(settle, reader.manifest))
        return reader.manifest, cleared


def settle(manifest: Manifest) -> Cleared:
    """The last step, in the transaction or the file in which everything was put back."""
    call_command("migrate", interactive=False, verbosity=0)
    cleared = clear_restored()
    made_at = timezone.localtime(manifest.made_at).strftime("%Y/%m/%d %H:%M")
    audit.record(
        audit.Action.CHANGED_SETTINGS, by=None, what="データベース（バックアップの復元）", detail={"made_at": made_at}
    )
    return cleared


def refuse_unfit(path: Path, manifest: Manifest) -> None:
    """Of another kind of database, or of a newer product."""
    if manifest.database != connection.vendor:
        theirs, ours = NAMES[manifest.database], NAMES[connection.vendor]
        raise BackupError(
            f"{path} は {theirs} のバックアップです。いまの DATABASE_URL は {ours} です。{theirs} に復元してください。"
        )
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {})
    if numbers(manifest.version) > numbers(settings.VERSION) or set(manifest.migrations) - known:
        raise BackupError(f"{path} {NEWER.format(theirs=manifest.version, ours=settings.VERSION)}")


def numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]


@contextmanager
def alone() -> Iterator[None]:
    """While the product does not run, and cannot be started by script/serve. Raises BackupError where it runs."""
    folder = Path(settings.DATA_DIR)
    with (folder / "serve.lock").open("a+") if folder.exists() else nullcontext() as lock:  # the launcher's own
        try:
            if lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"この製品は動いています（script/serve）。{STOP}") from None
        if is_any_worker_there():
            raise BackupError(
                f"この製品は動いています（{settings.JOB_SEEN_WITHIN:.0f}秒以内に、ワーカーが応答しています）。{STOP}"
            )
        if number := of_this_database().others():
            raise BackupError(
                f"データベースに、ほかの接続が{number}件あります。psql などの接続も閉じてください。{STOP}"
            )
        yield


def is_any_worker_there() -> bool:
    if not has_table("integrations_workerheartbeat"):
        return False
    try:
        return workers.seen(timedelta(seconds=settings.JOB_SEEN_WITHIN)).exists()
    except DatabaseError:  # of another version, or damaged
        return False


def what_is_lost() -> str:
    """What is replaced, as a sentence; "" where there is nothing yet."""
    if connection.vendor == "sqlite" and not sqlite.file_of_database().exists():
        return ""
    try:
        if not has_table("auth_user", or_raise=True):
            return ""
        number = get_user_model()._default_manager.count()
    except DatabaseError:
        return "いまのデータベースは読み取れません（壊れているか、別の版のものです）。"
    return f"いまのデータベースには、アカウントが{number}件あります。" if number else ""


def has_table(name: str, *, or_raise: bool = False) -> bool:
    """Without making a file of SQLite where there is none."""
    if connection.vendor == "sqlite" and not sqlite.file_of_database().exists():
        return False
    try:
        return name in connection.introspection.table_names()
    except DatabaseError:
        if or_raise or connection.vendor == "postgresql":
            raise
        return False
