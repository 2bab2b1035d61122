"""The product's settings, with each statement told to the file that TOLD_STATEMENTS names: when, by whom, what."""

import os
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from mikiwame_kaonavi import settings
from mikiwame_kaonavi.settings import *  # noqa: F403 - the product's own, all of them

# what comes at a minute of its own, such as the errands of the night, comes to a test at some hours and not at others
CELERY_BEAT_SCHEDULE = {
    name: entry for name, entry in settings.CELERY_BEAT_SCHEDULE.items() if isinstance(entry["schedule"], float)
}


def tell(execute: Callable[..., Any], sql: str, *others: Any) -> Any:
    with Path(os.environ["TOLD_STATEMENTS"]).open("a") as file:
        file.write(f"{monotonic()}\t{os.getpid()}\t{sql!r}\n")
    return execute(sql, *others)


def listen(connection: BaseDatabaseWrapper, **_: object) -> None:
    if tell not in connection.execute_wrappers:  # it stays over a new connection
        connection.execute_wrappers.append(tell)


connection_created.connect(listen)
