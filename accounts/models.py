"""Roles of one's own, how people log in, what is true of this one deployment, and the audit trail."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, User
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.encryption import EncryptedTextField
from accounts.locks import LockableQuerySet


class Role(models.Model):
    """カスタム権限: what the members of a group may do. 管理者 and 閲覧者 are groups without such a row."""

    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="role", verbose_name="グループ")
    rights = models.JSONField("権限", default=list, blank=True, help_text="values of accounts.rights.Right")
    is_limited = models.BooleanField("部署を限定する", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "カスタム権限"

    def __str__(self) -> str:
        return self.group.name

    def get_absolute_url(self) -> str:
        return reverse("roles:edit", args=[self.pk])

    @classmethod
    def audit_fields(cls, _: Iterable[str]) -> dict[str, str]:
        """What the audit trail calls what is no column."""
        return {"name": "名前"}


class SecondFactor(models.Model):
    """二要素認証: the secret that the account shares with an app on the person's phone, since the app showed that it has it.

    `last_step` is the 30 seconds whose code was used last: that code and earlier ones are worth nothing any more.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor", primary_key=True)
    secret = EncryptedTextField()
    confirmed_at = models.DateTimeField(default=timezone.now)
    last_step = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "二要素認証"

    def __str__(self) -> str:
        return self.user.get_username()


class RecoveryCode(models.Model):
    """One way in without the phone. Its row goes when it is used. Only a digest is kept."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "リカバリーコード"
        constraints = [models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.factor_id}"


class ProviderIdentity(models.Model):
    """Who an account is at the company's provider: from the first log-in on by these two, never again by mail."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="provider_identities")
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)
    bound_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "会社のアカウント"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="subject_of_one_account"),
            models.UniqueConstraint(fields=["user", "issuer"], name="account_of_one_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.subject}"


class LogInPolicy(models.Model):
    """How people may log in: one row, which the first change writes."""

    everyone_needs_factor = models.BooleanField("全員に必須とする", default=False)
    roles_that_need_factor = models.ManyToManyField(Group, blank=True, related_name="+", verbose_name="必須とする権限")
    allows_passwords = models.BooleanField("パスワードでのログインを許可する", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "ログインの設定"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_log_in_policy")]

    def __str__(self) -> str:
        return "ログインの設定"


class Installation(models.Model):
    """What is true of this deployment and no variable says: one row, which the first day writes."""

    site_url = models.CharField("画面のアドレス", max_length=500, blank=True, default="")
    is_practice = models.BooleanField("練習モード", default=False)
    # model → its rows when 練習モード began, of what is put back at its end
    before_practice = models.JSONField("練習モードの前からあるもの", default=dict, blank=True)

    objects = LockableQuerySet["Installation"].as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "この製品の設置"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_installation")]

    def __str__(self) -> str:
        return self.site_url


class SetupCode(models.Model):
    """The code with which the first account is made. It goes with that account; a new one takes its place before."""

    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "セットアップコード"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_setup_code")]

    def __str__(self) -> str:
        return "セットアップコード"


class AuditEntry(models.Model):
    """Who did what to what, when, from where. The database refuses to change or delete a row (see the migration).

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
        UNMERGED = "unmerged", "統合の取り消し"
        IDENTIFIED = "identified", "本人の確認"
        REFUSED = "refused", "権限外の変更"
        DELETED = "deleted", "削除"
        INVITED = "invited", "アカウントの招待"
        STOPPED = "stopped", "アカウントの停止"
        RESUMED = "resumed", "アカウントの再開"
        FACTOR_SET = "factor_set", "二要素認証の設定"
        FACTOR_REMOVED = "factor_removed", "二要素認証の解除"
        CODES_RENEWED = "codes_renewed", "リカバリーコードの発行"
        CODE_USED = "code_used", "リカバリーコードの使用"
        BOUND = "bound", "会社のアカウントの登録"
        UNBOUND = "unbound", "会社のアカウントの解除"

    at = models.DateTimeField("日時", default=timezone.now, db_index=True)
    actor_id = models.BigIntegerField("アカウントの番号", null=True, blank=True, db_index=True)
    actor = models.CharField("操作した人", max_length=300)
    action = models.CharField("操作", max_length=20, choices=Action, db_index=True)
    # the person whom it is about, where there is one; who that was is told above this app (`accounts.subjects`)
    subject_id = models.BigIntegerField("対象の人の番号", null=True, blank=True)
    # of what was done to many at once, the entry that stands for all; None where it is that one, or the only one
    part_of = models.BigIntegerField("まとめた操作の番号", null=True, blank=True)
    what = models.CharField("対象の種類", max_length=50, blank=True, default="")
    object_id = models.CharField("対象の番号", max_length=50, blank=True, default="")
    label = models.CharField("対象", max_length=300, blank=True, default="")
    detail = models.JSONField("内容", default=dict, blank=True)
    address = models.CharField("操作元", max_length=100, blank=True, default="")
    request_id = models.CharField("リクエスト番号", max_length=64, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "操作の記録"
        # no db_index on the column: to take such a one away again SQLite would lose the triggers
        indexes = [
            models.Index(fields=["subject_id", "at"], name="accounts_audit_by_subject"),
            models.Index(fields=["part_of", "at"], name="accounts_audit_by_whole"),
        ]
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.actor} {self.get_action_display()} {self.label}".strip()
