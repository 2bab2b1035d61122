"""The clock of the regular tasks. Each time that it has looked it signs a file, and now and then the database."""

import logging
import math
import time
from pathlib import Path

from celery.beat import PersistentScheduler
from django.db import Error as DatabaseTrouble
from django.db import connections

from accounts.causes import told_with_remedy
from integrations.jobs import signs

logger = logging.getLogger(__name__)

SIGN_EVERY = 20.0  # seconds between two signs in the database; a look leaves one in the file alone


class Scheduler(PersistentScheduler):
    """Celery's own. Of its loop, and not of a thread beside it, are the signs: one that hangs leaves none."""

    signed_at = -math.inf
    producer = None  # each message has a connection of its own: one kept since yesterday may lead to a former master

    def tick(self, *arguments: object, **options: object) -> float:
        pause: float = super().tick(*arguments, **options)
        self.leave_signs()
        return pause

    def leave_signs(self) -> None:
        sign_of(self.schedule_filename).touch()
        if time.monotonic() - self.signed_at < SIGN_EVERY:
            return
        try:
            signs.leave(signs.BEAT)
            self.signed_at = time.monotonic()
        except DatabaseTrouble as error:
            logger.warning("beat could not leave its sign (%s)", told_with_remedy(error))
        finally:
            connections.close_all()


def sign_of(schedule: str | Path) -> Path:
    """The file that a living beat touches at each look, beside the one with its schedule."""
    return Path(f"{schedule}.seen")
