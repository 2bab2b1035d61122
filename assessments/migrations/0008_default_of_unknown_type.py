"""0003 was changed after it was published: a database that it had made before lacks the default of its column."""

from django.db import migrations

from accounts.rebuilt_tables import mending_default, rebuilding
from assessments import tombstones


class Migration(migrations.Migration):
    dependencies = [("assessments", "0007_kept_scales")]

    operations = rebuilding(
        mending_default("assessments", "Assessment", "unknown_type"),
        table="assessments_assessment",
        put_triggers=tombstones.put,
    )
