"""The database notes changes of what figures read of people, so that what was counted is known to be true still."""

import secrets

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from employees import triggers


def put(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.note_changes(schema_editor.connection)
    apps.get_model("employees", "FiguresVersion").objects.create(version=secrets.randbits(62))


def forgo(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    triggers.note_no_changes(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('employees', '0007_who_is_kept_no_longer'),
    ]

    operations = [
        migrations.CreateModel(
            name='FiguresVersion',
            fields=[
                ('version', models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.RunPython(put, forgo),
    ]
