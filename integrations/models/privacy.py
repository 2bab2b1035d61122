"""How long people are kept: what the company has set."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.locks import LockableQuerySet


class PrivacySettingsQuerySet(LockableQuerySet["PrivacySettings"]):
    def current(self) -> "PrivacySettings":
        """What is set; the defaults, not stored, where nobody has set anything."""
        return self.first() or PrivacySettings()


class PrivacySettings(models.Model):
    """One row at most; without it nothing is set."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    retention_months = models.PositiveSmallIntegerField(
        "退職・カオナビになしから（か月）",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text="この月数を過ぎた社員を一覧に表示します。空白にすると、一覧を使いません。自動で削除することはありません。",
    )

    objects = PrivacySettingsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "個人情報の保存期間"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="integrations_privacysettings_at_most_one")]

    def __str__(self) -> str:
        return "個人情報の保存期間"

    def in_words(self) -> dict[str, Any]:
        """What administrators set, for the audit trail."""
        return {"retention_months": self.retention_months}
