"""The two groups that the rights are given by."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NAMES = ("管理者", "閲覧者")


def create_groups(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name in NAMES:
        apps.get_model("auth", "Group").objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("auth", "0012_alter_user_first_name_max_length")]
    # going back leaves the groups: people may be in them
    operations = [migrations.RunPython(create_groups, migrations.RunPython.noop)]
