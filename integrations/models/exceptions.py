"""同期の例外: what somebody decided against what a run would do by itself. None of them holds unless somebody set it."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, TruncDate
from django.urls import reverse
from django.utils import timezone

from accounts.locks import LockableQuerySet
from departments.models import Department
from employees.models import Employee
from integrations.rules.employees.exceptions import PINNABLE


class SyncExceptionQuerySet(LockableQuerySet["SyncException"]):
    def in_force(self, today: date | None = None) -> Self:
        """Those that have not ended on this day in Japan; without one, on the day when the query is made."""
        return self.filter(Q(until=None) | Q(until__gte=today or TruncDate(Now())))

    def not_sent(self) -> Self:
        """People whose results do not go to カオナビ."""
        return self.in_force().filter(kind=SyncException.Kind.NOT_SENT)

    def about(self, person: Employee) -> Self:
        """Those of this person, also by the mail or 社員番号 that they have now."""
        mine = Q(employee=person)
        if person.email:
            mine |= Q(email=person.email)
        if person.employee_number:
            mine |= Q(employee_number=person.employee_number)
        return self.filter(mine)


class SyncException(models.Model):
    """One exception. `until` is its last day; without one it has no end.

    Somebody who is left out may be no employee of ours: then it names a mail (in lower case) or a 社員番号. A pin has the
    `item` (`PINNABLE`). The scope, of which there is one at most, has the departments to which it is limited; where all
    of them were deleted it still is. Without employment types it takes people of any; "" is a blank one.
    """

    class Kind(models.TextChoices):
        SCOPE = "scope", "連携の範囲"
        EXCLUDED = "excluded", "カオナビから取り込まない"
        PINNED = "pinned", "項目を固定する"
        NOT_SENT = "not_sent", "カオナビへ送らない"

    kind = models.CharField("種類", max_length=20, choices=Kind)
    employee = models.ForeignKey(
        Employee, on_delete=models.CASCADE, null=True, blank=True, related_name="exceptions", verbose_name="社員"
    )
    email = models.CharField("メールアドレス", max_length=254, blank=True, default="")
    employee_number = models.CharField("社員番号", max_length=50, blank=True, default="")
    item = models.CharField("項目", max_length=50, blank=True, default="")
    limits_departments = models.BooleanField("部署を限定する", default=False)
    departments = models.ManyToManyField(Department, blank=True, related_name="+", verbose_name="部署")
    employment_types = models.JSONField("雇用形態", default=list, blank=True)
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

    objects = SyncExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "同期の例外"
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "kind", "item"], name="integrations_syncexception_once_a_person"
            ),
            models.UniqueConstraint(
                fields=["kind", "email"], condition=~Q(email=""), name="integrations_syncexception_once_a_mail"
            ),
            models.UniqueConstraint(
                fields=["kind", "employee_number"],
                condition=~Q(employee_number=""),
                name="integrations_syncexception_once_a_number",
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="scope"), name="integrations_syncexception_one_scope"
            ),
            models.CheckConstraint(
                condition=Q(kind="scope", employee=None, email="", employee_number="", item="")
                | Q(kind="excluded", employee__isnull=False, email="", employee_number="", item="")
                | (Q(kind="excluded", employee=None, employee_number="", item="") & ~Q(email=""))
                | (Q(kind="excluded", employee=None, email="", item="") & ~Q(employee_number=""))
                | (Q(kind="pinned", employee__isnull=False, email="", employee_number="") & ~Q(item=""))
                | Q(kind="not_sent", employee__isnull=False, email="", employee_number="", item=""),
                name="integrations_syncexception_says_about_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("integrations:exception", args=[self.pk])

    @property
    def person_number(self) -> int | None:
        """Whom it is about, for the audit trail."""
        return self.employee_id

    @property
    def audit_label(self) -> str:
        """Which exception it is; from the audit trail nothing can be erased, so it names nobody."""
        return self.label

    @property
    def label(self) -> str:
        """The kind in words, of a pin with its item."""
        return f"{self.item_label}を固定する" if self.kind == self.Kind.PINNED else self.get_kind_display()

    @property
    def item_label(self) -> str:
        """What is pinned; "" where nothing is. An item that a later version has is told by its name."""
        return PINNABLE[self.item].label if self.item in PINNABLE else self.item

    @property
    def has_ended(self) -> bool:
        return self.until is not None and self.until < timezone.localdate()

    @classmethod
    def audit_fields(cls, _: object) -> Mapping[str, str]:
        """What the audit trail calls what is no column."""
        return {"departments": "部署"}
