"""The connection to カオナビ, the runs (jobs) with what they found and wrote, and the upload's ledger."""

from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.urls import reverse
from django.utils import timezone

from accounts.names import shown_name
from assessments.models import Assessment
from employees.models import Employee
from integrations.fields import EncryptedTextField
from integrations.reasons import Severity
from integrations.sightings import UnseenDepartment, UnseenEmployee  # noqa: F401 - where Django looks for models


class KaonaviConnection(models.Model):
    """The company's one connection. Disconnecting deletes the row, and with it the keys."""

    class State(models.TextChoices):
        ACTIVE = "active", "連携中"
        BROKEN = "broken", "連携が切れています"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    consumer_key = EncryptedTextField()
    consumer_secret = EncryptedTextField()
    connected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    connected_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    # one token for all processes; it dies with the row
    token = EncryptedTextField(blank=True, default="")
    token_expires_at = models.DateTimeField(null=True, blank=True)
    # what 操作対象の管理 has certainly ticked for these keys; a refusal of anything else may be a missing tick
    worked = models.JSONField(default=list, blank=True, help_text='operations such as "GET /members"')
    # settings
    first_name_filler = models.CharField("スペースのない氏名の「名」", max_length=20, blank=True, default="")
    overwrite_missing_items = models.BooleanField("確認せずに上書きする", default=False)
    qualify_duplicate_names = models.BooleanField("同じ名前の部署には親部署名を付ける", default=False)
    guard_percent = models.PositiveSmallIntegerField("安全装置（％）", default=20, validators=[MaxValueValidator(100)])
    sheet_item_names = models.JSONField("シートの項目名", default=dict, blank=True)
    scale_switches = models.JSONField("カオナビへ送る尺度", default=dict, blank=True)
    # what 連携チェック found last, so that the settings page can say how far one is without asking カオナビ
    checked_at = models.DateTimeField("最終チェック", null=True, blank=True)
    check_lines = models.JSONField(default=dict, blank=True, help_text="key of the line → its status")

    class Meta:
        verbose_name = verbose_name_plural = "カオナビ連携"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="integrations_kaonaviconnection_at_most_one")]

    def __str__(self) -> str:
        return "カオナビ連携"


class KaonaviQuota(models.Model):
    """The row that is locked while a call is reserved; the calls themselves are RemoteCall rows. Outlives connections."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="integrations_kaonaviquota_at_most_one")]

    def __str__(self) -> str:
        return "カオナビの利用枠"


class RemoteCall(models.Model):
    """One call to カオナビ within the last hour, for the company's limits."""

    is_update = models.BooleanField()
    reserved_at = models.DateTimeField(db_index=True)
    returned_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        "応答", max_length=10, default="none", db_default="none", help_text='HTTP status, or "none"'
    )

    def __str__(self) -> str:
        return f"{self.reserved_at:%Y/%m/%d %H:%M:%S}"


class Tally(models.Model):
    """A sum for /metrics over rows that are gone. `labels` are the values that tell it apart, with commas between them."""

    name = models.CharField(max_length=50)
    labels = models.CharField(max_length=100)
    total = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "labels"], name="integrations_tally_one_row_each")]

    def __str__(self) -> str:
        return f"{self.name} {self.labels}"


class WorkerPulse(models.Model):
    """One worker process, and when it last said that it is there."""

    name = models.CharField("ワーカー", max_length=200, primary_key=True)
    version = models.CharField("版", max_length=64)
    seen_at = models.DateTimeField("最終確認", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "ワーカー"

    def __str__(self) -> str:
        return self.name


class SyncJobQuerySet(models.QuerySet["SyncJob"]):
    def unfinished(self) -> Self:
        return self.filter(status__in=SyncJob.UNFINISHED)

    def completed(self, kind: str) -> Self:
        """Runs of this kind that went through to the end, newest first."""
        return self.filter(kind=kind, status__in=SyncJob.COMPLETED).order_by("-finished_at")


class SyncJob(models.Model):
    """One run of a background job: who asked for it, how far it is, how it ended. The truth; a message only wakes it."""

    class Kind(models.TextChoices):
        DEPARTMENTS = "departments", "カオナビ部署情報取込"
        EMPLOYEES = "employees", "カオナビ社員情報取込"
        RESULTS = "results", "カオナビ性格検査結果登録"
        DEPARTMENTS_FILE = "departments_file", "部署CSV取込"
        EMPLOYEES_FILE = "employees_file", "社員CSV取込"
        ASSESSMENTS_FILE = "assessments_file", "検査結果CSV取込"

    class Status(models.TextChoices):
        QUEUED = "queued", "待機中"
        RUNNING = "running", "処理中"
        HELD = "held", "確認待ち"
        SUCCEEDED = "succeeded", "成功"
        PARTIAL = "partial", "一部エラー"
        FAILED = "failed", "失敗"
        CANCELLED = "cancelled", "中止"
        INTERRUPTED = "interrupted", "失敗（中断）"

    UNFINISHED = (Status.QUEUED, Status.RUNNING)
    COMPLETED = (Status.SUCCEEDED, Status.PARTIAL)
    ENDS = (*COMPLETED, Status.FAILED, Status.CANCELLED, Status.INTERRUPTED)
    SYNCS = (Kind.DEPARTMENTS, Kind.EMPLOYEES, Kind.RESULTS)
    FILES = (Kind.DEPARTMENTS_FILE, Kind.EMPLOYEES_FILE, Kind.ASSESSMENTS_FILE)
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
    message = models.TextField("メッセージ", blank=True, default="")
    # how the run was asked for (dry_run, approve, choice, digest of what was approved); JSON so that kinds can differ
    options = models.JSONField(default=dict, blank=True)
    # where the run stands between two steps; only the kind's own code reads it
    state = models.JSONField(default=dict, blank=True)
    # for operators, and the lease: whoever holds the highest number may write
    celery_task_id = models.CharField(max_length=64, blank=True, default="")
    worker = models.CharField("ワーカー", max_length=200, blank=True, default="")
    # the process that goes on with it (`integrations.owner`); "" while it is for the queue to wake one
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
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("integrations:job", args=[self.pk])

    @property
    def is_unfinished(self) -> bool:
        return self.status in self.UNFINISHED

    @property
    def left_something_out(self) -> bool:
        """Whether it has ended and is worth repeating once somebody has mended what was wrong."""
        return self.status in self.ENDS and (self.status != self.Status.SUCCEEDED or self.issues.exists())

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.COUNTS}

    @property
    def requester(self) -> str:
        """The name of whoever asked for the run, for sentences."""
        return shown_name(self.requested_by)


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
    field = models.CharField("項目", max_length=200, blank=True, default="")
    value = models.TextField("値", blank=True, default="")
    detail = models.TextField("内容", blank=True, default="")
    remedy = models.TextField("対処方法", blank=True, default="")
    object_id = models.BigIntegerField("直すときに開く行", null=True, blank=True, editable=False)
    # what makes it the same problem as one of another run (`mapping.recurrence`); null where an older version wrote it
    fingerprint = models.BigIntegerField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "エラーと注意"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["job", "reason"], name="integrations_issue_by_reason"),
            models.Index(fields=["job", "fingerprint"], name="integrations_issue_recurring"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.subject_key}".strip()


