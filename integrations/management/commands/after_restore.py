"""`manage.py after_restore`: the last step of restoring a backup, before the programs start; see docs/operations.md."""

from typing import Any

from django.core.management.base import BaseCommand

from integrations.operations.restored import Cleared, clear_restored

RESUME = (
    "自動実行を止めました。このサーバーで続けるときは、設定 > 自動実行 で「自動実行を再開する」を押下してください。"
)


class Command(BaseCommand):
    help = (
        "バックアップを復元したあと、web、worker、beat を起動する前に実行する："
        "そのとき行われていた処理を終了し、カオナビのトークンと要求の記録を消し、全員のログインを終了する（何度実行しても同じ結果になる）"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("\n".join(sentences(clear_restored())))


def sentences(cleared: Cleared) -> list[str]:
    return [
        f"{cleared.runs}件の処理を「失敗（中断）」として終了しました。",
        f"カオナビのトークンを消しました（保存されていたもの：{int(cleared.had_token)}件）。",
        f"カオナビへの要求の記録{cleared.calls}件を消しました。",
        "全員のログインを終了しました。",
        *([RESUME] if cleared.was_automatic else []),
    ]
