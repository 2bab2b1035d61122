"""Which of the types are stand-ins: the seven invented ones that nobody has renamed."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

INVENTED = {
    "supporter": "サポーター",
    "coordinator": "コーディネーター",
    "specialist": "スペシャリスト",
    "planner": "プランナー",
    "mentor": "メンター",
    "guardian": "ガーディアン",
    "craftsman": "クラフトマン",
}


def mark(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    types = apps.get_model("assessments", "PersonalityType").objects.using(schema_editor.connection.alias)
    for code, name in INVENTED.items():
        types.filter(code=code, name=name).update(is_stand_in=True)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0003_unknown_type")]

    operations = [
        migrations.AddField(
            model_name="personalitytype",
            name="is_stand_in",
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name="仮の名前"),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
