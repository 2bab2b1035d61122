"""`manage.py health`: the answer of /readyz on the terminal, or how one program here is, for a container's check."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from integrations.beat import sign_of
from integrations.jobs import workers
from integrations.jobs.owner import host
from integrations.operations.health import PartHealth, readiness

PATIENCE = 5  # seconds


class Command(BaseCommand):
    help = "データベース、ブローカー、ワーカーなどの状態（終了コード 0 は正常または注意、1 は異常）"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--of", choices=sorted(PROGRAMS), help="このマシンのこのプログラムだけを確かめる")
        parser.add_argument("--port", type=int, default=8000, help="web の待ち受けポート")
        parser.add_argument("--schedule", type=Path, help="beat に指定した --schedule")

    def handle(self, *args: Any, **options: Any) -> None:
        program = options["of"]
        self.stdout.write(f"版 {settings.VERSION}")
        parts = [PartHealth(program, program, PROGRAMS[program](options), stops_work=True)] if program else readiness()
        for each in parts:
            mark = "○" if not each.problem else "×" if each.stops_work else "△"
            self.stdout.write(f"{mark} {each.part} {each.problem or 'ok'}{each.remedy}")
        if any(each.problem and each.stops_work for each in parts):
            sys.exit(1)


def web(options: dict[str, Any]) -> str:
    """Asks /healthz, which any name is good for."""
    connection = HTTPConnection("127.0.0.1", options["port"], timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (OSError, HTTPException):
        return "応答しません。"
    finally:
        connection.close()
    return "" if status == 200 else f"{status} を返します。"


def worker(_options: dict[str, Any]) -> str:
    here = workers.seen(timedelta(seconds=settings.JOB_SEEN_WITHIN)).filter(name__startswith=f"{host()}:")
    return "" if here.exists() else "このマシンのワーカーが動いていません。"


def beat(options: dict[str, Any]) -> str:
    sign = sign_of(options["schedule"] or settings.CELERY_BEAT_SCHEDULE_FILENAME)
    is_fresh = sign.exists() and time.time() - sign.stat().st_mtime <= settings.JOB_SEEN_WITHIN
    return "" if is_fresh else "beat が動いていません。"


PROGRAMS: dict[str, Callable[[dict[str, Any]], str]] = {"web": web, "worker": worker, "beat": beat}
