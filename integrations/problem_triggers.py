"""The triggers by which the database itself notes that problems of a run, or what people said of any, have changed.

Runs, erasure, pages, commands, statements by hand and older versions write them in different ways. What is counted of
problems is known by these notes to be as it was (`screens.counted`). Nobody waits for a note: where two write problems
of one run at once, each leaves a row of its own, and whoever writes next leaves one for both.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.triggers import drop, make

ISSUES, SAID, VERSIONS = "integrations_syncissue", "integrations_problemnote", "integrations_problemversion"
NOTES = 0  # no run has this number
# no number comes twice, also where a copy of the database is put back
ANOTHER = {"sqlite": "random()", "postgresql": "(random() * 9e18)::bigint"}
EVENTS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}
ONE = f"DELETE FROM {VERSIONS} WHERE run = {{run}}; INSERT INTO {VERSIONS} (run, version) VALUES ({{run}}, {ANOTHER['sqlite']});"  # noqa: S608 - our own names
SOME = f"""
    DELETE FROM {VERSIONS} WHERE version IN
        (SELECT version FROM {VERSIONS} WHERE run IN ({{runs}}) FOR UPDATE SKIP LOCKED);
    INSERT INTO {VERSIONS} (run, version) SELECT run, {ANOTHER["postgresql"]} FROM ({{runs}}) AS changed;
"""  # noqa: S608 - our own names


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
    runs, number = f"SELECT job_id AS run FROM {ISSUES} UNION SELECT {NOTES}", ANOTHER[connection.vendor]  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {VERSIONS} (run, version) SELECT run, {number} FROM ({runs}) AS told")  # noqa: S608 - our own names


def triggers(vendor: str) -> Iterator[tuple[str, str, str, str]]:
    """Name, table, when it fires, what it does then: once for a statement on PostgreSQL, for each row on SQLite."""
    for table, run in ((ISSUES, "job_id"), (SAID, "")):
        for event, rows in EVENTS.items():
            if vendor == "postgresql":
                each = f"REFERENCING {' '.join(f'{row} TABLE AS {row}_rows' for row in rows)} FOR EACH STATEMENT"
                told = " UNION ".join(f"SELECT DISTINCT {run or NOTES} AS run FROM {row}_rows" for row in rows)  # noqa: S608 - our own names
                body = SOME.format(runs=told)
            else:
                each = "FOR EACH ROW"
                body = "".join(ONE.format(run=f"{row}.{run}" if run else NOTES) for row in rows)
            name = f"{VERSIONS}_{table.rpartition('_')[2]}_{event}"
            yield name, table, f"AFTER {event.upper()} ON {table} {each}", body
