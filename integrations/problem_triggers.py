"""The triggers by which the database itself notes that problems of a run, or what people said of any, have changed.

Runs, erasure, pages, commands, statements by hand and older versions write them in different ways. What is counted of
problems is known by these notes to be as it was (`screens.counted`).
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.triggers import drop, make

ISSUES, SAID, VERSIONS = "integrations_syncissue", "integrations_problemnote", "integrations_problemversion"
NOTES = 0  # no run has this number
# no number comes twice, also where a copy of the database is put back
ANOTHER = {"sqlite": "random()", "postgresql": "(random() * 9e18)::bigint"}
EVENTS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


def put(connection: BaseDatabaseWrapper) -> None:
    """From now on each change is noted."""
    for name, _, when, body in triggers(connection.vendor):
        make(connection, name, when=when, body=body)


def forgo(connection: BaseDatabaseWrapper) -> None:
    """Take them away again: for the way back of the migration."""
    for name, table, _, _ in triggers(connection.vendor):
        drop(connection, name, table)


def note_all(connection: BaseDatabaseWrapper) -> None:
    """Of each run that has told problems, and of what was said: for those that were there before the triggers."""
    with connection.cursor() as cursor:
        cursor.execute(note(f"SELECT job_id AS run FROM {ISSUES} UNION SELECT {NOTES}", connection.vendor))  # noqa: S608 - our own names


def triggers(vendor: str) -> Iterator[tuple[str, str, str, str]]:
    """Name, table, when it fires, what it does then."""
    for table, run in ((ISSUES, "job_id"), (SAID, "")):
        for event, rows in EVENTS.items():
            if vendor == "postgresql":
                of = " UNION ".join(f"SELECT DISTINCT {run} AS run FROM {row}_rows" for row in rows)  # noqa: S608
                seen = " ".join(f"{row} TABLE AS {row}_rows" for row in rows)
                each = f"REFERENCING {seen} FOR EACH STATEMENT" if run else "FOR EACH STATEMENT"
            else:
                of = " UNION ".join(f"SELECT {row}.{run} AS run" for row in rows)
                each = "FOR EACH ROW"
            name = f"{VERSIONS}_{table.rpartition('_')[2]}_{event}"
            body = f"{note(of if run else f'SELECT {NOTES} AS run', vendor)};"
            yield name, table, f"AFTER {event.upper()} ON {table} {each}", body


def note(runs: str, vendor: str) -> str:
    """The statement that gives each of the runs another number; always in the same order, so that none waits crosswise."""
    return (
        f"INSERT INTO {VERSIONS} (run, version) SELECT run, {ANOTHER[vendor]} FROM ({runs}) AS changed WHERE true"  # noqa: S608 - our own names
        " ORDER BY run ON CONFLICT (run) DO UPDATE SET version = excluded.version"
    )
