from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ENDS = ["succeeded", "partial", "failed", "cancelled", "interrupted"]


def forget_whom(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Of uploads that have ended nobody needs to know any more to whom they sent."""
    chunks = apps.get_model("integrations", "UploadChunk").objects.filter(job__status__in=ENDS).exclude(codes={})
    for pk, codes in chunks.order_by().values_list("pk", "codes").iterator():
        chunks.model.objects.filter(pk=pk).update(people=len(codes), codes={})
    jobs = apps.get_model("integrations", "SyncJob").objects.filter(status__in=ENDS, state__has_key="run")
    for pk, state in jobs.order_by().values_list("pk", "state").iterator():
        jobs.model.objects.filter(pk=pk).update(state={key: kept for key, kept in state.items() if key != "run"})


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
