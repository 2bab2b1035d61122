"""`manage.py rollback VERSION`: the database as an earlier version knows it, before that version is started again."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integrations.jobs import workers
from integrations.operations.published import Rollback, RollbackError

YES = "はい"


class Command(BaseCommand):
    help = (
        "データベースを、前の版の形に戻す（web、worker、beat を終了してから、前の版のプログラムに替える前に実行する）"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("to", metavar="版", help="戻す先の版。例: 0.2.0")
        parser.add_argument("--yes", action="store_true", help="消えるものがあっても尋ねない")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rollback = Rollback(options["to"])
        except RollbackError as error:
            raise CommandError(str(error)) from None
        if not rollback.plan:
            self.stdout.write(f"データベースは、版 {options['to']} のままです。戻すものはありません。")
            return
        if workers.is_anybody_there():
            raise CommandError("worker が動いています。web、worker、beat を終了してから実行してください。")
        losses = rollback.losses()
        self.stdout.write("次のものは、前の版にはないため消えます：" if losses else "消えるものはありません。")
        for loss in losses:
            self.stdout.write(f"　{loss}")
        if losses and not options["yes"]:
            self.ask()
        rollback.carry_out()
        self.stdout.write(f"データベースを版 {options['to']} の形に戻しました。その版のプログラムを起動できます。")

    def ask(self) -> None:
        if not sys.stdin.isatty():
            raise CommandError("消えるものがあります。よければ --yes を付けて実行してください。何も変えていません。")
        if input(f"続けるには「{YES}」と入力してください：").strip() != YES:
            raise CommandError("中止しました。何も変えていません。")
