"""What SQLite loses where Django builds a table anew, as it does for a new column, is kept by migrations that say so.

It loses triggers, and which numbers were given: somebody new would get a deleted person's, with their past.
"""

from collections.abc import Callable

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation


def rebuilding(
    operation: Operation, *, table: str, put_triggers: Callable[[BaseDatabaseWrapper], None]
) -> list[Operation]:
    """The operations that change a column of such a table, there and back; `put_triggers` makes its triggers."""
    given: list[int] = []

    def note(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            with editor.connection.cursor() as cursor:
                cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
                given[:] = cursor.fetchone()

    def put_back(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            with editor.connection.cursor() as cursor:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, *given])
        put_triggers(editor.connection)

    return [migrations.RunPython(note, put_back), operation, migrations.RunPython(put_back, note)]


def mending_default(app: str, model: str, field: str) -> migrations.RunPython:
    """Gives a column the default in the database that its migration gave it only later, where it still lacks it."""

    def mend(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        table = apps.get_model(app, model)
        column = table._meta.get_field(field)
        with editor.connection.cursor() as cursor:
            found = editor.connection.introspection.get_table_description(cursor, table._meta.db_table)
        if next(each.default for each in found if each.name == column.column) is None:
            before = column.clone()
            before.db_default = models.NOT_PROVIDED
            before.set_attributes_from_name(field)
            before.model = table
            editor.alter_field(table, before, column)

    return migrations.RunPython(mend, migrations.RunPython.noop)
