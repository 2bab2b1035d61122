"""A decision may be about a row without 社員番号. Going back, such decisions are forgotten: the question comes again."""

import django.db.models.functions.text
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NAME = "employees_identitydecision_names_a_row"


def forget(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    decisions = apps.get_model("employees", "IdentityDecision").objects.using(schema_editor.connection.alias)
    decisions.filter(employee_number="").delete()


class Migration(migrations.Migration):
    dependencies = [("employees", "0002_blank_mail")]

    operations = [
        migrations.RemoveConstraint(model_name="identitydecision", name=NAME),
        migrations.AddConstraint(
            model_name="identitydecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("email", django.db.models.functions.text.Lower(models.F("email"))),
                    models.Q(("email", ""), _negated=True),
                ),
                name=NAME,
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget),
    ]
