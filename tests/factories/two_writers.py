"""Two who write at once, each in a transaction of their own."""

import threading
from collections.abc import Callable
from typing import TypeVar

from django.db import connection, connections, transaction

Seen = TypeVar("Seen")


def write_at_once(one: Callable[[], object], other: Callable[[], object], look: Callable[[], Seen]) -> Seen:
    """What `look` sees after `one`, before the other begins amid that transaction: on PostgreSQL it need not wait.

    For a test that commits (`transaction=True`).
    """

    def meanwhile() -> None:
        other()
        connections.close_all()

    thread = threading.Thread(target=meanwhile)
    with transaction.atomic():
        one()
        seen = look()
        thread.start()
        thread.join(60 if connection.vendor == "postgresql" else 0.2)
        waits = thread.is_alive()
    thread.join()
    assert waits == (connection.vendor == "sqlite")  # where one writes at a time anyway
    return seen
