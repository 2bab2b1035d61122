"""Looks after the unfinished job from every worker and from beat: finds dead workers, sends lost messages again.

A run is dead when its heartbeat stands still for 45 s of this observer's own monotonic clock; wall clocks may jump.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from celery.signals import beat_init, worker_ready, worker_shutting_down
from django.db import DatabaseError, connections

from integrations import presence, runner, tasks
from integrations.lease import worker_name
from integrations.models import SyncJob

logger = logging.getLogger(__name__)

DEAD_AFTER = 45.0  # seconds without a heartbeat
LOST_AFTER = 10.0  # seconds that a message may be late
LOOK_EVERY = 3.0  # seconds
HAND_BACK_AFTER = 4.0  # seconds; less than the soft shutdown, which is less than the 8 s that a supervisor may wait


class Watch:
    """One observer. Each `look` compares the unfinished job with what it was at the last look."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.mark: tuple[Any, ...] = ()
        self.since = 0.0

    def look(self) -> None:
        """Free the job if its worker is dead; send its message again if nobody came for it."""
        job = SyncJob.objects.unfinished().first()
        mark = (job.pk, job.lease, job.worker, job.heartbeat_at) if job else ()
        if job is None or mark != self.mark:
            self.mark, self.since = mark, self.clock()
            return
        still_for = self.clock() - self.since
        if job.worker and still_for >= DEAD_AFTER:
            logger.warning("job %s: no sign of life from %s, taking it over", job.pk, job.worker)
            if step := runner.take_over(job.pk, job.lease):
                tasks.wake(job.pk, step.number)
        elif not job.worker and still_for >= job.wake_in + LOST_AFTER:
            self.since = self.clock() - job.wake_in
            tasks.wake(job.pk, job.lease)

    def run(self, before: Callable[[], None] = lambda: None) -> None:
        """Look again and again, as long as the process lives. A database that is away for a while is waited out."""
        while True:
            try:
                before()
                self.look()
            except DatabaseError:
                logger.warning("the watch could not use the database, trying again")
            finally:
                connections.close_all()
            time.sleep(LOOK_EVERY)


def start_watching(**_: object) -> None:
    """A watch in beat: it finds dead workers also where no worker is left."""
    threading.Thread(target=Watch().run, name="job-watch", daemon=True).start()


def start_working(**_: object) -> None:
    """A watch in a worker, which says besides that the worker is there."""
    announce = partial(presence.announce, worker_name(os.getpid()))
    threading.Thread(target=Watch().run, args=(announce,), name="job-watch", daemon=True).start()


def hand_back(worker: str, patience: float = HAND_BACK_AFTER) -> None:
    """This worker is leaving: let its step end by itself for a moment, then hand it back before the pool is stopped."""
    deadline = time.monotonic() + patience
    ours = SyncJob.objects.filter(status=SyncJob.Status.RUNNING, worker=worker)
    try:
        presence.leave(worker)
        while ours.exists() and time.monotonic() < deadline:
            time.sleep(0.2)
        for job in ours:
            if step := runner.take_over(job.pk, job.lease, died=False):
                tasks.wake(job.pk, step.number)
    except DatabaseError:
        logger.warning("could not hand the running job back; another worker will find it")
    finally:
        connections.close_all()


def start_handing_back(**_: object) -> None:
    """Beside the soft shutdown, which blocks the main thread while it waits for the pool."""
    threading.Thread(target=hand_back, args=(worker_name(os.getpid()),), name="hand-back", daemon=True).start()


worker_ready.connect(start_working)
beat_init.connect(start_watching)
worker_shutting_down.connect(start_handing_back)
