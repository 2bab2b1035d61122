"""What the search of people compares, stored. The keys themselves are made afterwards, a few at a time."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from employees import triggers


def keep(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.keep_keys(schema_editor.connection)
    triggers.make_rows(schema_editor.connection)


def keep_none(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.keep_no_keys(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("employees", "0005_kana_or_none")]

    operations = [
        migrations.CreateModel(
            name="SearchKey",
            fields=[
                (
                    "employee",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="employees.employee",
                    ),
                ),
                ("key", models.TextField(blank=True, verbose_name="検索用の文字列")),
                ("rules", models.IntegerField(null=True, verbose_name="検索の規則")),
            ],
            options={"verbose_name": "検索用の文字列", "verbose_name_plural": "検索用の文字列"},
        ),
        migrations.RunPython(keep, keep_none),
    ]
