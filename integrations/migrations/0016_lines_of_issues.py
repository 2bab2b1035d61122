from django.db import migrations, models


class Migration(migrations.Migration):
    """A new problem of a file has its line in a column; those that are there have it before their sentence."""

    dependencies = [("integrations", "0015_plain_names")]

    operations = [
        migrations.AddField(
            model_name="syncissue",
            name="line",
            field=models.PositiveIntegerField("ファイルの行", blank=True, null=True),
        )
    ]
