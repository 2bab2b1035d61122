"""0005 was changed after it was published: a database that it had made before lacks the default of its column."""

from django.db import migrations

from accounts.rebuilt_tables import mending_default


class Migration(migrations.Migration):
    dependencies = [("integrations", "0016_lines_of_issues")]

    operations = [mending_default("integrations", "RemoteCall", "outcome")]
