"""The state file: read once, written soon after each change, replaced in one piece."""

import os
import threading
from pathlib import Path
from typing import Self

import msgspec

from .state import State
from .tenant import Tenant

SETTLE = 0.3
"""Seconds between a change and its saving, so that a burst of calls costs one write."""


def load_state(path: Path) -> State:
    """The state in the file. Raises OSError, or msgspec.DecodeError for a file that is none of ours."""
    return msgspec.json.decode(path.read_bytes(), type=State)


def save_state(path: Path, data: bytes) -> None:
    """Replace the file in one piece; only the owner may read it, for it holds the keys."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


class StateKeeper:
    """Context manager that keeps the file in step with the tenant while it runs, and saves a last time at the end."""

    def __init__(self, tenant: Tenant, path: Path) -> None:
        self.tenant = tenant
        self.path = path
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="state-keeper", daemon=True)

    def __enter__(self) -> Self:
        self.save()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self.tenant.changed.set()
        self._thread.join()
        self.save()

    def save(self) -> None:
        """Write the state as it is now."""
        with self.tenant.lock:
            self.tenant.changed.clear()
            data = msgspec.json.encode(self.tenant.state)
        save_state(self.path, data)

    def _keep(self) -> None:
        while not self._stopped.is_set():
            self.tenant.changed.wait()
            self._stopped.wait(SETTLE)
            if not self._stopped.is_set():
                self.save()
