"""Triggers, put by migrations, by which the database itself refuses to change or delete the rows of a table."""

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "audit entries cannot be changed or deleted"
POSTGRESQL_TRIGGERS = {
    "unchangeable": "BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW",
    "unempty": "BEFORE TRUNCATE ON {0}",
}
SQLITE_TRIGGERS = {
    "unchangeable": "BEFORE UPDATE ON {0}",
    "undeletable": "BEFORE DELETE ON {0}",
    # INSERT OR REPLACE deletes the old row without asking the trigger above
    "irreplaceable": "BEFORE INSERT ON {0} WHEN EXISTS (SELECT 1 FROM {0} WHERE id = NEW.id)",
}


def protect(connection: BaseDatabaseWrapper, table: str) -> None:
    """From now on rows of the table stay as they were written."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for name, when in triggers_of(connection).items():
            body = (
                f"EXECUTE FUNCTION {table}_refuse()"
                if connection.vendor == "postgresql"
                else f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
            anew = "CREATE" if connection.vendor == "sqlite" else "CREATE OR REPLACE"
            cursor.execute(f"{anew} TRIGGER {table}_{name} {when.format(table)} {body}")


def release(connection: BaseDatabaseWrapper, table: str) -> None:
    """Take the protection away again: for the way back of the migration."""
    with connection.cursor() as cursor:
        for name in triggers_of(connection):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {table}_{name}{on}")
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION {table}_refuse()")


def triggers_of(connection: BaseDatabaseWrapper) -> dict[str, str]:
    return POSTGRESQL_TRIGGERS if connection.vendor == "postgresql" else SQLITE_TRIGGERS
