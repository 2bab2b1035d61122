"""Stops a process of the product at a chosen point until the test lets it go on, so that faults strike where they hurt.

A file `stop-POINT` in the folder FAULTS_FOLDER pulls the brake. Whoever is stopped there writes its process number to
`reached-POINT`.
"""

import os
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
    if not in_transaction and sql.startswith("SELECT") and 'FROM "employees_employee"' in sql:
        return "load"  # カオナビ has been read, nothing is planned or written
    return ""


def install() -> None:
    """Watch every statement of this process, where it is given a folder."""
    if "FAULTS_FOLDER" not in os.environ:
        return
    folder = Path(os.environ["FAULTS_FOLDER"])

    def hold(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 - Django's signature
        point = "" if many else point_of(sql, params, in_transaction=context["connection"].in_atomic_block)
        stop = folder / f"stop-{point}"
        if point and stop.exists():
            (folder / f"reached-{point}").write_text(str(os.getpid()))
            while stop.exists():
                time.sleep(0.01)
        return execute(sql, params, many, context)

    def watch(connection: BaseDatabaseWrapper, **_: Any) -> None:
        if hold not in connection.execute_wrappers:  # they outlive a connection, and each task opens one
            connection.execute_wrappers.append(hold)

    connection_created.connect(watch, weak=False, dispatch_uid="brake")
