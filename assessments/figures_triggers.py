"""The triggers of the table of results, put by migrations, by which figures know that results have changed.

Files, corrections, merging, deletions and statements by hand write in different ways. People: `employees.triggers`.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.triggers import drop, make
from assessments.latest_triggers import RESULTS
from employees.triggers import NOTE, VERSIONS

EVENTS = ("insert", "update", "delete")


def put(connection: BaseDatabaseWrapper) -> None:
    """From now on each change gives another version."""
    each = "FOR EACH ROW" if connection.vendor == "sqlite" else "FOR EACH STATEMENT"
    for event in EVENTS:
        when = f"AFTER {event} ON {RESULTS} {each}"
        make(connection, f"{VERSIONS}_results_{event}", when=when, body=NOTE[connection.vendor])


def forgo(connection: BaseDatabaseWrapper) -> None:
    """Stop it: for the way back of the migration."""
    for event in EVENTS:
        drop(connection, f"{VERSIONS}_results_{event}", RESULTS)
