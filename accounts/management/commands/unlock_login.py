"""`manage.py unlock_login`: the way in for administrators whom nobody on the pages can help; see docs/operations.md."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import audit, second_factor
from accounts.audit import Action
from accounts.guard import forgive
from accounts.policy import policy
from accounts.sessions import end_sessions


class Command(BaseCommand):
    help = (
        "ログインできなくなったアカウントの二要素認証を解除し、ログインの一時停止を解く。"
        "--confirm-mail は、管理者が変更したメールアドレスを本人のものと認め、会社のアカウントを登録できるようにする。"
        "--allow-passwords は、禁止されているパスワードでのログインを許可に戻す"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", nargs="?", help="ユーザー名")
        parser.add_argument("--confirm-mail", metavar="USERNAME", help="メールアドレスが本人のものと確かめたアカウント")
        parser.add_argument("--allow-passwords", action="store_true", help="パスワードでのログインを許可する")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not options["username"] and not options["confirm_mail"] and not options["allow_passwords"]:
            raise CommandError("ユーザー名、--confirm-mail または --allow-passwords を指定してください。")
        if options["username"]:
            self.unlock(account(options["username"]))
        if options["confirm_mail"]:
            self.confirm_mail(account(options["confirm_mail"]))
        if options["allow_passwords"]:
            self.allow_passwords()

    def unlock(self, user: User) -> None:
        had_one = second_factor.remove(user, by=None)
        forgive(user)
        ended = end_sessions(user)
        self.stdout.write("二要素認証を解除しました。" if had_one else "二要素認証は設定されていません。")
        self.stdout.write(f"このアカウントのログインの一時停止を解き、ログイン{ended}件を終了しました。")

    def confirm_mail(self, user: User) -> None:
        detail = {"fields": ["email"], "confirmed": True}
        audit.record(Action.EDITED, by=None, on=user, what="アカウント", detail=detail)
        self.stdout.write(f"メールアドレス {user.email} を、本人のものと認めました。")

    def allow_passwords(self) -> None:
        now = policy()
        if not now.allows_passwords:
            now.allows_passwords = True
            now.save(update_fields=["allows_passwords"])
            detail = {"changes": {"allows_passwords": [False, True]}}
            audit.record(Action.CHANGED_SETTINGS, by=None, what="ログインの設定", detail=detail)
        self.stdout.write("パスワードでのログインを許可しました。")


def account(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError("そのユーザー名のアカウントはありません。")
    return user
