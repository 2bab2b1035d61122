"""The upload's ledger, and who was seen on カオナビ's sheets."""

from django.db import models

from accounts.encryption import EncryptedTextField
from assessments.models import Assessment
from employees.models import Employee
from integrations.models.jobs import SyncChange, SyncJob


class UploadChunk(models.Model):
    """The upload's ledger: one update call, written before it is sent, and what became of it.

    planned → sending (committed before the call) → accepted (with カオナビ's task) → stored or refused. Sending found at
    the beginning of a step means that the answer was lost; then, and after a refusal, the sheet itself is read, and
    `ended_at` is set once it has said who got in. `codes` and `content` are reduced to those people.
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
    codes = models.JSONField(
        default=dict,
        help_text="社員番号 → whether no sheet showed a result of ours before; emptied when the run ends",
    )
    people = models.PositiveIntegerField(
        default=0, db_default=0, help_text="how many there were, once `codes` is empty"
    )
    sent_people = models.JSONField(
        default=dict,
        db_default={},
        help_text="number of the employee's row → true, of everybody in the call; stays as long as the run, for 本人開示",
    )
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

    @property
    def size(self) -> int:
        """How many people it holds, or held."""
        return len(self.codes) or self.people


class ImageKey(models.Model):
    """The key with which the before-images of one run are encrypted, itself encrypted with CREDENTIAL_KEYS.

    So a change of CREDENTIAL_KEYS renews one row a run, whatever the number of people.
    """

    job = models.OneToOneField(SyncJob, on_delete=models.CASCADE, primary_key=True, related_name="image_key")
    secret = EncryptedTextField(can_be_lost=True)

    class Meta:
        verbose_name = verbose_name_plural = "登録前の内容の鍵"

    def __str__(self) -> str:
        return f"{self.job_id}"


class BeforeImage(models.Model):
    """What one person's records on one sheet were before a run changed them, and as it left them: for its undo."""

    job = models.ForeignKey(SyncJob, on_delete=models.CASCADE, related_name="before_images")
    sheet = models.CharField("シート", max_length=20, choices=SyncChange.What)
    # no foreign key: a call that is under way while somebody is deleted must not fail at it; erasure takes it away
    person = models.BigIntegerField("社員の番号", db_index=True)
    content = models.BinaryField(help_text="the call's part of this person, encrypted with the run's key")

    class Meta:
        verbose_name = verbose_name_plural = "登録前の内容"
        constraints = [
            models.UniqueConstraint(
                fields=["job", "sheet", "person"], name="integrations_beforeimage_once_a_sheet_and_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_sheet_display()} {self.person}"


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

    @property
    def person_number(self) -> int:
        """Whom the audit trail tells of."""
        return self.employee_id
