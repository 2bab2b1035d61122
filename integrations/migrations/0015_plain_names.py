from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("integrations", "0014_whom_uploads_sent")]

    operations = [
        migrations.RenameModel("Tally", "MetricSum"),
        migrations.RenameModel("WorkerPulse", "WorkerHeartbeat"),
    ]
