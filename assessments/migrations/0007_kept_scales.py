"""A scale that is not sent to カオナビ may also not be stored. All are, as until now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0006_protected_names")]

    operations = [
        migrations.AddField(
            model_name="scale",
            name="is_kept",
            field=models.BooleanField("偏差値を保存する", default=True, db_default=True, editable=False),
        ),
        migrations.AddConstraint(
            model_name="scale",
            constraint=models.CheckConstraint(
                condition=models.Q(is_kept=True) | models.Q(kaonavi_item="off"),
                name="assessments_scale_not_kept_is_not_sent",
            ),
        ),
    ]
