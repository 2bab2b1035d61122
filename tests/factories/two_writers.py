"""Two who write at once, each in a transaction of their own."""

import threading
from collections.abc import Callable
from typing import TypeVar

from django.db import connection, connections, transaction

Seen = TypeVar("Seen")


def write_at_once(
    one: Callable[[], object], other: Callable[[], object], look: Callable[[], Seen], *, on_one_row: bool = False
) -> Seen:
    """What `look` sees after `one`, before the other begins amid that transaction: on PostgreSQL it need not wait,
    unless both write the same row.

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
        must_wait = on_one_row or connection.vendor == "sqlite"  # where one writes at a time anyway
        thread.join(0.2 if must_wait else 60)
        waits = thread.is_alive()
    thread.join()
    assert waits == must_wait
    return seen
