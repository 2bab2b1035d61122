"""The runs (jobs) with what they found and wrote, the workers that carry them, and signs of life of the rest."""

from typing import Self

import msgspec
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.urls import reverse
from django.utils import timezone

from accounts.locks import LockableQuerySet
from accounts.names import shown_name
from integrations.models.run_options import RunOptions
from integrations.reasons import Severity
from integrations.rules.text import with_line


class SyncJobQuerySet(LockableQuerySet["SyncJob"]):
    def unfinished(self) -> Self:
        return self.filter(status__in=SyncJob.UNFINISHED)

    def completed(self, kind: str) -> Self:
        """Runs of this kind that went through to the end and still stand: none that was undone. Newest first."""
        return self.filter(kind=kind, status__in=SyncJob.COMPLETED, undone_at=None).order_by("-finished_at")


class SyncJob(models.Model):
    """One run of a background job: who asked for it, how far it is, how it ended. The truth; messages only wake it."""

    class Kind(models.TextChoices):
        DEPARTMENTS = "departments", "カオナビ部署情報取込"
        EMPLOYEES = "employees", "カオナビ社員情報取込"
        RESULTS = "results", "カオナビ性格検査結果登録"
        DEPARTMENTS_FILE = "departments_file", "部署CSV取込"
        EMPLOYEES_FILE = "employees_file", "社員CSV取込"
        ASSESSMENTS_FILE = "assessments_file", "検査結果CSV取込"
        UNDO = "undo", "処理の取り消し"

    class Status(models.TextChoices):
        QUEUED = "queued", "待機中"
        RUNNING = "running", "処理中"
        HELD = "held", "確認待ち"
        SUCCEEDED = "succeeded", "成功"
        PARTIAL = "partial", "一部エラー"
        FAILED = "failed", "失敗"
        CANCELLED = "cancelled", "中止"
        INTERRUPTED = "interrupted", "失敗（中断）"

    class Cause(models.TextChoices):
        """What asked for a run where no person did."""

        SCHEDULE = "schedule", "自動実行（スケジュール）"
        WEBHOOK = "webhook", "自動実行（Webhook）"

    UNFINISHED = (Status.QUEUED, Status.RUNNING)
    COMPLETED = (Status.SUCCEEDED, Status.PARTIAL)
    ENDS = (*COMPLETED, Status.FAILED, Status.CANCELLED, Status.INTERRUPTED)
    COUNTS = ("created", "updated", "unchanged", "skipped", "failed")

    kind = models.CharField("実行内容", max_length=20, choices=Kind)
    status = models.CharField("ステータス", max_length=12, choices=Status, default=Status.QUEUED)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="実行者",
    )
    cause = models.CharField("きっかけ", max_length=20, choices=Cause, blank=True, default="", db_default="")
    # of which start that nobody clicked this is a step, for as long as that is kept
    automatic_run = models.ForeignKey(
        "integrations.AutomaticRun", on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs"
    )
    created_at = models.DateTimeField("実行日時", default=timezone.now, db_index=True)
    started_at = models.DateTimeField("開始日時", null=True, blank=True)
    finished_at = models.DateTimeField("終了日時", null=True, blank=True)
    phase = models.CharField("段階", max_length=100, blank=True, default="")
    done = models.PositiveIntegerField("処理済み", default=0)
    total = models.PositiveIntegerField("全体", default=0)
    created = models.PositiveIntegerField("新規", default=0)
    updated = models.PositiveIntegerField("更新", default=0)
    unchanged = models.PositiveIntegerField("変更なし", default=0)
    skipped = models.PositiveIntegerField("対象外", default=0)
    failed = models.PositiveIntegerField("エラー", default=0)
    # reason → how many of its problems are not kept as rows (`rules.kept_issues`); the counts have them
    issues_left_out = models.JSONField(default=dict, db_default={}, blank=True, editable=False)
    message = models.TextField("メッセージ", blank=True, default="")
    # of a file job, for as long as nobody named in it is erased; the file itself goes when the run ends
    file_name = models.CharField("ファイル名", max_length=255, blank=True, default="", db_default="")
    # of an undo: the run that it takes back, for as long as that is kept, and of which kind the records are
    undoes = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="undoings", verbose_name="元に戻す処理"
    )
    undone_kind = models.CharField("元に戻す処理の種類", max_length=20, blank=True, default="", db_default="")
    # since when all that it wrote is taken back; it ends where the undo itself is undone
    undone_at = models.DateTimeField("元に戻した日時", null=True, blank=True)
    # read and written as `run_options`
    options = models.JSONField(default=dict, blank=True)
    # where the run stands between two steps; only the kind's own code reads it
    state = models.JSONField(default=dict, blank=True)
    # for operators, and the lease: whoever holds the highest number may write
    celery_task_id = models.CharField(max_length=64, blank=True, default="")
    worker = models.CharField("ワーカー", max_length=200, blank=True, default="")
    # the process that goes on with it (`integrations.jobs.owner`); "" while it is for the queue to wake one
    owner = models.CharField(max_length=300, blank=True, default="", db_default="")
    attempts = models.PositiveSmallIntegerField("試行回数", default=0, help_text="1 + how often it was taken over")
    remote_waits = models.PositiveSmallIntegerField(
        default=0, help_text="waits in a row that カオナビ itself asked for"
    )
    heartbeat_at = models.DateTimeField("最終生存確認", null=True, blank=True)
    lease = models.PositiveIntegerField(default=0)
    wake_in = models.FloatField(default=0, help_text="seconds after the last step in which nothing is to be done")

    objects = SyncJobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "バックグラウンド処理"
        ordering = ["-created_at", "-pk"]
        constraints = [
            # an index over a constant: a second unfinished job, of whatever kind, cannot exist
            models.UniqueConstraint(
                IsNull(F("status"), False),
                condition=Q(status__in=["queued", "running"]),
                name="integrations_syncjob_one_unfinished",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, status__in=["queued", "running", "held"])
                | Q(
                    finished_at__isnull=False, status__in=["succeeded", "partial", "failed", "cancelled", "interrupted"]
                ),
                name="integrations_syncjob_ended_has_its_time",
            ),
            # a step of a chain is started once, however many workers look at once
            models.UniqueConstraint(
                fields=["automatic_run", "kind"],
                condition=Q(automatic_run__isnull=False),
                name="integrations_syncjob_once_a_chain",
            ),
        ]
        # counted on every page
        indexes = [models.Index(fields=["status"], condition=Q(status="held"), name="integrations_syncjob_held")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("integrations:job", args=[self.pk])

    @property
    def is_unfinished(self) -> bool:
        return self.status in self.UNFINISHED

    @property
    def undone_label(self) -> str:
        """Of an undo, what kind of run it takes back."""
        return self.Kind(self.undone_kind).label if self.undone_kind else ""

    @property
    def run_options(self) -> RunOptions:
        """How it was asked for."""
        return msgspec.convert(self.options, RunOptions)

    @run_options.setter
    def run_options(self, options: RunOptions) -> None:
        self.options = {"format": options.format} | msgspec.to_builtins(options)

    @property
    def left_something_out(self) -> bool:
        """Whether it has ended and is worth repeating once somebody has mended what was wrong."""
        return self.status in self.ENDS and (self.status != self.Status.SUCCEEDED or self.issues.exists())

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.COUNTS}

    @property
    def left_out(self) -> int:
        """How many problems there were besides those that are kept."""
        return sum(self.issues_left_out.values())

    @property
    def requester(self) -> str:
        """Who asked for the run: a person's name, or what starts runs by itself."""
        return self.get_cause_display() if self.cause and not self.requested_by_id else shown_name(self.requested_by)

    @property
    def requester_in_sentence(self) -> str:
        """The same, a person with さん."""
        return self.requester if self.cause and not self.requested_by_id else f"{self.requester}さん"


