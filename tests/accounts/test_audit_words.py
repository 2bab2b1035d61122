"""操作の記録 in words: what is told of an entry, by whichever version it was written."""

import re
from typing import Any

import pytest

from accounts.audit_words import Fact, facts, names_thing, sentence, technical
from accounts.models import AuditEntry

Action = AuditEntry.Action
LABELS = {"position": "役職", "is_retired": "退職者フラグ", "name": "部署名", "order": "表示順"}
CODE = re.compile(r"[a-z]+_[a-z]+")


def made(action: str, kind: str = "", /, **detail: Any) -> AuditEntry:
    return AuditEntry(action=action, what=kind, detail=detail, actor="x")


def said(entry: AuditEntry) -> str:
    return "それ".join(sentence(entry, has_thing=True))


def told(entry: AuditEntry) -> list[str]:
    return [
        f"{fact.label}：{fact.text}" if fact.old is None else f"{fact.label}：{fact.old} → {fact.text}"
        for fact in facts(entry, LABELS, lambda number: f"社員{number}")
    ]


@pytest.mark.parametrize("action", Action.values)
def test_whatever_somebody_did_is_a_sentence_with_what_it_was_done_to_and_without(action: str):
    for has_thing in {names_thing(made(action)), False}:
        words = ("それ" if has_thing else "").join(sentence(made(action), has_thing=has_thing))
        assert words.endswith(("ました", "でした"))
        assert "{" not in words
        assert not words.startswith(("を", "の", "に", "で"))


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (made("edited", "社員"), "それを編集しました"),
        (made("deleted", "社員"), "社員を削除しました：それ"),
        (made("deleted", "社員", what="retention"), "保存期間を過ぎた社員を削除しました：それ"),
        (made("deleted", "部署"), "それを削除しました"),
        (made("started", dry_run=True), "それの内容の確認を開始しました"),
        (made("started", dry_run=False), "それを開始しました"),
        (made("approved", keep_items=True), "それを、確認を求められた項目を変えずに実行しました"),
        (made("downloaded", what="error_file"), "それのエラーファイルをダウンロードしました"),
        (made("edited", "要対応", set_aside=True), "それを対応不要にしました"),
        (made("identified", is_same=True), "それと同じ人だと確認しました"),
        (made("identified", is_same=False), "それとは別の人だと確認しました"),
        (made("edited", "アカウント", fields=["password"]), "それのパスワードを変更しました"),
        (made("created", "アカウント", first=True), "最初の管理者としてそれを登録しました"),
    ],
)
def test_the_sentence_says_what_it_was(entry: AuditEntry, words: str):
    assert said(entry) == words


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (made("edited", changes={"name": ["営業部", "営業企画部"]}), ["部署名：営業部 → 営業企画部"]),
        (made("edited", changes={"order": [None, 2]}), ["表示順：なし → 2"]),
        (made("edited", changes={"is_retired": [False, True]}), ["退職者フラグ：いいえ → はい"]),
        (
            made("edited", changes={"rights": [["view_employees"], ["view_results"]]}),
            ["できることの追加：検査結果を見る", "できることの解除：社員を見る"],
        ),
        (
            made("edited", changes={"departments": ["会社全体", ["営業部", "総務部"]]}),
            ["限定する部署：会社全体 → 営業部、総務部"],
        ),
        (made("edited", fields=["position", "is_retired"]), ["項目：役職、退職者フラグ"]),
        (made("edited", role="管理者", role_before="閲覧者"), ["権限：閲覧者 → 管理者"]),
        (made("edited", role="", role_before="閲覧者"), ["権限：閲覧者 → なし"]),
        (made("edited", role="閲覧者", role_before="閲覧者"), []),
        (made("invited", role="閲覧者"), ["権限：閲覧者"]),
        (made("invited", role=""), []),
        (made("deleted", merged_into=12), ["統合先：社員12"]),
        (made("downloaded", format="xlsx", rows=12345, filters=["検索", "退職"]),
         ["件数：12,345件", "形式：Excel形式", "絞り込み：検索、退職"]),
        (made("changed_settings", kept=False, results=3), ["偏差値：保存しない", "検査結果：3件"]),
        (made("logged_in", method="password_and_code"), ["方法：パスワードと確認コード"]),
        (made("edited", "要対応", problems=11, reasons=["MEMBER_MAIL_DUPLICATE"], until="2026-12-31", set_aside=True),
         ["問題：11件", "終了日：2026/12/31"]),
        (made("stopped", sessions_ended=2), ["終了したログイン：2件"]),
    ],
)  # fmt: skip
def test_old_and_new_values_counts_and_fields_are_told_in_words(entry: AuditEntry, expected: list[str]):
    assert told(entry) == expected


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (made("edited", rights=["view_employees"], departments=2), ["できること：社員を見る", "限定する部署：2件"]),
        (made("edited", rights=["view_employees"], departments=""), ["できること：社員を見る"]),
        (made("changed_settings", fields=["allows_passwords"], allows_passwords=True),
         ["パスワードでのログインを許可する：はい"]),
        (made("changed_settings", fields=["retention_months"], months=36), ["保存期間：36か月"]),
    ],
)  # fmt: skip
def test_entries_of_earlier_versions_read_as_well(entry: AuditEntry, expected: list[str]):
    assert told(entry) == expected


def test_the_address_of_before_is_told_beside_that_of_now():
    entry = made("changed_settings", "画面のアドレス", before="http://localhost:8000")
    entry.label = "https://example.jp"
    assert told(entry) == ["アドレス：http://localhost:8000 → https://example.jp"]


def test_a_log_in_tells_where_it_came_from_and_everything_has_it_in_its_details():
    for action, expected in (("log_in_failed", ["操作元：192.0.2.7"]), ("edited", [])):
        entry = made(action)
        entry.address = "192.0.2.7"
        assert told(entry) == expected
        assert Fact("操作元", "192.0.2.7") in list(technical(entry, {}))


def test_what_no_word_is_known_for_stands_among_the_details_alone():
    entry = made("edited", fields=["position", "something_new"], other={"a": 1}, problem="NotPermittedError")
    entry.object_id, entry.request_id = "12", "a1b2"
    assert told(entry) == ["項目：役職"]
    assert list(technical(entry, LABELS)) == [
        Fact("操作元", "サーバー"),
        Fact("対象の番号", "12"),
        Fact("リクエスト番号", "a1b2"),
        Fact("fields", '["something_new"]'),
        Fact("other", '{"a": 1}'),
        Fact("problem", "NotPermittedError"),
    ]
    assert not any(CODE.search(text) for text in [said(entry), *told(entry)])
