"""操作の記録 in words: a sentence an entry, and what is told of it. Pure.

The words are made when an entry is read, so that those of older versions read the same way.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import AuditEntry
from accounts.provider import Refusal
from accounts.rights import Right

Action = AuditEntry.Action
IT = "{}"  # where in a sentence stands what it was done to
PLACE = re.compile(r"：?\{\}(?:での|とは|[をのにでと])?、?")  # the same with what joins it to the sentence

SENTENCES: Mapping[str, str] = {
    Action.LOGGED_IN: "ログインしました",
    Action.LOG_IN_FAILED: "{}でログインできませんでした",
    Action.LOGGED_OUT: "ログアウトしました",
    Action.LOCKED_OUT: "{}でのログインが一時停止になりました",
    Action.CONNECTED: "カオナビと連携しました",
    Action.CONNECT_FAILED: "カオナビと連携できませんでした",
    Action.DISCONNECTED: "カオナビとの連携を解除しました",
    Action.CHANGED_SETTINGS: "{}の設定を変更しました",
    Action.STARTED: "{}を開始しました",
    Action.APPROVED: "{}を確認して実行しました",
    Action.CANCELLED: "{}を中止しました",
    Action.VIEWED: "{}を見ました",
    Action.DOWNLOADED: "{}をダウンロードしました",
    Action.IMPORTED: "{}を開始しました",
    Action.CREATED: "{}を登録しました",
    Action.EDITED: "{}を編集しました",
    Action.MAIL_CHANGED: "{}のメールアドレスを変更しました",
    Action.MERGED: "{}に別の社員を統合しました",
    Action.UNMERGED: "{}の統合を取り消しました",
    Action.IDENTIFIED: "{}と同じ人かどうかを確認しました",
    Action.REFUSED: "{}を権限の範囲外に変更しようとして、断られました",
    Action.DELETED: "{}を削除しました",
    Action.INVITED: "{}を招待しました",
    Action.STOPPED: "{}を停止しました",
    Action.RESUMED: "{}を再開しました",
    Action.FACTOR_SET: "{}に二要素認証を設定しました",
    Action.FACTOR_REMOVED: "{}の二要素認証を解除しました",
    Action.CODES_RENEWED: "{}のリカバリーコードを発行しました",
    Action.CODE_USED: "{}のリカバリーコードを使いました",
    Action.BOUND: "{}に会社のアカウントを登録しました",
    Action.UNBOUND: "{}の会社のアカウントの登録を解除しました",
}
# (action, what, name and value in the detail) → a sentence of its own; blank and None mean any
SPECIAL: tuple[tuple[str, str, tuple[str, object] | None, str], ...] = (
    (Action.LOG_IN_FAILED, "セットアップコード", None, "最初の管理者のセットアップコードを間違えました"),
    (Action.CHANGED_SETTINGS, "ログインの設定", None, "ログインの設定を変更しました"),
    (Action.CHANGED_SETTINGS, "画面のアドレス", None, "画面のアドレスを変更しました"),
    (Action.CHANGED_SETTINGS, "認証情報の暗号鍵", None, "カオナビの認証情報を新しい鍵で暗号化し直しました"),
    (Action.CHANGED_SETTINGS, "データベース（バックアップの復元）", None, "バックアップを復元しました"),
    (Action.CHANGED_SETTINGS, "", ("practice", True), "練習モードを開始しました"),
    (Action.CHANGED_SETTINGS, "", ("practice", False), "練習モードを終了しました"),
    (Action.CHANGED_SETTINGS, "", ("automation_stopped", True), "自動実行を止めました"),
    (Action.CHANGED_SETTINGS, "", ("automation_stopped", False), "自動実行を再開しました"),
    (Action.STARTED, "通知", None, "通知をテスト送信しました"),
    (Action.STARTED, "", ("dry_run", True), "{}の内容の確認を開始しました"),
    (Action.IMPORTED, "", ("dry_run", True), "{}の内容の確認を開始しました"),
    (Action.APPROVED, "", ("keep_items", True), "{}を、確認を求められた項目を変えずに実行しました"),
    (Action.DOWNLOADED, "", ("what", "error_file"), "{}のエラーファイルをダウンロードしました"),
    (Action.CREATED, "カオナビのWebhook", None, "カオナビからの通知（Webhook）を受け取るようにしました"),
    (Action.EDITED, "カオナビのWebhook", None, "カオナビからの通知（Webhook）の秘密の文字列を発行し直しました"),
    (Action.DELETED, "カオナビのWebhook", None, "カオナビからの通知（Webhook）を受け取らないようにしました"),
    (Action.CREATED, "同期の例外", None, "{}を設定しました"),
    (Action.EDITED, "同期の例外", None, "{}を変更しました"),
    (Action.DELETED, "同期の例外", None, "{}を終了しました"),
    (Action.EDITED, "要対応", ("set_aside", True), "{}を対応不要にしました"),
    (Action.EDITED, "要対応", ("set_aside", False), "{}を対応する問題に戻しました"),
    (Action.EDITED, "アカウント", ("confirmed", True), "{}のメールアドレスを本人のものと認めました"),
    (Action.EDITED, "アカウント", ("fields", ["password"]), "{}のパスワードを変更しました"),
    (Action.EDITED, "アカウント", ("fields", ["password_link"]), "{}のリンクを発行し直しました"),
    (Action.CREATED, "アカウント", ("first", True), "最初の管理者として{}を登録しました"),
    (Action.IDENTIFIED, "", ("is_same", True), "{}と同じ人だと確認しました"),
    (Action.IDENTIFIED, "", ("is_same", False), "{}とは別の人だと確認しました"),
    (Action.DELETED, "社員", ("what", "retention"), "保存期間を過ぎた社員を削除しました：{}"),
    (Action.DELETED, "社員", None, "社員を削除しました：{}"),
)

LOG_INS = {Action.LOGGED_IN, Action.LOG_IN_FAILED, Action.LOCKED_OUT}  # of which it matters from where

METHODS = {"password": "パスワード", "password_and_code": "パスワードと確認コード", "provider": "会社のアカウント"}
FORMATS = {"csv": "CSV", "xlsx": "Excel形式", "json": "JSON"}
REFUSALS = {str(value): str(label) for value, label in Refusal.choices}
RIGHTS = {str(value): str(label) for value, label in Right.choices}
KEPT = {True: "保存する", False: "保存しない"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing told of an entry. With `old` it says what a value was before."""

    label: str
    text: str
    old: str | None = None


