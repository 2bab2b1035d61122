"""What a merge of two people took away, for as long as it can be undone."""

from typing import Any

import msgspec
from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.encryption import EncryptedTextField
from employees.models import Employee


class Taken(msgspec.Struct):
    """`values` are the columns of the one who went, `results` the numbers of those of theirs, `mail` the address of the
    one who stayed. `after` is that one just after it; `beside` what else was known of both: rows by table.
    """

    values: dict[str, Any]
    results: list[int]
    mail: str
    after: dict[str, Any]
    beside: dict[str, list[dict[str, Any]]]


class Merge(models.Model):
    """Two people who became one, `kept`. It goes with that one, and when it can be undone no more.

    What was taken away stands in it encrypted: of whom a merge removes nothing can be read anywhere.
    """

    kept = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="merges", verbose_name="残した社員")
    removed = models.BigIntegerField("統合して削除した社員")
    content = EncryptedTextField("統合する前の内容", can_be_lost=True)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="統合した人"
    )
    merged_at = models.DateTimeField("統合した日時", default=timezone.now, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "統合の記録"

    def __str__(self) -> str:
        return f"#{self.removed} → #{self.kept_id}"

    @property
    def taken(self) -> Taken:
        return msgspec.json.decode(self.content, type=Taken)
