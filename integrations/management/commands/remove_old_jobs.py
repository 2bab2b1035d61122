"""`manage.py remove_old_jobs`: what beat does every night, by hand."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand

from integrations.tasks import tidy_up

LONGEST = 36_500  # days


class Command(BaseCommand):
    help = "古いバックグラウンド処理を、エラーと変更の記録とともに削除する（種類ごとの最新は残す）。古いダウンロードの記録と、変更前の氏名なども削除する"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days", type=days, help="これより古いものを削除する日数（既定は JOB_RETENTION_DAYS。0 は期限なし）"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("\n".join(tidy_up(options["days"])))


def days(text: str) -> int:
    """As JOB_RETENTION_DAYS: 0 keeps for ever."""
    if not text.isascii() or not text.isdigit() or int(text) > LONGEST:
        raise ArgumentTypeError(f"0 から {LONGEST} までの整数にしてください。")
    return int(text)
