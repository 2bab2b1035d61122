"""`manage.py health`: the answer of /readyz on the terminal."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from integrations.health import readiness


class Command(BaseCommand):
    help = "データベース、ブローカー、ワーカーの状態（終了コード 0 は正常、1 は異常）"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        parts = readiness()
        for part, trouble in parts.items():
            self.stdout.write(f"{'×' if trouble else '○'} {part} {trouble or 'ok'}")
        if any(parts.values()):
            sys.exit(1)
