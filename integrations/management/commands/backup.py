"""`manage.py backup FILE`: the database with the keys, in one file that only its owner can read."""

import sqlite3
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from accounts.causes import cause_of
from integrations.operations.backup.archive import BackupError
from integrations.operations.backup.restoring import NAMES
from integrations.operations.backup.taking import take


class Command(BaseCommand):
    help = "データベースと鍵のバックアップを1つのファイルに取る（動かしたままで実行できる。戻すのは manage.py restore）"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="書き込むファイル（所有者だけが読めるように作る）")
        parser.add_argument("--replace", action="store_true", help="同じ名前のファイルがあれば置き換える")
        parser.add_argument(
            "--without-keys", action="store_true", help="鍵を入れない（鍵を別の場所に保管しているとき）"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path, with_keys = options["file"], not options["without_keys"]
        try:
            manifest = take(path, with_keys=with_keys, replace=options["replace"])
        except BackupError as error:
            raise CommandError(str(error)) from None
        except (OSError, DatabaseError, sqlite3.Error) as error:
            raise CommandError(f"バックアップを取れませんでした。{why(error)}") from None
        keys = "鍵（DJANGO_SECRET_KEY、CREDENTIAL_KEYS）" if with_keys else "鍵は入っていません（--without-keys）"
        self.stdout.write(f"{path} に保存しました（{path.stat().st_size / 1024**2:.1f} MB、版 {manifest.version}）。")
        self.stdout.write(f"中身：データベース（{NAMES[manifest.database]}。社員と検査結果を含みます）、{keys}")
        self.stdout.write("このファイルを読める人は、そのすべてを読めます。安全な場所に保管してください。")


def why(error: Exception) -> str:
    """The cause with its remedy, where it is known; never an error's own text, in which databases quote values."""
    if cause := cause_of(error):
        return f"{cause.sentence}{cause.remedy}"
    return str(error.strerror or "") if isinstance(error, OSError) else type(error).__name__
