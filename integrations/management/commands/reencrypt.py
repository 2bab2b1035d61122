"""`manage.py reencrypt`: the second step of changing the key; see docs/operations.md."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.encryption import UnreadableSecretError
from integrations.operations.keyring import reencrypt


class Command(BaseCommand):
    help = "保存されている認証情報を、CREDENTIAL_KEYS の先頭の鍵で暗号化し直す（何度実行しても同じ結果になる）"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = reencrypt()
        except UnreadableSecretError as error:
            message = f"{error}何も変更していません。"
            raise CommandError(message) from None
        self.stdout.write(
            f"{done.renewed}行を先頭の鍵で暗号化し直しました（すでに先頭の鍵だったもの：{done.current}行）。"
        )
