"""How people were known before a change, written by a trigger. What was changed before this is not known any more."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import employees.models
from employees import former_identities


def remember(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    former_identities.remember(schema_editor.connection)


def forget(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    former_identities.forget(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("employees", "0003_decisions_without_number")]

    operations = [
        migrations.CreateModel(
            name="FormerIdentity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", employees.models.MailField(max_length=254, verbose_name="メールアドレス")),
                ("employee_number", models.CharField(max_length=50, verbose_name="社員番号")),
                ("last_name", models.CharField(max_length=100, verbose_name="氏名（姓）")),
                ("first_name", models.CharField(max_length=100, verbose_name="氏名（名）")),
                ("last_name_kana", models.CharField(max_length=100, verbose_name="姓（カナ）")),
                ("first_name_kana", models.CharField(max_length=100, verbose_name="名（カナ）")),
                ("changed_at", models.DateTimeField(db_index=True, verbose_name="変更日時")),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_identities",
                        to="employees.employee",
                        verbose_name="社員",
                    ),
                ),
            ],
            options={
                "verbose_name": "変更前の氏名・番号・メールアドレス",
                "verbose_name_plural": "変更前の氏名・番号・メールアドレス",
            },
        ),
        migrations.RunPython(remember, forget),
    ]
