"""`manage.py application_role`: after each `migrate`, by the owner of the tables; see docs/operations.md."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from accounts.application_role import ApplicationRoleError, grant


class Command(BaseCommand):
    help = "APPLICATION_DATABASE_URL の利用者を、行の読み書きだけができる役割にする（migrate のあとに、表の所有者で実行する）"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            self.stdout.write("PostgreSQL ではないため、役割の区別はありません。")
            return
        try:
            parts = conninfo_to_dict(settings.APPLICATION_DATABASE_URL)
        except ProgrammingError:
            parts = {}
        if not parts.get("user"):
            raise CommandError(
                "環境変数 APPLICATION_DATABASE_URL に postgresql://利用者:パスワード@ホスト:5432/データベース の形式で、"
                "web・worker・beat が使うアドレスを設定してください。"
            )
        try:
            is_password_set = grant(str(parts["user"]), str(parts.get("password") or ""))
        except ApplicationRoleError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"役割 {parts['user']} に、行の読み書きだけを許しました（操作の記録は、読むことと加えることだけ）。"
        )
        if not is_password_set:
            self.stdout.write("パスワードは変えていません（この利用者は役割を作れません）。")
