"""`manage.py setup_code`: the code with which the first account is made on the log-in page."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.first_day import FirstDayOverError, new_setup_code


class Command(BaseCommand):
    help = "最初の管理者を作成するためのセットアップコードを発行する（前のコードは無効になる。アカウントがまだないときだけ）"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = new_setup_code()
        except FirstDayOverError:
            raise CommandError(
                "アカウントがすでにあります。新しいアカウントは、管理者が 設定 > アカウント管理 から招待します。"
                "パスワードを忘れたときは manage.py changepassword ユーザー名 を実行してください。"
            ) from None
        self.stdout.write(code)
