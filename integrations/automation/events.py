"""Events from カオナビ, taken in as they come: one short write each, whatever else holds the database.

On SQLite an import can have the one lock for seconds, and カオナビ waits ten. So an event that meets it is left as a
file beside the database, and brought in by the next look. Nothing that names somebody is in either.
"""

import re
import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils import timezone

from accounts.locks import impatient
from integrations.automation.secret import digest_of, looks_like_one
from integrations.models import Webhook

PATIENCE = 0.5  # seconds for a lock that another has
REFUSALS_EVERY = 60.0  # seconds between two writes of how many were refused
LEFT_FOLDER = "webhook-events"
LEFT_FILE = re.compile(r"(\d+\.\d+)-[0-9a-f]+")


def is_known(token: str) -> bool:
    """Whether the token is the secret of now. What does not look like one costs not even a look."""
    if not looks_like_one(token):
        return False
    kept = Webhook.objects.values_list("digest", flat=True).first()
    return kept is not None and secrets.compare_digest(kept, digest_of(token))


def take(now: datetime) -> None:
    """An event has come. Raises DatabaseError or OSError where that can be kept nowhere."""
    try:
        with impatient(PATIENCE):
            add(now, now, 1)
    except DatabaseError:
        if connection.vendor != "sqlite":
            raise
        leave(now)


def add(first: datetime, last: datetime, count: int) -> None:
    Webhook.objects.filter(pk=1).update(
        first_event_at=Least(Coalesce("first_event_at", first), first),
        last_event_at=Greatest(Coalesce("last_event_at", last), last),
        waiting=F("waiting") + count,
        received=F("received") + count,
    )


def folder() -> Path:
    return Path(connection.settings_dict["NAME"]).with_name(LEFT_FOLDER)


def leave(now: datetime) -> None:
    """As a file, empty and named by the moment."""
    folder().mkdir(mode=0o700, exist_ok=True)
    (folder() / f"{now.timestamp():.6f}-{secrets.token_hex(8)}").touch(mode=0o600, exist_ok=False)


def bring_in() -> None:
    """Write down what was left as files. One that is still there after a crash counts twice, but asks for nothing
    more.
    """
    if connection.vendor != "sqlite" or not folder().is_dir():
        return
    left = {path: found for path in folder().iterdir() if (found := LEFT_FILE.fullmatch(path.name))}
    if left:
        moments = [datetime.fromtimestamp(float(found[1]), UTC) for found in left.values()]
        add(min(moments), max(moments), len(left))
        for path in left:
            path.unlink(missing_ok=True)  # another may have been at it


class Refusals:
    """How many were refused, counted in this process: a flood of them costs the database one write a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.lock = threading.Lock()
        self.count, self.written_at = 0, clock()

    def add(self) -> None:
        with self.lock:
            self.count += 1
            if self.clock() - self.written_at < REFUSALS_EVERY:
                return
            count, self.count, self.written_at = self.count, 0, self.clock()
        try:
            with impatient(PATIENCE):
                Webhook.objects.filter(pk=1).update(refused=F("refused") + count, last_refused_at=timezone.now())
        except DatabaseError:
            with self.lock:
                self.count += count


refusals = Refusals()
