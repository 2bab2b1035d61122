from collections.abc import Iterator
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

AT_ONCE = 300  # rows: SQLite takes at most 999 values in a statement
ENDS = ["succeeded", "partial", "failed", "cancelled", "interrupted"]


def forget_whom(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Of uploads that have ended nobody needs to know any more to whom they sent."""
    chunks = apps.get_model("integrations", "UploadChunk").objects.filter(job__status__in=ENDS).exclude(codes={})
    for batch in batched(chunks.order_by("pk").only("codes")):
        for chunk in batch:
            chunk.people, chunk.codes = len(chunk.codes), {}
        chunks.model.objects.bulk_update(batch, ["people", "codes"])
    jobs = apps.get_model("integrations", "SyncJob").objects.filter(status__in=ENDS, state__has_key="run")
    for batch in batched(jobs.order_by("pk").only("state")):
        for job in batch:
            del job.state["run"]
        jobs.model.objects.bulk_update(batch, ["state"])


def batched(rows: Any) -> Iterator[list[Any]]:
    """The rows, a statement's worth at a time; each is changed so that it is not found again."""
    while batch := list(rows[:AT_ONCE]):
        yield batch


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0011_person_exceptions"),
    ]

    operations = [
        migrations.AddField(
            model_name="uploadchunk",
            name="people",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="how many there were, once `codes` is empty"
            ),
        ),
        migrations.AlterField(
            model_name="uploadchunk",
            name="codes",
            field=models.JSONField(
                default=dict,
                help_text="社員番号 → whether no sheet showed a result of ours before; emptied when the run ends",
            ),
        ),
        migrations.RunPython(forget_whom, migrations.RunPython.noop, elidable=True),
    ]
