from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from accounts.rebuilt_tables import rebuilding


def name_those_that_wait(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Files that are still there tell what they are called."""
    jobs, files = (apps.get_model("integrations", name).objects for name in ("SyncJob", "SourceFile"))
    for job, name in files.values_list("job_id", "name"):
        jobs.filter(pk=job).update(file_name=name)


class Migration(migrations.Migration):
    """The name of a run's file stays when the file goes."""

    dependencies = [("integrations", "0019_open_problems")]

    operations = [
        *rebuilding(
            migrations.AddField(
                model_name="syncjob",
                name="file_name",
                field=models.CharField("ファイル名", blank=True, db_default="", default="", max_length=255),
            ),
            table="integrations_syncjob",
            put_triggers=lambda _connection: None,
        ),
        migrations.RunPython(name_those_that_wait, migrations.RunPython.noop),
    ]
