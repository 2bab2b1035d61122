import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from accounts.rebuilt_tables import rebuilding


def adding(name: str, field: models.Field) -> list[Operation]:
    return rebuilding(
        migrations.AddField(model_name="syncjob", name=name, field=field),
        table="integrations_syncjob",
        put_triggers=lambda _connection: None,
    )


class Migration(migrations.Migration):
    """A run can take another one back."""

    dependencies = [("integrations", "0021_sync_exceptions")]

    operations = [
        *adding(
            "undoes",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="undoings",
                to="integrations.syncjob",
                verbose_name="元に戻す処理",
            ),
        ),
        *adding("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="元に戻した日時")),
        *adding(
            "undone_kind",
            models.CharField(blank=True, db_default="", default="", max_length=20, verbose_name="元に戻す処理の種類"),
        ),
        migrations.AlterField(
            model_name="syncchange",
            name="action",
            field=models.CharField(
                choices=[("create", "新規"), ("update", "更新"), ("delete", "削除")],
                max_length=10,
                verbose_name="操作",
            ),
        ),
        migrations.AlterField(
            model_name="syncjob",
            name="kind",
            field=models.CharField(
                choices=[
                    ("departments", "カオナビ部署情報取込"),
                    ("employees", "カオナビ社員情報取込"),
                    ("results", "カオナビ性格検査結果登録"),
                    ("departments_file", "部署CSV取込"),
                    ("employees_file", "社員CSV取込"),
                    ("assessments_file", "検査結果CSV取込"),
                    ("undo", "処理の取り消し"),
                ],
                max_length=20,
                verbose_name="実行内容",
            ),
        ),
    ]