Labels = Mapping[str, str]  # field → what people call it


def sentence(entry: AuditEntry, *, has_thing: bool) -> tuple[str, str]:
    """What was done, before and behind what it was done to; all of it before where the sentence does not name that."""
    words = sentence_of(entry)
    if not has_thing:
        words = PLACE.sub("", words)
    before, _, behind = words.partition(IT)
    return before, behind


def names_thing(entry: AuditEntry) -> bool:
    return IT in sentence_of(entry)


def sentence_of(entry: AuditEntry) -> str:
    for action, what, told, words in SPECIAL:
        if entry.action == action and what in ("", entry.what):
            name, value = told or ("", None)
            if not name or entry.detail.get(name) == value:
                return words
    return SENTENCES.get(entry.action, f"{IT}：{entry.get_action_display()}")


def facts(entry: AuditEntry, labels: Labels, person: Callable[[int], str]) -> Iterator[Fact]:
    """What else is told. `labels` are those of the fields of what it was done to, `person` names somebody by number."""
    detail = entry.detail
    if entry.action in LOG_INS and entry.address:
        yield Fact("操作元", entry.address)
    order = list(labels)
    changes: Mapping[str, list[Any]] = detail.get("changes", {})
    for name in sorted(changes, key=lambda name: (order.index(name) if name in labels else len(order), name)):
        yield from change(name, KNOWN[name][0] if name in KNOWN else labels.get(name, name), *changes[name])
    if fields := [labels[name] for name in detail.get("fields", ()) if name in labels]:
        yield Fact("項目", "、".join(fields))
    if "role" in detail and (detail["role"] or detail.get("role_before")):
        before = detail.get("role_before")
        if before != detail["role"]:
            yield Fact("権限", detail["role"] or "なし", None if before is None else before or "なし")
    if entry.what == "画面のアドレス" and detail.get("before"):
        yield Fact("アドレス", entry.label, detail["before"])
    if merged_into := detail.get("merged_into"):
        yield Fact("統合先", person(merged_into))
    for name, (label, words) in KNOWN.items():
        if detail.get(name) not in (None, "", []):
            yield Fact(label, words(detail[name]))