class SourceFile(models.Model):
    """The file of a file job, for whichever worker takes it. It goes when the run ends."""

    job = models.OneToOneField(SyncJob, on_delete=models.CASCADE, primary_key=True, related_name="source_file")
    name = models.CharField(max_length=255)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.name


class SyncIssue(models.Model):
    """One problem of one source row, sheet or run. The error file is made from these rows."""

    class SeverityChoices(models.TextChoices):
        SKIPPED = Severity.SKIPPED, "対象外"
        ERROR = Severity.ERROR, "エラー"
        WARNING = Severity.WARNING, "注意"

    job = models.ForeignKey(SyncJob, on_delete=models.CASCADE, related_name="issues")
    severity = models.CharField("区分", max_length=10, choices=SeverityChoices)
    reason = models.CharField("エラーコード", max_length=50)
    # as the source has them, so of any length
    subject_key = models.TextField("社員番号または所属コード", blank=True, default="")
    subject_name = models.TextField("氏名または部署名", blank=True, default="")
    email = models.TextField("メールアドレス", blank=True, default="")
    line = models.PositiveIntegerField("ファイルの行", null=True, blank=True)
    field = models.CharField("項目", max_length=200, blank=True, default="")
    value = models.TextField("値", blank=True, default="")
    detail = models.TextField("内容", blank=True, default="")
    remedy = models.TextField("対処方法", blank=True, default="")
    object_id = models.BigIntegerField("直すときに開く行", null=True, blank=True, editable=False)
    # what makes it the same problem as one of another run (`rules.fingerprint`); null where an older version wrote it
    fingerprint = models.BigIntegerField(null=True, blank=True, editable=False)
    # of the values of all of the run's issues that are this problem; null as above, and where the value was erased
    value_digest = models.BigIntegerField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "エラーと注意"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["job", "reason"], name="integrations_issue_by_reason"),
            models.Index(fields=["job", "severity", "id"], name="integrations_issue_by_severity"),
            models.Index(fields=["job", "fingerprint"], name="integrations_issue_recurring"),
            models.Index(fields=["fingerprint", "job"], name="integrations_issue_first_seen"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.subject_key}".strip()

    @property
    def sentence(self) -> str:
        """What happened, with the line of the file before it. An older version has the line in `detail`."""
        return with_line(self.line, self.detail)