class SyncChange(models.Model):
    """One record written by the job or, while the job is held, planned."""

    class What(models.TextChoices):
        DEPARTMENT = "department", "部署"
        EMPLOYEE = "employee", "社員"
        ASSESSMENT = "assessment", "検査結果"
        LATEST_SHEET = "latest_sheet", "最新性格検査結果（ミキワメ連携）"
        ALL_SHEET = "all_sheet", "全性格検査結果（ミキワメ連携）"

    class Action(models.TextChoices):
        CREATE = "create", "新規"
        UPDATE = "update", "更新"

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


class UploadChunk(models.Model):
    """The upload's ledger: one update call, written before it is sent, and what became of it.

    planned → sending (committed before the call) → accepted (with カオナビ's task) → stored or refused. Sending found at the
    beginning of a step means that the answer was lost; then, and after a refusal, the sheet itself is read, and `ended_at`
    is set once it has said who got in. `codes` and `content` are reduced to those people.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "送信前"
        SENDING = "sending", "送信中"
        ACCEPTED = "accepted", "カオナビが処理中"
        STORED = "stored", "登録済み"
        REFUSED = "refused", "受け付けられず"
        LOST = "lost", "シートで確認"

    IN_FLIGHT = (State.SENDING, State.ACCEPTED)

    job = models.ForeignKey(SyncJob, on_delete=models.CASCADE, related_name="chunks")
    sheet = models.CharField(max_length=20, choices=SyncChange.What)
    sheet_id = models.PositiveBigIntegerField()
    number = models.PositiveIntegerField()
    codes = models.JSONField(default=dict, help_text="社員番号 → whether no sheet showed a result of ours before")
    content = models.BinaryField(
        default=bytes, help_text="what is sent and what was shown before; emptied when the run ends"
    )
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    read_at = models.DateTimeField(help_text="when the sheet was read that this was planned from")
    task_id = models.PositiveBigIntegerField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    messages = models.JSONField(default=list, blank=True, help_text="カオナビ's own words")

    class Meta:
        verbose_name = verbose_name_plural = "送信の記録"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "sheet", "number"], name="integrations_uploadchunk_number_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_sheet_display()} {self.number}"


class ResultRegistration(models.Model):
    """カオナビ登録: カオナビ's sheets were seen to show this person's results. `assessment` was the latest one then.

    A person whose latest assessment is another one is not registered (any more).
    """

    employee = models.OneToOneField(Employee, on_delete=models.CASCADE, related_name="kaonavi_registration")
    assessment = models.ForeignKey(Assessment, on_delete=models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField("カオナビで確認した日時")

    class Meta:
        verbose_name = verbose_name_plural = "カオナビ登録"

    def __str__(self) -> str:
        return f"{self.employee_id}: {self.confirmed_at:%Y-%m-%d}"


class Export(models.Model):
    """A list that somebody took away as a file: what is needed to make it again. The file itself is not kept."""

    class Kind(models.TextChoices):
        EMPLOYEES = "employees", "社員"
        ASSESSMENTS = "results", "検査結果"
        DEPARTMENTS = "departments", "部署"

    class Form(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel形式"

    kind = models.CharField("内容", max_length=20, choices=Kind)
    form = models.CharField("形式", max_length=10, choices=Form)
    query = models.TextField("条件", blank=True, default="", help_text="as the address of 自社社員管理 has it")
    rows = models.PositiveIntegerField("件数")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="作成者"
    )
    made_at = models.DateTimeField("作成日時", default=timezone.now, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "ダウンロード"
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.get_form_display()}）"
