"""The database notes which result of each person is the latest; 0012 does so for those that are there."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from assessments import latest_triggers


def put(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    latest_triggers.put(schema_editor.connection)


def forgo(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    latest_triggers.forgo(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0010_by_person_and_day'),
        ('employees', '0005_kana_or_none'),
    ]

    operations = [
        migrations.CreateModel(
            name='LatestResult',
            fields=[
                ('employee', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='latest_result', serialize=False, to='employees.employee', verbose_name='社員')),
                ('packed', models.TextField(editable=False, verbose_name='偏差値')),
                ('result', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='assessments.assessment', verbose_name='検査結果')),
            ],
            options={
                'verbose_name': '最新の検査結果',
                'verbose_name_plural': '最新の検査結果',
            },
        ),
        migrations.RunPython(put, forgo),
    ]