def change(name: str, label: str, old: Any, new: Any) -> Iterator[Fact]:
    """Of several things only those that came and went are told."""
    if not (isinstance(old, list) and isinstance(new, list)):
        yield Fact(label, in_words(name, new), in_words(name, old))
        return
    for verb, some, others in (("追加", new, old), ("解除", old, new)):
        if only := [each for each in some if each not in others]:
            yield Fact(f"{label}の{verb}", in_words(name, only))


def in_words(name: str, value: Any) -> str:
    """A value: yes or no, a right by what it allows, several things in a row."""
    if value is None or value in ("", []):
        return "なし"
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, list):
        return "、".join(in_words(name, each) for each in value)
    return RIGHTS.get(str(value), str(value)) if name == "rights" else str(value)


def people(count: int) -> str:
    return f"{count:,}名"


def pieces(count: int) -> str:
    return f"{count:,}件"


def or_itself(words: Mapping[str, str]) -> Callable[[Any], str]:
    return lambda value: words.get(str(value), str(value))


# detail → its label, and what its value is in words
KNOWN: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "method": ("方法", or_itself(METHODS)),
    "reason": ("理由", or_itself(REFUSALS)),
    "rights": ("できること", lambda value: in_words("rights", value)),
    "departments": ("限定する部署", lambda value: pieces(value) if isinstance(value, int) else in_words("", value)),
    "everyone_needs_factor": ("二要素認証を全員に必須とする", lambda value: in_words("", value)),
    "roles_that_need_factor": ("二要素認証を必須とする権限", lambda value: in_words("", value)),
    "allows_passwords": ("パスワードでのログインを許可する", lambda value: in_words("", value)),
    "kept": ("偏差値", KEPT.__getitem__),
    "months": ("保存期間", lambda value: f"{value}か月"),
    "results": ("検査結果", pieces),
    "employees": ("消去した社員", people),
    "rows": ("件数", pieces),
    "targets": ("送り先", pieces),
    "sent": ("送信できた送り先", pieces),
    "problems": ("問題", pieces),
    "until": ("終了日", lambda value: str(value).replace("-", "/")),
    "format": ("形式", or_itself(FORMATS)),
    "filters": ("絞り込み", "、".join),
    "sessions_ended": ("終了したログイン", pieces),
    "codes_left": ("リカバリーコードの残り", lambda value: f"{value}個"),
    "removed": ("統合して削除した社員", lambda value: f"#{value}"),
    "restored": ("元に戻した社員", lambda value: f"#{value}"),
    "unmerged_from": ("統合されていた社員", lambda value: f"#{value}"),
    "undo": ("取り消した処理", lambda value: f"#{value}"),
    "undoes": ("元に戻す処理", lambda value: f"#{value}"),
    "job": ("登録した処理", lambda value: f"#{value}"),
    "made_at": ("バックアップの日時", str),
    "renewed": ("暗号化し直したもの", pieces),
    "current": ("そのままのもの", pieces),
}

BY_SENTENCE = {"practice", "dry_run", "keep_items", "confirmed", "first", "is_same", "set_aside", "what", "kind"}
TOLD = {*KNOWN, *BY_SENTENCE, "changes", "role", "role_before", "before", "merged_into"}


def technical(entry: AuditEntry, labels: Labels) -> Iterator[Fact]:
    """What is for whoever looks into a log: numbers and codes, and what no word is known for."""
    yield Fact("操作元", entry.address or "サーバー")
    if entry.object_id:
        yield Fact("対象の番号", entry.object_id)
    if entry.request_id:
        yield Fact("リクエスト番号", entry.request_id)
    for name, value in entry.detail.items():
        left = [field for field in value if field not in labels] if name == "fields" else value
        if name not in TOLD and left not in (None, "", []):
            yield Fact(name, left if isinstance(left, str) else json.dumps(left, ensure_ascii=False))
