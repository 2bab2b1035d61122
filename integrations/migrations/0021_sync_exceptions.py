from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def remove_what_was_not_known_before(apps: Any, schema_editor: Any) -> None:
    apps.get_model("integrations", "SyncException").objects.exclude(kind="not_sent").delete()
    if schema_editor.connection.vendor == "postgresql":  # else the table cannot be altered in the same transaction
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [
        ("departments", "0002_role_departments"),
        ("employees", "0005_kana_or_none"),
        ("integrations", "0020_file_names"),
    ]

    operations = [
        migrations.RemoveConstraint("personexception", "integrations_personexception_not_sent_once"),
        migrations.RenameModel("PersonException", "SyncException"),
        migrations.AlterField(
            "syncexception",
            "kind",
            models.CharField(
                choices=[
                    ("scope", "連携の範囲"),
                    ("excluded", "カオナビから取り込まない"),
                    ("pinned", "項目を固定する"),
                    ("not_sent", "カオナビへ送らない"),
                ],
                max_length=20,
                verbose_name="種類",
            ),
        ),
        migrations.AlterField(
            "syncexception",
            "employee",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="exceptions",
                to="employees.employee",
                verbose_name="社員",
            ),
        ),
        migrations.AddField(
            "syncexception",
            "email",
            models.CharField(blank=True, default="", max_length=254, verbose_name="メールアドレス"),
        ),
        migrations.AddField(
            "syncexception",
            "employee_number",
            models.CharField(blank=True, default="", max_length=50, verbose_name="社員番号"),
        ),
        migrations.AddField(
            "syncexception",
            "item",
            models.CharField(blank=True, default="", max_length=50, verbose_name="項目"),
        ),
        migrations.AddField(
            "syncexception",
            "limits_departments",
            models.BooleanField(default=False, verbose_name="部署を限定する"),
        ),
        migrations.AddField(
            "syncexception",
            "departments",
            models.ManyToManyField(
                blank=True, related_name="+", to="departments.department", verbose_name="部署"
            ),
        ),
        migrations.AddField(
            "syncexception",
            "employment_types",
            models.JSONField(blank=True, default=list, verbose_name="雇用形態"),
        ),
        migrations.RunPython(migrations.RunPython.noop, remove_what_was_not_known_before),
        migrations.AddConstraint(
            "syncexception",
            models.UniqueConstraint(
                fields=["employee", "kind", "item"], name="integrations_syncexception_once_a_person"
            ),
        ),
        migrations.AddConstraint(
            "syncexception",
            models.UniqueConstraint(
                condition=~models.Q(email=""),
                fields=["kind", "email"],
                name="integrations_syncexception_once_a_mail",
            ),
        ),
        migrations.AddConstraint(
            "syncexception",
            models.UniqueConstraint(
                condition=~models.Q(employee_number=""),
                fields=["kind", "employee_number"],
                name="integrations_syncexception_once_a_number",
            ),
        ),
        migrations.AddConstraint(
            "syncexception",
            models.UniqueConstraint(
                condition=models.Q(kind="scope"),
                fields=["kind"],
                name="integrations_syncexception_one_scope",
            ),
        ),
        migrations.AddConstraint(
            "syncexception",
            models.CheckConstraint(
                condition=models.Q(kind="scope", employee=None, email="", employee_number="", item="")
                | models.Q(kind="excluded", employee__isnull=False, email="", employee_number="", item="")
                | (
                    models.Q(kind="excluded", employee=None, employee_number="", item="") & ~models.Q(email="")
                )
                | (
                    models.Q(kind="excluded", employee=None, email="", item="") & ~models.Q(employee_number="")
                )
                | (
                    models.Q(kind="pinned", employee__isnull=False, email="", employee_number="")
                    & ~models.Q(item="")
                )
                | models.Q(kind="not_sent", employee__isnull=False, email="", employee_number="", item=""),
                name="integrations_syncexception_says_about_whom",
            ),
        ),
    ]
