"""同期の例外: what somebody decided about one person, against what a run would do by itself."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, TruncDate
from django.utils import timezone

from employees.models import Employee


class PersonExceptionQuerySet(models.QuerySet["PersonException"]):
    def not_sent(self) -> Self:
        """People whose results do not go to カオナビ: by the day in Japan when the query is made, not written."""
        has_not_ended = Q(until=None) | Q(until__gte=TruncDate(Now()))
        return self.filter(has_not_ended, kind=PersonException.Kind.NOT_SENT)


class PersonException(models.Model):
    """One exception of one person. `until` is its last day; without one it has no end."""

    class Kind(models.TextChoices):
        NOT_SENT = "not_sent", "カオナビへ送らない"

    kind = models.CharField("種類", max_length=20, choices=Kind)
    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="exceptions", verbose_name="社員")
    reason = models.TextField("理由", blank=True, default="")
    until = models.DateField("終了日", null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="設定した人",
    )
    made_at = models.DateTimeField("設定日時", default=timezone.now)

    objects = PersonExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "同期の例外"
        constraints = [
            models.UniqueConstraint(
                fields=["employee"], condition=Q(kind="not_sent"), name="integrations_personexception_not_sent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.employee}: {self.get_kind_display()}"
