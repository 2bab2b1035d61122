"""Memory of a run that holds a whole company at once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the cyclic garbage collector from walking over millions of live objects, again and again, for nothing.

    What a run makes is freed by its reference counts. Paused inside a pause, it comes back with the outer one.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
