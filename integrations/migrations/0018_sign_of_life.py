from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0017_default_of_outcome")]

    operations = [
        migrations.CreateModel(
            name="SignOfLife",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("seen_at", models.DateTimeField()),
            ],
        )
    ]
