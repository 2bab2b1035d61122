"""ダウンロード一覧: what was taken away as a file."""

from django.conf import settings
from django.db import models
from django.utils import timezone


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
