"""Stops a process of the product at a chosen point until the test lets it go on, so that faults strike where they hurt.

A file `stop-POINT` in the folder FAULTS_FOLDER pulls the brake. Whoever is stopped there writes its process number to
`reached-POINT`.
"""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

ENDS = {"succeeded", "partial"}


def point_of(sql: str, params: Any, *, in_transaction: bool) -> str:
    """The name of the point at which this statement stands, or ""."""
    if in_transaction and sql.startswith('UPDATE "integrations_syncjob"') and ENDS & set(map(str, params or ())):
        return "commit"  # the run's last statement: all rows are written, none is committed
    is_of_rows = sql.startswith("SELECT") and not sql.startswith("SELECT COUNT")  # search keys only count them
    if not in_transaction and is_of_rows and 'FROM "employees_employee"' in sql:
        return "load"  # カオナビ has been read, nothing is planned or written
    return ""


class Sending:
    """The points on the way of an update: it is noted as being sent, and then the run was found to be this worker's."""

    def __init__(self) -> None:
        self.is_noted = False

    def before(self, sql: str, params: Any, *, in_transaction: bool) -> str:
        """The name of the point at which this statement stands, or ""."""
        if in_transaction and sql.startswith('UPDATE "integrations_uploadchunk"'):
            self.is_noted = "sending" in map(str, params or ())
        return "noted" if self.is_noted and not in_transaction else ""

    def after(self, sql: str, *, in_transaction: bool) -> str:
        """The same for when this statement has been carried out."""
        asked = ' AS "a" FROM "integrations_syncjob"' in sql  # how Django asks whether there is such a row
        return "permitted" if self.is_noted and asked and not in_transaction else ""


def stand_at(point: str, folder: Path) -> None:
    """Stop here while the brake of this point is pulled."""
    stop = folder / f"stop-{point}"
    if point and stop.exists():
        (folder / f"reached-{point}").write_text(str(os.getpid()))
        while stop.exists():
            time.sleep(0.01)


def install() -> None:
    """Watch every statement of this process, where it is given a folder."""
    if "FAULTS_FOLDER" not in os.environ:
        return
    folder = Path(os.environ["FAULTS_FOLDER"])
    sending = Sending()

    def hold(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - Django's signature
        in_transaction = context["connection"].in_atomic_block
        if many or threading.current_thread() is not threading.main_thread():  # the heartbeat goes on
            return execute(sql, params, many, context)
        stand_at(point_of(sql, params, in_transaction=in_transaction), folder)
        stand_at(sending.before(sql, params, in_transaction=in_transaction), folder)
        result = execute(sql, params, many, context)
        stand_at(sending.after(sql, in_transaction=in_transaction), folder)
        return result

    def watch(connection: BaseDatabaseWrapper, **_: Any) -> None:
        if hold not in connection.execute_wrappers:  # they outlive a connection, and each task opens one
            connection.execute_wrappers.append(hold)

    connection_created.connect(watch, weak=False, dispatch_uid="brake")
