"""Taking a backup while the product runs."""

import errno
import shutil
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import connection
from django.utils import timezone

from integrations.operations.backup import keys, postgresql, sqlite
from integrations.operations.backup.archive import FORMAT, BackupError, Manifest, writing

SPARE = 100 * 1024 * 1024  # bytes that stay free: a full disk would stop the product itself
KINDS = {"sqlite": sqlite, "postgresql": postgresql}


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
        KINDS[kind].take(writer, manifest)
        if with_keys:
            keys.take(writer)
        writer.finish(manifest)
    return manifest


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
