"""`manage.py restore FILE`: what `manage.py backup` or the night wrote, back in the database."""

import sqlite3
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from integrations.management.commands.after_restore import sentences
from integrations.management.commands.backup import why
from integrations.operations import keyring
from integrations.operations.backup import keys
from integrations.operations.backup.archive import BackupError, Reader, reading
from integrations.operations.backup.restoring import restore

YES = "はい"


class Command(BaseCommand):
    help = "バックアップを復元する（web、worker、beat を終了してから。全部が戻るか、何も変わらないかのどちらか）"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="manage.py backup のファイル、または .data/backups のファイル")
        parser.add_argument("--yes", action="store_true", help="いまのデータベースを置き換えてよいか、尋ねない")
        parser.add_argument(
            "--keys", type=Path, metavar="フォルダー", help="復元はせず、鍵だけをこのフォルダーに取り出す"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["keys"]:
                self.take_out_keys(options["file"], options["keys"])
            else:
                self.restore(options["file"], is_sure=options["yes"])
        except BackupError as error:
            raise CommandError(str(error)) from None
        except (OSError, DatabaseError, sqlite3.Error) as error:
            raise CommandError(f"復元できませんでした。データベースは元のままです。{why(error)}") from None

    def restore(self, path: Path, *, is_sure: bool) -> None:
        def confirm(loss: str) -> None:
            if not is_sure:
                self.ask(f"{loss}バックアップの内容に置き換えます。")

        manifest, cleared = restore(path, confirm=confirm)
        made_at = timezone.localtime(manifest.made_at).strftime("%Y/%m/%d %H:%M")
        self.stdout.write(
            f"{made_at} のバックアップ（版 {manifest.version}）を復元し、版 {settings.VERSION} にしました。"
        )
        self.stdout.write("\n".join([*sentences(cleared), *self.about_keys(path)]))
        if connection.vendor == "postgresql":
            self.stdout.write(
                "アプリケーションの役割を使っているときは、起動する前に manage.py application_role を実行してください。"
            )
        self.stdout.write(
            "web、worker、beat を起動できます。このバックアップのあとに削除した社員は、もう一度削除してください。"
        )

    def about_keys(self, path: Path) -> list[str]:
        with reading(path) as reader:
            told = [self.about_key(reader, member) for member in keys.VARIABLES if reader.has(member)]
        if problem := keyring.trouble_at_start():
            told.append(f"注意：{problem}")
        return told or ["バックアップに鍵は入っていません。いまの鍵をそのまま使います。"]

    def about_key(self, reader: Reader, member: str) -> str:
        variable = keys.VARIABLES[member]
        if not keys.is_given(member):
            return f"{variable} をデータフォルダー（{keys.place_of(member)}）に戻しました。"
        if reader.text(member) == keys.now()[member]:
            return f"{variable} は環境変数のままです（バックアップと同じです）。"
        if member == keys.SECRET_KEY:
            return f"{variable} は環境変数のままです（バックアップと違うため、全員がログインし直しになります）。"
        return f"{variable} は環境変数のままです（バックアップの鍵を含んでいます）。"

    def take_out_keys(self, path: Path, folder: Path) -> None:
        with reading(path) as reader:
            places = keys.write_into(folder, reader)
        self.stdout.write(f"鍵を取り出しました：{'、'.join(map(str, places))}（所有者だけが読めます）。")

    def ask(self, question: str) -> None:
        """Raises CommandError unless somebody at the terminal says yes."""
        if not sys.stdin or not sys.stdin.isatty():
            raise CommandError(f"{question}よければ --yes を付けて、もう一度実行してください。")
        if input(f"{question}よければ「{YES}」と入力してください：").strip() not in {YES, "yes"}:
            raise CommandError("何も変更していません。")
