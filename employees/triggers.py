"""The triggers of the table of people, by which the database itself keeps what follows from a change, whoever makes it.

Pages, imports, merging, commands, statements by hand and older versions write in different ways, most of them past
Django's signals. Used by migrations, once more by those that change a column (`accounts.rebuilt_tables`).
"""

from collections.abc import Mapping

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.triggers import drop, make
from employees import former_identities

PEOPLE, KEYS, VERSIONS = "employees_employee", "employees_searchkey", "employees_figuresversion"
COLUMNS = ("last_name", "first_name", "last_name_kana", "first_name_kana", "email", "employee_number")
HAS_CHANGED = " OR ".join(f"OLD.{column} <> NEW.{column}" for column in COLUMNS)
EMPTY = (
    f"INSERT INTO {KEYS} (employee_id, key) {{whose}} ON CONFLICT (employee_id) DO UPDATE SET key = '', rules = NULL;"
)


# what figures read of a person; who is added has no result yet, and the results of who is deleted go before
FIGURES = ("department_id", "is_retired", "position", "employment_type", "gender", "hire_date")
# no number comes twice, also where a copy of the database is put back; nobody waits for somebody else's note
NOTE = {
    "sqlite": f"DELETE FROM {VERSIONS}; INSERT INTO {VERSIONS} (version) VALUES (random());",  # noqa: S608 - ours
    "postgresql": f"""
        DELETE FROM {VERSIONS} WHERE version IN (SELECT version FROM {VERSIONS} FOR UPDATE SKIP LOCKED);
        INSERT INTO {VERSIONS} (version) VALUES ((random() * 9e18)::bigint);
    """,  # noqa: S608 - our own names
}


def put(connection: BaseDatabaseWrapper) -> None:
    """All of them."""
    former_identities.remember(connection)
    keep_keys(connection)
    note_changes(connection)


def keep_keys(connection: BaseDatabaseWrapper) -> None:
    """From now on whoever is added or changed has a key to be made, and whoever is deleted none.

    SQLite would take a tenth longer for an import with a trigger for each row: there, whoever is added has none at all.
    """
    for event, (when, body) in events(connection.vendor).items():
        make(connection, f"{KEYS}_{event}", when=when, body=body)


def events(vendor: str) -> Mapping[str, tuple[str, str]]:
    """By its name, when a trigger fires and what it does then."""
    one, some = (EMPTY.format(whose=whose) for whose in ("VALUES (NEW.id, '')", "SELECT id, '' FROM added"))
    at_once = f"AFTER INSERT ON {PEOPLE} REFERENCING NEW TABLE AS added FOR EACH STATEMENT"
    return ({"add": (at_once, some)} if vendor == "postgresql" else {}) | {
        "change": (f"AFTER UPDATE OF {', '.join(COLUMNS)} ON {PEOPLE} FOR EACH ROW WHEN ({HAS_CHANGED})", one),
        "remove": (f"AFTER DELETE ON {PEOPLE} FOR EACH ROW", f"DELETE FROM {KEYS} WHERE employee_id = OLD.id;"),  # noqa: S608 - names of our own models
    }


def keep_no_keys(connection: BaseDatabaseWrapper) -> None:
    """Take them away again: for the way back of the migration."""
    for event in events(connection.vendor):
        drop(connection, f"{KEYS}_{event}", PEOPLE)


def make_rows(connection: BaseDatabaseWrapper) -> None:
    """Of everybody who has none: to be made."""
    without = f"SELECT id, '' FROM {PEOPLE} WHERE id NOT IN (SELECT employee_id FROM {KEYS})"  # noqa: S608 - names of our own models
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {KEYS} (employee_id, key) {without} ON CONFLICT (employee_id) DO NOTHING")


def note_changes(connection: BaseDatabaseWrapper) -> None:
    """From now on what figures read of people gets another version with each change (`FiguresVersion`)."""
    are_others = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in FIGURES)
    each = f"FOR EACH ROW WHEN ({are_others})" if connection.vendor == "sqlite" else "FOR EACH STATEMENT"
    when = f"AFTER UPDATE OF {', '.join(FIGURES)} ON {PEOPLE} {each}"
    make(connection, f"{VERSIONS}_people", when=when, body=NOTE[connection.vendor])


def note_no_changes(connection: BaseDatabaseWrapper) -> None:
    """Take it away again: for the way back of the migration."""
    drop(connection, f"{VERSIONS}_people", PEOPLE)
