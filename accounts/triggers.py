"""How a trigger is made and taken away on each kind of database, by its name, which is that of its function too."""

from django.db.backends.base.base import BaseDatabaseWrapper


def make(connection: BaseDatabaseWrapper, name: str, *, when: str, body: str) -> None:
    """Make it, or make it anew. `when` says of which table, and `body` is statements, each with its semicolon."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN {body} RETURN NULL; END $$"
            )
            cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION {name}()")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(f"CREATE TRIGGER {name} {when} BEGIN {body} END")


def drop(connection: BaseDatabaseWrapper, name: str, table: str) -> None:
    """Take it away, for the way back of a migration."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER {name} ON {table}")
            cursor.execute(f"DROP FUNCTION {name}()")
        else:
            cursor.execute(f"DROP TRIGGER {name}")
