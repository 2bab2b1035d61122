"""The trigger by which the database itself keeps how a person was known before a change, by whatever door it comes.

Pages, imports, merging, commands and statements by hand write in different ways, most of them past Django's signals.
Used by migrations, once more by those that change a column (`accounts.rebuilt_tables`).
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.triggers import drop, make

PEOPLE, FORMER = "employees_employee", "employees_formeridentity"
COLUMNS = ("email", "employee_number", "last_name", "first_name", "last_name_kana", "first_name_kana")
NAMES = ", ".join(COLUMNS)
OLD = ", ".join(f"OLD.{column}" for column in COLUMNS)
# what was blank is no loss: an import that fills in 社員番号 leaves nothing
HAS_CHANGED = " OR ".join(f"(OLD.{column} <> '' AND OLD.{column} <> NEW.{column})" for column in COLUMNS)
IS_THE_SAME = " AND ".join(f"{column} = OLD.{column}" for column in COLUMNS)
TRIGGER = f"{PEOPLE}_remember"
NOW = {"postgresql": "clock_timestamp()", "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now')"}


def remember(connection: BaseDatabaseWrapper) -> None:
    """From now on each change of a person's known keys or names leaves a row, one an identity, with the last time."""
    body = (
        f"DELETE FROM {FORMER} WHERE employee_id = OLD.id AND {IS_THE_SAME};"  # noqa: S608 - names of our own models
        f" INSERT INTO {FORMER} (employee_id, {NAMES}, changed_at)"
        f" VALUES (OLD.id, {OLD}, {NOW[connection.vendor]});"
    )
    when = f"AFTER UPDATE OF {NAMES} ON {PEOPLE} FOR EACH ROW WHEN ({HAS_CHANGED})"
    make(connection, TRIGGER, when=when, body=body)


def forget(connection: BaseDatabaseWrapper) -> None:
    """Take the trigger away again: for the way back of the migration."""
    drop(connection, TRIGGER, PEOPLE)
