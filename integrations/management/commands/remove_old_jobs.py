"""`manage.py remove_old_jobs`: what beat does every night, by hand."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from integrations.erasure import erase_stragglers
from integrations.retention import remove_former_identities, remove_old_exports, remove_old_jobs
from integrations.sync.dropping import drop_forgotten


class Command(BaseCommand):
    help = "古いバックグラウンド処理を、エラーと変更の記録とともに削除する（種類ごとの最新は残す）。古いダウンロードの記録と、変更前の氏名なども削除する"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, help="これより古いものを削除する日数（既定は JOB_RETENTION_DAYS）")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{drop_forgotten()}件の確認待ちの処理を取りやめました。")
        erase_stragglers()
        self.stdout.write(f"{remove_old_jobs(options['days'])}件の処理を削除しました。")
        self.stdout.write(f"{remove_old_exports(options['days'])}件のダウンロードの記録を削除しました。")
        self.stdout.write(f"{remove_former_identities(options['days'])}件の変更前の氏名などを削除しました。")
