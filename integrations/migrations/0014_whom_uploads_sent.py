from itertools import groupby

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SHEETS = ["latest_sheet", "all_sheet"]


def tell_from_changes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Of earlier uploads the changes tell who was sent something: the run's first call on the sheet has them all."""
    chunks = apps.get_model("integrations", "UploadChunk").objects.filter(sent_at__isnull=False)
    first: dict[tuple[int, str], int] = {}
    for pk, job, sheet in chunks.order_by("-pk").values_list("pk", "job_id", "sheet").iterator():
        first[job, sheet] = pk
    changes = apps.get_model("integrations", "SyncChange").objects.filter(what__in=SHEETS, object_id__isnull=False)
    rows = changes.order_by("job_id", "what").values_list("job_id", "what", "object_id").iterator()
    for key, group in groupby(rows, key=lambda row: row[:2]):
        if key in first:
            people = {str(person): True for *_, person in group}
            chunks.model.objects.filter(pk=first[key]).update(sent_people=people)


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0013_issues_left_out"),
    ]

    operations = [
        migrations.AddField(
            model_name="uploadchunk",
            name="sent_people",
            field=models.JSONField(
                db_default={},
                default=dict,
                help_text=(
                    "number of the employee's row → true, of everybody in the call; stays as long as the run, for 本人開示"
                ),
            ),
        ),
        migrations.RunPython(tell_from_changes, migrations.RunPython.noop, elidable=True),
    ]
