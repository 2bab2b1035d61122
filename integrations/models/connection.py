"""The company's one connection to カオナビ, and its limits."""

from collections.abc import Iterable

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.encryption import EncryptedTextField
from accounts.locks import LockableQuerySet
from assessments.models import Scale
from integrations.rules.results.sheets import LABELS, SCALE

ITEM, SWITCH = "item_", "scale_"  # before a key of `sheet_item_names` or a scale's code: what the form calls its boxes


class KaonaviConnectionQuerySet(LockableQuerySet["KaonaviConnection"]):
    def current(self) -> "KaonaviConnection | None":
        """The connection without its keys: hardly anybody has business with them; they may be unreadable by now."""
        return self.defer("consumer_key", "consumer_secret", "token").first()

    def state(self) -> str:
        """One of `State`; "" where the company is not connected."""
        return self.values_list("state", flat=True).first() or ""


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

    objects = KaonaviConnectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "カオナビ連携"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="integrations_kaonaviconnection_at_most_one")]

    def __str__(self) -> str:
        return "カオナビ連携"

    def get_absolute_url(self) -> str:
        return reverse("integrations:kaonavi_settings")

    @classmethod
    def audit_fields(cls, names: Iterable[str]) -> dict[str, str]:
        """What the boxes of 詳細設定 are called that are no columns: names of items, and scales to be sent."""
        asked = {*names}
        known: dict[str, str] = dict(Scale.objects.values_list("code", "name"))
        items = LABELS | {SCALE + code: name for code, name in known.items()}
        told = {f"{ITEM}{key}": f"カオナビの項目名「{label}」" for key, label in items.items()}
        told |= {f"{SWITCH}{code}": f"カオナビへ送る尺度「{name}」" for code, name in known.items()}
        return {name: label for name, label in told.items() if name in asked}


class KaonaviQuota(models.Model):
    """The row that is locked while a call is reserved (calls are RemoteCall rows). Outlives connections."""

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
