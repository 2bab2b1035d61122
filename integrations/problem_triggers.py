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
NOT_IN_OTHERS_HANDS = {"sqlite": "", "postgresql": " FOR UPDATE SKIP LOCKED"}
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
        for statement in note(f"SELECT job_id AS run FROM {ISSUES} UNION SELECT {NOTES}", connection.vendor):  # noqa: S608 - our own names
            cursor.execute(statement)


def triggers(vendor: str) -> Iterator[tuple[str, str, str, str]]:
    """Name, table, when it fires, what it does then: once for a statement on PostgreSQL, for each row on SQLite."""
    for table, run in ((ISSUES, "job_id"), (SAID, "")):
        for event, rows in EVENTS.items():
            name = f"{VERSIONS}_{table.rpartition('_')[2]}_{event}"
            if vendor == "postgresql":
                each = f"REFERENCING {' '.join(f'{row} TABLE AS {row}_rows' for row in rows)} FOR EACH STATEMENT"
                of = [f"SELECT {run or NOTES} AS run FROM {row}_rows" for row in rows]  # noqa: S608 - our own names
            else:
                each = "FOR EACH ROW"
                of = [f"SELECT {f'{row}.{run}' if run else NOTES} AS run" for row in rows]
            runs = f"SELECT DISTINCT run FROM ({' UNION ALL '.join(of)}) AS touched"  # noqa: S608 - our own names
            body = "".join(f"{statement};" for statement in note(runs, vendor))
            yield name, table, f"AFTER {event.upper()} ON {table} {each}", body


def note(runs: str, vendor: str) -> tuple[str, str]:
    """The statements that give each of the runs another number in place of those that it had."""
    before = f"SELECT version FROM {VERSIONS} WHERE run IN ({runs}){NOT_IN_OTHERS_HANDS[vendor]}"  # noqa: S608 - our own names
    return (
        f"DELETE FROM {VERSIONS} WHERE version IN ({before})",  # noqa: S608 - our own names
        f"INSERT INTO {VERSIONS} (run, version) SELECT run, {ANOTHER[vendor]} FROM ({runs}) AS changed",  # noqa: S608 - our own names
    )
