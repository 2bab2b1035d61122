"""Roles of one's own, and the audit trail."""

from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone


class Role(models.Model):
    """カスタム権限: what the members of a group may do. 管理者 and 閲覧者 are groups without such a row."""

    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="role", verbose_name="グループ")
    rights = models.JSONField("権限", default=list, blank=True, help_text="values of accounts.rights.Right")
    is_limited = models.BooleanField("部署を限定する", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "カスタム権限"

    def __str__(self) -> str:
        return self.group.name


class AuditEntry(models.Model):
    """Who did what to what, when, from where. The database itself refuses to change or delete a row (see the migration).

    No foreign keys: what an entry tells outlives the account and the thing. Values of people are not kept, names are.
    """

    class Action(models.TextChoices):
        LOGGED_IN = "logged_in", "ログイン"
        LOG_IN_FAILED = "log_in_failed", "ログイン失敗"
        LOGGED_OUT = "logged_out", "ログアウト"
        LOCKED_OUT = "locked_out", "ログインの一時停止"
        CONNECTED = "connected", "連携"
        CONNECT_FAILED = "connect_failed", "連携の失敗"
        DISCONNECTED = "disconnected", "連携の解除"
        CHANGED_SETTINGS = "changed_settings", "設定の変更"
        STARTED = "started", "処理の開始"
        APPROVED = "approved", "確認して実行"
        CANCELLED = "cancelled", "処理の中止"
        VIEWED = "viewed", "閲覧"
        DOWNLOADED = "downloaded", "ダウンロード"
        IMPORTED = "imported", "ファイルの取込"
        CREATED = "created", "登録"
        EDITED = "edited", "編集"
        MAIL_CHANGED = "mail_changed", "メールアドレスの変更"
        MERGED = "merged", "統合"
        IDENTIFIED = "identified", "本人の確認"
        REFUSED = "refused", "権限外の変更"
        DELETED = "deleted", "削除"
        INVITED = "invited", "アカウントの招待"
        STOPPED = "stopped", "アカウントの停止"
        RESUMED = "resumed", "アカウントの再開"

    at = models.DateTimeField("日時", default=timezone.now, db_index=True)
    actor_id = models.BigIntegerField("アカウントの番号", null=True, blank=True, db_index=True)
    actor = models.CharField("操作した人", max_length=300)
    action = models.CharField("操作", max_length=20, choices=Action, db_index=True)
    # the person whom it is about, where there is one; who that was is told above this app (`accounts.subjects`)
    subject_id = models.BigIntegerField("対象の人の番号", null=True, blank=True)
    what = models.CharField("対象の種類", max_length=50, blank=True, default="")
    object_id = models.CharField("対象の番号", max_length=50, blank=True, default="")
    label = models.CharField("対象", max_length=300, blank=True, default="")
    detail = models.JSONField("内容", default=dict, blank=True)
    address = models.CharField("操作元", max_length=100, blank=True, default="")
    request_id = models.CharField("リクエスト番号", max_length=64, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "操作の記録"
        # no db_index on the column: to take such a one away again SQLite would lose the triggers
        indexes = [models.Index(fields=["subject_id", "at"], name="accounts_audit_by_subject")]
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.actor} {self.get_action_display()} {self.label}".strip()
