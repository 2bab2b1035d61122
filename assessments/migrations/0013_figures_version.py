"""A change of results is noted, too, for what figures have counted (`employees.FiguresVersion`)."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from assessments import figures_triggers


def put(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    figures_triggers.put(schema_editor.connection)


def forgo(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    figures_triggers.forgo(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0012_latest_results_until_now'),
        ('employees', '0008_figures_version'),
    ]

    operations = [
        migrations.RunPython(put, forgo),
    ]
