"""The table of what is kept how long, field by field, in docs/retention.md: `python -m tests.retention_table` writes it
anew.

A new field of a model is written down here, or the tests fail: whose word it is, when it goes, and by what.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import django
from django.apps import apps

PAGE: Final = Path(__file__).resolve().parents[1] / "docs/retention.md"
BEGIN, END = "<!-- fields -->\n", "<!-- /fields -->"


class Kept(NamedTuple):
    """Fields of a model with one fate. `by` are the functions that end it; without one it stays."""

    fields: str
    until: str
    by: Sequence[str] = ()


WITH_PERSON = "社員を削除するまで"
WITH_RUN = "処理とともに（`JOB_RETENTION_DAYS`）"
ERASED = "その人または検査結果の削除・訂正まで、長くても処理とともに。種類ごとの最新の処理からは値だけを消去"
DELETE = "employees.models.EmployeeQuerySet.delete"
OLD_RUNS = "integrations.erasure.retention.remove_old_jobs"
END_OF_RUN = "integrations.jobs.ending.end"
ISSUES = ("integrations.erasure.issues.erase_issues", "integrations.erasure.old_runs.fade", OLD_RUNS)
CHANGES = ("integrations.erasure.changes.erase_changes", "integrations.erasure.old_runs.fade", OLD_RUNS)

FATES: Final[Mapping[str, Sequence[Kept]]] = {
    "employees.Employee": [
        Kept(
            "email employee_number last_name first_name last_name_kana first_name_kana birth_date gender department"
            " position employment_type hire_date retirement_date is_retired retirement_source"
            " last_seen_at missing_since",
            WITH_PERSON,
            [DELETE],
        )
    ],
    "employees.SearchKey": [
        Kept(
            "employee key rules",
            "社員を削除するまで。氏名、フリガナ、メールアドレス、社員番号が変わると空になり、作り直されます",
            [DELETE],
        )
    ],
    "employees.FormerIdentity": [
        Kept(
            "employee email employee_number last_name first_name last_name_kana first_name_kana changed_at",
            "社員を削除するまで、または変更から `JOB_RETENTION_DAYS`",
            [DELETE, "integrations.erasure.retention.remove_former_identities"],
        )
    ],
    "employees.IdentityDecision": [
        Kept(
            "employee employee_number email is_same decided_by decided_at",
            "社員、またはその番号かアドレスの人を削除するまで",
            [DELETE, "integrations.erasure.people.erase_decisions"],
        )
    ],
    "assessments.Assessment": [
        Kept(
            "public_id employee title taken_on completed_at personality_type unknown_type overall_score grade comment",
            "検査結果または社員を削除するまで",
            ["assessments.models.AssessmentQuerySet.delete", DELETE],
        ),
        Kept(
            "scores",
            "検査結果または社員を削除するまで、または尺度を「保存しない」とするまで",
            ["assessments.models.AssessmentQuerySet.delete", DELETE, "integrations.erasure.scales.erase_scores"],
        ),
    ],
    "assessments.Judgement": [
        Kept(
            "assessment basis grade overall_score",
            "検査結果または社員を削除するまで、または検査結果の訂正で空白にするまで",
            ["assessments.models.AssessmentQuerySet.delete", DELETE],
        )
    ],
    "assessments.LatestResult": [
        Kept(
            "employee result packed",
            "検査結果または社員を削除するまで（最新の検査結果の写し。尺度を「保存しない」とすると、その値も消えます）",
            ["assessments.latest_triggers.put"],
        )
    ],
    "assessments.Tombstone": [Kept("public_id deleted_at", "消えません（リンクの番号と日時だけ）")],
    "integrations.SyncException": [
        Kept("kind limits_departments employment_types", "管理者が終了するまで"),
        Kept("employee item until made_by made_at", "管理者が終了するまで、または社員を削除するまで", [DELETE]),
        Kept(
            "email employee_number reason",
            "管理者が終了するまで、または社員（その番号かアドレスの人、理由に挙げた人）を削除するまで",
            [DELETE, "integrations.erasure.exceptions.erase_exceptions"],
        ),
    ],
    "integrations.ProblemNote": [
        Kept(
            "fingerprint set_aside_at set_aside_by reason until value_digest assignee memo",
            "社員、検査結果またはその問題を伝えた処理のすべてを削除するまで。ほかの社員を挙げる文は、その社員の削除まで",
            [
                "integrations.erasure.notes.forget_notes",
                "integrations.erasure.notes.erase_notes",
                "integrations.erasure.retention.remove_notes_on_nothing",
            ],
        )
    ],
    "integrations.BeforeImage": [
        Kept(
            "job sheet person content",
            "その人または検査結果の削除・訂正、連携の解除まで、長くても `UNDO_DAYS`（`content` は暗号化）",
            [
                "integrations.erasure.changes.erase_changes",
                "integrations.erasure.changes.erase_result_changes",
                "integrations.erasure.scales.erase_scores",
                "integrations.erasure.retention.forget_before_images",
                "integrations.actions.disconnect",
                OLD_RUNS,
            ],
        )
    ],
    "integrations.ImageKey": [
        Kept(
            "job secret",
            "連携を解除するまで、長くても `UNDO_DAYS`（暗号化）",
            ["integrations.erasure.retention.forget_before_images", "integrations.actions.disconnect", OLD_RUNS],
        )
    ],
    "integrations.ResultRegistration": [Kept("employee assessment confirmed_at", WITH_PERSON, [DELETE])],
    "integrations.UnseenEmployee": [
        Kept(
            "row seen_at",
            "カオナビで確認するか印が付くまで、または社員を削除するまで",
            [DELETE, "integrations.imports.absence.note_absence"],
        )
    ],
    "integrations.Export": [
        Kept(
            "kind form rows made_by made_at",
            "`JOB_RETENTION_DAYS`",
            ["integrations.erasure.retention.remove_old_exports"],
        ),
        Kept(
            "query",
            "検索した人の削除まで、長くても `JOB_RETENTION_DAYS`",
            ["integrations.erasure.traces.erase_searches", "integrations.erasure.retention.remove_old_exports"],
        ),
    ],
    "integrations.SyncJob": [
        Kept(
            "kind status undoes undone_kind undone_at requested_by created_at started_at finished_at phase"
            " done total created"
            " updated unchanged skipped"
            " failed issues_left_out options celery_task_id worker owner attempts remote_waits"
            " heartbeat_at lease wake_in cause automatic_run",
            "`JOB_RETENTION_DAYS`。種類ごとの最新の処理は次の処理まで",
            [OLD_RUNS],
        ),
        Kept(
            "message",
            "引用された人の削除まで、長くても処理とともに",
            ["integrations.erasure.traces.erase_messages", "integrations.erasure.old_runs.fade", OLD_RUNS],
        ),
        Kept(
            "file_name",
            "名前に含まれる人の削除まで、長くても `JOB_RETENTION_DAYS`",
            ["integrations.erasure.traces.erase_file_names", "integrations.erasure.old_runs.fade", OLD_RUNS],
        ),
        Kept("state", "社員番号などは処理が終わるまで", ["integrations.upload.outcome.close", OLD_RUNS]),
    ],
    "integrations.SourceFile": [
        Kept(
            "job name content",
            "処理が終わるまで。確認待ちのものは、社員または検査結果の削除か、30日まで",
            [
                END_OF_RUN,
                "integrations.erasure.on_deletion.drop_held_files",
                "integrations.jobs.dropping.drop_forgotten",
            ],
        )
    ],
    "integrations.SyncIssue": [
        Kept("job severity reason", WITH_RUN, [OLD_RUNS]),
        Kept(
            "subject_key subject_name email line field value detail remedy object_id fingerprint value_digest",
            ERASED,
            ISSUES,
        ),
    ],
    "integrations.Merge": [
        Kept(
            "kept removed content merged_by merged_at",
            "どちらかの社員を削除するまで、長くても `UNDO_DAYS`",
            [DELETE, "integrations.erasure.merges.erase_merges", "integrations.erasure.merges.forget_old_merges"],
        )
    ],
    "integrations.SyncChange": [
        Kept("job what action", WITH_RUN, [OLD_RUNS]),
        Kept("object_id", WITH_RUN, [OLD_RUNS]),
        Kept(
            "key name fields",
            f"{ERASED}。処理の取り消しが削除した人と検査結果の値は `UNDO_DAYS` まで",
            [*CHANGES, "integrations.erasure.retention.forget_deleted_people"],
        ),
    ],
    "integrations.NoticeSettings": [
        Kept("is_on of_failures of_problems of_held of_keys silent_days only_automatic counts_from", "変更するまで"),
        Kept("addresses sender", "管理者が送り先から外すまで（通知を受け取る担当者のメールアドレス）"),
    ],
    "integrations.Notice": [
        Kept(
            "occasion kind number telling sort mark told_at subject text",
            "`JOB_RETENTION_DAYS`。種類ごとの最後の通知は次の通知まで（件名と内容に人の値はありません）",
            ["integrations.erasure.retention.remove_old_notices"],
        )
    ],
    "integrations.NoticeDelivery": [
        Kept(
            "notice channel target state outcome tries due_at begun_at",
            "30日、または送り先から外すまで",
            ["integrations.erasure.retention.remove_old_notices", "integrations.notice_forms.NoticesForm.save"],
        )
    ],
    "integrations.UploadChunk": [
        Kept("job sheet sheet_id number people state read_at task_id sent_at ended_at", WITH_RUN, [OLD_RUNS]),
        Kept("codes content", "処理が終わるまで", ["integrations.upload.outcome.close"]),
        Kept("sent_people", "処理とともに。社員の行の番号だけ（本人開示のため）", [OLD_RUNS]),
        Kept("messages", ERASED, ["integrations.erasure.traces.erase_own_words", OLD_RUNS]),
    ],
    "accounts.AuditEntry": [
        Kept(
            "at actor actor_id action what object_id subject_id part_of label detail address request_id",
            "消えません（データベースが変更と削除を拒みます。社員は番号だけ）",
        )
    ],
    "accounts.SecondFactor": [
        Kept(
            "user secret last_step confirmed_at",
            "二要素認証の解除まで（鍵は暗号化）",
            ["accounts.second_factor.remove"],
        )
    ],
    "accounts.RecoveryCode": [
        Kept("factor digest", "使うか、二要素認証の解除まで（ハッシュ）", ["accounts.second_factor.remove"])
    ],
    "accounts.ProviderIdentity": [
        Kept("user issuer subject bound_at", "解除まで", ["accounts.actions.forget_identity"])
    ],
    "auth.User": [
        Kept(
            "password last_login is_superuser username first_name last_name email is_staff is_active date_joined",
            "消えません（使わなくなったアカウントは停止します）",
        )
    ],
    "sessions.Session": [
        Kept(
            "session_data expire_date",
            "ログアウトまで、長くても7日（ログインし直す間に預かる入力内容は暗号化し、30分を過ぎると使えず、次のログインか夜間に消えます）",
            ["integrations.tasks.remove_old_jobs", "accounts.kept_forms.bring_back"],
        )
    ],
    "axes.AccessAttempt": [
        Kept(
            "user_agent ip_address username http_accept path_info attempt_time get_data post_data failures_since_start",
            "最後の失敗から15分のあと、次のログインまで（利用者名は読めない形。アドレスのほかは空白）",
            ["accounts.guard.keep_the_count_alone"],
        )
    ],
    "integrations.KaonaviConnection": [
        Kept(
            "consumer_key consumer_secret token token_expires_at",
            "連携の解除まで（暗号化）",
            ["integrations.actions.disconnect"],
        ),
        Kept(
            "connected_by connected_at state worked first_name_filler overwrite_missing_items"
            " qualify_duplicate_names"
            " guard_percent sheet_item_names scale_switches checked_at check_lines",
            "連携の解除まで",
            ["integrations.actions.disconnect"],
        ),
    ],
}
NOTHING_OF_PEOPLE: Final[Mapping[str, str]] = {
    "accounts.Installation": "画面のアドレスと、練習モードかどうか",
    "accounts.LogInPolicy": "ログインの設定",
    "accounts.Role": "権限の定義",
    "accounts.SetupCode": "セットアップコードのハッシュ（最初のアカウントを作成するまで）",
    "admin.LogEntry": "書かれません（管理サイトは閲覧だけ）",
    "assessments.PersonalityType": "16タイプの定義",
    "assessments.ProtectedName": "予約された尺度名",
    "assessments.Scale": "尺度の定義",
    "auth.Group": "権限の名前",
    "auth.Permission": "Django の権限",
    "axes.AccessAttemptExpiration": "書かれません",
    "axes.AccessFailureLog": "書かれません",
    "axes.AccessLog": "書かれません（操作の記録があります）",
    "contenttypes.ContentType": "Django の表",
    "departments.Department": "部署",
    "departments.RoleDepartment": "権限の範囲",
    "employees.FiguresVersion": "社員か検査結果が変わるたびに変わる番号",
    "integrations.AutomaticRun": "自動実行の予定日時と結果",
    "integrations.AutomationSettings": "自動実行の設定",
    "integrations.KaonaviQuota": "ロックのための1行",
    "integrations.MetricSum": "件数と秒数",
    "integrations.PrivacySettings": "保存期間の設定",
    "integrations.Webhook": "秘密の文字列のハッシュ、通知の時刻と件数",
    "integrations.ProblemVersion": "実行の番号と、問題が変わるたびに変わる番号",
    "integrations.RemoteCall": "要求の時刻と応答コード（2時間）",
    "integrations.SignOfLife": "時刻",
    "integrations.UnseenDepartment": "部署",
    "integrations.WorkerHeartbeat": "ワーカーの名前と版（1日）",
}


def retention_table() -> str:
    """One line for fields with one fate, in the words of the screens."""
    lines = ["| 情報 | 項目 | いつまで | 消すもの |", "|---|---|---|---|"]
    for label, fates in FATES.items():
        model = apps.get_model(label)
        for kept in fates:
            fields = "、".join(f"`{name}`" for name in kept.fields.split())
            by = "<br>".join(f"`{path}`" for path in kept.by) or "－"
            lines.append(f"| {model._meta.verbose_name}（`{label}`） | {fields} | {kept.until} | {by} |")
    rest = [f"`{label}`（{words}）" for label, words in NOTHING_OF_PEOPLE.items()]
    return "\n".join([*lines, "", f"個人の値を持たない表：{'、'.join(rest)}。", ""])


def written_table() -> str:
    """The table that the page has now."""
    return PAGE.read_text().partition(BEGIN)[2].partition(END)[0]


def main() -> None:
    """Put the table into the page."""
    before, begin, rest = PAGE.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    PAGE.write_text(before + begin + retention_table() + end + after)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    main()