class SyncChange(models.Model):
    """One record written by the job or, while the job is held, planned. Of one that is deleted all values are old."""

    class What(models.TextChoices):
        DEPARTMENT = "department", "部署"
        EMPLOYEE = "employee", "社員"
        ASSESSMENT = "assessment", "検査結果"
        LATEST_SHEET = "latest_sheet", "最新性格検査結果（ミキワメ連携）"
        ALL_SHEET = "all_sheet", "全性格検査結果（ミキワメ連携）"

    class Action(models.TextChoices):
        CREATE = "create", "新規"
        UPDATE = "update", "更新"
        DELETE = "delete", "削除"

    job = models.ForeignKey(SyncJob, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField("対象", max_length=20, choices=What)
    object_id = models.BigIntegerField("行", null=True, blank=True)
    key = models.CharField("コード", max_length=254, blank=True, default="")
    name = models.CharField("名前", max_length=254, blank=True, default="")
    action = models.CharField("操作", max_length=10, choices=Action)
    fields = models.JSONField("変更", default=dict)  # field → [old, new]

    class Meta:
        verbose_name = verbose_name_plural = "変更"
        ordering = ["pk"]
        indexes = [models.Index(fields=["what", "object_id"], name="integrations_change_by_object")]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.key} {self.name}".strip()


class MetricSumQuerySet(models.QuerySet["MetricSum"]):
    def add(self, name: str, labels: str, amount: float) -> None:
        """Add to the sum of this name and these labels. Belongs into the transaction that removes what was counted."""
        row = self.filter(name=name, labels=labels)
        if not row.update(total=F("total") + amount):
            self.bulk_create([self.model(name=name, labels=labels)], ignore_conflicts=True)  # two may come at once
            row.update(total=F("total") + amount)


class MetricSum(models.Model):
    """A sum for /metrics over rows that are gone: a counter must never fall. `labels` are values with commas."""

    name = models.CharField(max_length=50)
    labels = models.CharField(max_length=100)
    total = models.FloatField(default=0)

    objects = MetricSumQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "labels"], name="integrations_tally_one_row_each")]

    def __str__(self) -> str:
        return f"{self.name} {self.labels}"


class WorkerHeartbeat(models.Model):
    """One worker process, and when it last said that it is there."""

    name = models.CharField("ワーカー", max_length=200, primary_key=True)
    version = models.CharField("版", max_length=64)
    seen_at = models.DateTimeField("最終確認", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "ワーカー"

    def __str__(self) -> str:
        return self.name


class SignOfLife(models.Model):
    """When something last did its work; `integrations.jobs.signs` has the names."""

    name = models.CharField(max_length=20, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
