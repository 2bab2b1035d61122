"""`manage.py doctor`: every setting with where it came from, every service, every file that must be ours alone."""

import sys
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from integrations.operations import doctor
from integrations.operations.doctor import Finding
from integrations.operations.health import PartHealth, readiness


class Command(BaseCommand):
    help = "設定（どこから来た値か）、サービス、ファイルの権限、時計を調べ、すべきことを示す（終了コード 0 は問題なし、1 は問題あり）"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"版 {settings.VERSION}")
        found = [
            *self.tell("設定", doctor.settings_read()),
            *self.tell("ファイル", doctor.files()),
            *self.tell("時計", doctor.clock()),
            *self.tell("通知", doctor.channels()),
            *self.tell("サービス", map(finding_of, readiness())),
        ]
        problems = sum(bool(finding.problem) for finding in found)
        self.stdout.write(f"\n{problems}件の問題があります。" if problems else "\n問題は見つかりませんでした。")
        if problems:
            sys.exit(1)

    def tell(self, title: str, findings: Iterable[Finding]) -> list[Finding]:
        self.stdout.write(f"\n{title}")
        told = list(findings)
        for finding in told:
            words = [finding.problem or finding.state or "ok", finding.remedy]
            self.stdout.write(f"  {'×' if finding.problem else '○'} {finding.title} {''.join(words)}")
        return told


def finding_of(part: PartHealth) -> Finding:
    since = f"（{timezone.localtime(part.since):%Y/%m/%d %H:%M} から）" if part.since else ""
    return Finding(part.title, problem=f"{part.problem}{since}" if part.problem else "", remedy=part.remedy)
