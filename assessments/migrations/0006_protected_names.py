"""The names of protected scales stay reserved: those that they have now, and those that they were delivered with."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MENTAL_HEALTH = "現在のメンタルヘルス"
DELIVERED = ("充実感", "安心感", "やる気")


def reserve(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    scales = apps.get_model("assessments", "Scale").objects.filter(category=MENTAL_HEALTH)
    names = dict.fromkeys(DELIVERED)
    for name, aliases in scales.values_list("name", "aliases"):
        texts = aliases if isinstance(aliases, list) else []
        names |= dict.fromkeys([name, *(text for text in texts if isinstance(text, str))])
    row = apps.get_model("assessments", "ProtectedName")
    row.objects.bulk_create([row(name=name) for name in names], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0005_tombstones")]

    operations = [
        migrations.CreateModel(
            name="ProtectedName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField(editable=False, unique=True, verbose_name="名前")),
            ],
            options={"verbose_name": "予約された尺度名", "verbose_name_plural": "予約された尺度名"},
        ),
        migrations.RunPython(reserve, migrations.RunPython.noop),
    ]
