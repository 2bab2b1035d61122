"""The database notes that problems have changed, so that what was counted of them is known to be true still."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from integrations import problem_triggers


def put(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    problem_triggers.put(schema_editor.connection)
    problem_triggers.note_all(schema_editor.connection)


def forgo(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    problem_triggers.forgo(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0028_assignees'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProblemVersion',
            fields=[
                ('version', models.BigIntegerField(primary_key=True, serialize=False)),
                ('run', models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.RunPython(put, forgo),
    ]
