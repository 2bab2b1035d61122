"""`manage.py kaonavi_simulator`: a カオナビ of our own, to try the product without an account."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integrations.kaonavi.simulator.server import serve


class Command(BaseCommand):
    """Parses the arguments; the simulator itself knows nothing of Django."""

    help = "カオナビのシミュレーターを起動します（公開API v2 と管理画面）"
    requires_system_checks: list[str] = []  # it needs neither database nor settings of ours

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, required=True, help="待ち受けるポート（0: 空いているもの）")
        parser.add_argument("--state", type=Path, required=True, help="状態を保存するファイル")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument(
            "--sample-company", action="store_true", help="状態ファイルが新しいときに見本の会社のデータを入れます"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        try:
            serve(
                state_file=options["state"],
                port=options["port"],
                host=options["host"],
                sample_company=options["sample_company"],
                say=self._say,
            )
        except OSError as error:
            raise CommandError(f"シミュレーターを起動できません: {error}") from None

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        sys.stdout.flush()
