"""`manage.py prepare`: what `script/serve` does first, in one process, since each start of Django takes a second."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts.first_day import FirstDayOverError, new_setup_code


class Command(BaseCommand):
    help = "データベースと画面のファイルを、この版に合わせる。アカウントがまだなければ、セットアップコードを発行して表示する"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        with suppress(FirstDayOverError):
            self.stdout.write(new_setup_code())
