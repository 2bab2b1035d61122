"""Accounts in words."""

from typing import Any

from django import template
from django.contrib.auth.models import User
from django.db.models import QuerySet

from accounts.models import AuditEntry
from accounts.provider import Refusal
from accounts.rights import Right
from accounts.roles import role_of
from accounts.viewing_log import looks_at

register = template.Library()
register.filter(role_of)
LOOKS_SHOWN = 20


@register.filter
def standing(user: User) -> str:
    """`stopped`, `invited` (no password yet, or a new link is out), or `active`."""
    if not user.is_active:
        return "stopped"
    return "active" if user.has_usable_password() else "invited"


@register.inclusion_tag("accounts/_lookers.html")
def lookers(number: int) -> dict[str, QuerySet[AuditEntry] | int]:
    """Who looked at the results of the person of this number, newest first."""
    return {"number": number, "entries": looks_at(number)[:LOOKS_SHOWN]}


METHODS = {"password": "パスワード", "password_and_code": "パスワードと確認コード", "provider": "会社のアカウント"}

# What the entries' details are called on the screen; one that is not here keeps the name that it has in the code.
DETAILS = {
    "allows_passwords": "パスワードでのログイン",
    "codes_left": "リカバリーコードの残り",
    "departments": "限定する部署の数",
    "dry_run": "内容の確認だけ",
    "everyone_needs_factor": "二要素認証を全員に必須とする",
    "fields": "項目",
    "format": "形式",
    "is_retired": "退職者フラグ",
    "job": "処理の番号",
    "keep_items": "確認を求められた項目を変えない",
    "kept": "偏差値の保存",
    "kind": "種類",
    "made_at": "バックアップの時刻",
    "months": "月数",
    "merged_into": "統合先の番号",
    "method": "方法",
    "people": "対象の人数",
    "reason": "理由",
    "results": "検査結果の件数",
    "rights": "できること",
    "role": "権限",
    "role_before": "変更前の権限",
    "roles_that_need_factor": "二要素認証を必須とする権限",
    "rows": "行数",
    "sessions_ended": "終了したログイン",
    "what": "種類",
}


@register.filter
def in_words(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """An audit entry's detail as names and texts."""
    return [
        (DETAILS.get(name, name), shown(name, value)) for name, value in detail.items() if value not in ("", [], None)
    ]


def shown(name: str, value: object) -> str:
    """As a text; a way to log in, and why one was refused, in words."""
    if name == "method":
        return METHODS.get(str(value), str(value))
    if name == "reason" and value in Refusal.values:
        return str(Refusal(value).label)
    return text_of(value)


def text_of(value: object) -> str:
    """A value of a detail: yes or no, a right by what it allows, several things in a row."""
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, list):
        return "、".join(map(text_of, value))
    if isinstance(value, dict):
        return f"{len(value):,}"
    return str(Right(value).label) if value in Right.values else str(value)
