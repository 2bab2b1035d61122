"""部署: the company's tree, taken from カオナビ or kept by hand."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.locks import LockableQuerySet
from accounts.models import Role


class DepartmentQuerySet(LockableQuerySet["Department"]):
    def in_sibling_order(self) -> Self:
        """Roots and siblings as カオナビ sorts them; those without an order come last."""
        return self.order_by(F("order").asc(nulls_last=True), "code", "pk")

    def within(self, reach: frozenset[int] | None) -> Self:
        """These departments; all of them for None."""
        return self if reach is None else self.filter(pk__in=reach)

    def with_headcount(self) -> Self:
        """Adds `headcount`: the people who belong to the department itself."""
        return self.annotate(headcount=models.Count("employees"))


class Department(models.Model):
    """One department. カオナビ's 所属コード finds it again, so a rename or a move keeps the row and its people."""

    code = models.CharField("部署コード", max_length=50, blank=True, default="")
    name = models.CharField("部署名", max_length=200, unique=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name="親部署"
    )
    order = models.PositiveIntegerField("表示順", null=True, blank=True, help_text="空白は最後になります。")
    last_seen_at = models.DateTimeField("カオナビで最後に確認した日時", null=True, blank=True, editable=False)
    missing_since = models.DateTimeField("カオナビで見つからなくなった日時", null=True, blank=True, editable=False)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "部署"
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="departments_department_code_is_unique",
                violation_error_message="この部署コードはすでに使われています。",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="departments_department_has_a_name"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="departments_department_is_not_its_parent"
            ),
            models.CheckConstraint(
                condition=Q(missing_since__isnull=True) | Q(last_seen_at__isnull=False),
                name="departments_department_missing_was_seen",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("departments:detail", args=[self.pk])


class RoleDepartment(models.Model):
    """A department to which a role of one's own is limited, with everything below it."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="departments", verbose_name="カスタム権限")
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="+", verbose_name="部署")

    class Meta:
        verbose_name = verbose_name_plural = "権限の部署"
        constraints = [
            models.UniqueConstraint(fields=["role", "department"], name="departments_roledepartment_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.department}"
