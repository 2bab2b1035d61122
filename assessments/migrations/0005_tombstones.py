"""What is deleted from now on leaves a tombstone. Of what was deleted before nothing is known."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from assessments import tombstones


def put(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    tombstones.put(schema_editor.connection)


def forgo(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    tombstones.forgo(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0004_stand_ins'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('public_id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('deleted_at', models.DateTimeField(editable=False, verbose_name='削除日時')),
            ],
            options={
                'verbose_name': '削除された検査結果',
                'verbose_name_plural': '削除された検査結果',
            },
        ),
        migrations.RunPython(put, forgo),
    ]
