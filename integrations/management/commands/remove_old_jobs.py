"""`manage.py remove_old_jobs`: what beat does every night, by hand."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from integrations.tasks import tidy_up


class Command(BaseCommand):
    help = "古いバックグラウンド処理を、エラーと変更の記録とともに削除する（種類ごとの最新は残す）。古いダウンロードの記録と、変更前の氏名なども削除する"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, help="これより古いものを削除する日数（既定は JOB_RETENTION_DAYS）")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("\n".join(tidy_up(options["days"])))
