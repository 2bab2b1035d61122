"""Looks after the unfinished job from every worker and from beat: finds dead workers, sends lost messages again.

A run is dead when its heartbeat stands still for 45 s of this observer's own monotonic clock; wall clocks may jump.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from celery.signals import beat_init, worker_ready, worker_shutting_down
from django.db import DatabaseError, connections

from integrations import runner, tasks
from integrations.lease import worker_name
from integrations.models import SyncJob

logger = logging.getLogger(__name__)

DEAD_AFTER = 45.0  # seconds without a heartbeat
LOST_AFTER = 10.0  # seconds that a message may be late
LOOK_EVERY = 3.0  # seconds


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

    def run(self, stopped: threading.Event) -> None:
        """Look again and again until stopped. A database or broker that is away for a while is waited out."""
        while not stopped.wait(LOOK_EVERY):
            try:
                self.look()
            except DatabaseError:
                logger.warning("the watch could not read the database, trying again")
            finally:
                connections.close_all()


def start_watching(**_: object) -> None:
    """A watch of this process, for as long as it lives."""
    threading.Thread(target=Watch().run, args=(threading.Event(),), name="job-watch", daemon=True).start()


def give_up(**_: object) -> None:
    """This worker is shutting down: hand its unfinished step back before the pool is stopped."""
    try:
        for job in SyncJob.objects.filter(status=SyncJob.Status.RUNNING, worker=worker_name(os.getpid())):
            runner.take_over(job.pk, job.lease, died=False)
    except DatabaseError:
        logger.warning("could not hand the running job back; another worker will find it")
    finally:
        connections.close_all()


worker_ready.connect(start_watching)
beat_init.connect(start_watching)
worker_shutting_down.connect(give_up)
