"""The latest results of those who have some already. Apart from 0011, whose triggers lock the table of the results."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Max

from assessments import latest_triggers

BATCH = 5000  # people


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    last = apps.get_model("employees", "Employee").objects.aggregate(last=Max("pk"))["last"] or 0
    for first in range(1, last + 1, BATCH):
        latest_triggers.fill(schema_editor.connection, first=first, last=first + BATCH - 1)


class Migration(migrations.Migration):
    dependencies = [
        ('assessments', '0011_latest_results'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
