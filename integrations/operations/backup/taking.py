"""Taking a backup while the product runs."""

import errno
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.db import connection
from django.utils import timezone

from integrations.operations.backup import keys, sqlite
from integrations.operations.backup.archive import FORMAT, BackupError, Manifest, writing

SPARE = 100 * 1024 * 1024  # bytes that stay free: a full disk would stop the product itself


def take(path: Path, *, with_keys: bool = True, replace: bool = False) -> Manifest:
    """Write a backup to `path`, which is there in full or not at all. Raises BackupError, OSError, DatabaseError."""
    if path.is_dir() or not path.parent.is_dir():
        raise BackupError(f"{path} は、あるフォルダーの中のファイルの名前にしてください。")
    if path.exists() and not replace:
        raise BackupError(f"{path} がすでにあります。別の名前にするか、--replace を付けて置き換えてください。")
    refuse_full_disk(path.parent)
    kind: Literal["sqlite", "postgresql"] = "sqlite" if connection.vendor == "sqlite" else "postgresql"
    manifest = Manifest(format=FORMAT, version=settings.VERSION, made_at=timezone.now(), database=kind, migrations=[])
    with writing(path) as writer:
        of_this_database().take(writer, manifest)
        if with_keys:
            keys.take(writer)
        writer.finish(manifest)
    return manifest


def of_this_database() -> Any:
    """The module for the kind of database that is used: nobody on SQLite need read psycopg."""
    return import_module(f"integrations.operations.backup.{connection.vendor}")


def refuse_full_disk(folder: Path) -> None:
    """A copy of SQLite's file and the backup made of it must fit, and leave the product room to write."""
    if connection.vendor != "sqlite":
        return
    file = sqlite.file_of_database()
    needed = sum(path.stat().st_size for path in file.parent.glob(f"{file.name}*") if path.is_file()) * 2 + SPARE
    if shutil.disk_usage(folder).free < needed:
        raise BackupError(
            f"{folder} の空き容量が足りません（{needed // 1024**2 + 1} MB 必要です）。空きを増やすか、別のディスクを指定してください。"
        ) from OSError(errno.ENOSPC, "")
