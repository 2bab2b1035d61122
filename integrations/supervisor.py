"""Looks after the unfinished job from every worker and from beat: finds dead workers, sends lost messages again.

A run is dead when its heartbeat stands still for 45 s of this observer's own monotonic clock; wall clocks may jump.
While nothing runs, observers take turns: each would find the same nothing.
"""

import atexit
import logging
import math
import os
import threading
import time
from collections.abc import Callable
from functools import partial

from celery.signals import beat_init, worker_init, worker_ready
from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import connections

from accounts import owner_address
from accounts.causes import told, told_with_remedy
from integrations import tasks
from integrations.jobs import runner, turns, workers
from integrations.jobs.ending import end_abandoned
from integrations.jobs.lease import is_outlived, sign_of_life, worker_name
from integrations.models import SyncJob
from integrations.operations import keyring
from integrations.reasons import Reason

logger = logging.getLogger(__name__)

LAST_PATIENCE = 1.0  # seconds
TOLD_EVERY = 60.0  # seconds

looking = threading.Lock()


class Supervisor:
    """One observer. Each `look` compares the unfinished job with what it was at the last look.

    One that `sends` also repeats the message of a job for which nobody came. Only workers do: where none is left,
    messages would pile up, and the first worker to come sends one itself.
    """

    def __init__(self, *, sends: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self.sends = sends
        self.clock = clock
        self.mark: tuple[object, ...] = ()
        self.still_for = 0.0
        self.is_outlived = False
        self.looked_at = clock()
        self.told, self.told_at = "", 0.0
        self.announced_at = -math.inf

    def look(self) -> None:
        """Free the job if its worker is dead; send its message again if nobody came for it."""
        job = SyncJob.objects.unfinished().first()
        now = self.clock()
        # After a longer gap this process, or the database, was away, and the worker perhaps too: that does not count.
        passed = min(now - self.looked_at, 2 * settings.JOB_LOOK_EVERY)
        self.looked_at = now
        mark = sign_of_life(job) if job else ()
        if job is None or mark != self.mark:
            self.mark, self.still_for = mark, 0.0
            # at first sight: later this wall clock may jump, and it would be the run that seems to be of the past
            self.is_outlived = job is not None and is_outlived(job)
            return
        self.still_for += passed
        if self.is_outlived and self.still_for >= settings.JOB_DEAD_AFTER:
            logger.warning("job %s: no sign of life for so long that it is ended", job.pk)
            end_abandoned(job.pk, job.lease, Reason.RUN_OUTLIVED)
            return
        if (job.worker or job.owner) and self.still_for >= settings.JOB_DEAD_AFTER:
            self.take_over(job)
        elif (
            self.sends and not job.worker and not job.owner and self.still_for >= job.wake_in + settings.JOB_LOST_AFTER
        ):
            self.still_for = job.wake_in
            tasks.wake(job.pk, job.lease)

    def take_over(self, job: SyncJob) -> None:
        """Its worker is dead: let another one go on, or end the run."""
        logger.warning("job %s: no sign of life from %s, taking it over", job.pk, job.worker)
        if step := runner.take_over(job.pk, job.lease, is_alone=not workers.is_anybody_there()):
            tasks.wake(job.pk, step.lease_number)

    def run(self, before: Callable[[], None] = lambda: None) -> None:
        """Look again and again, as long as the process lives. Nothing that goes wrong ends this."""
        while True:
            with looking:
                try:
                    if self.mark or self.clock() - self.announced_at >= settings.JOB_LOOK_AT_REST:
                        before()
                        self.announced_at = self.clock()
                    if self.mark or turns.take("look", settings.JOB_LOOK_AT_REST):
                        self.look()
                except Exception as error:  # noqa: BLE001 - without it the engine could get stuck
                    self.tell(told_with_remedy(error))
                finally:
                    connections.close_all()
            time.sleep(settings.JOB_LOOK_EVERY)

    def tell(self, problem: str) -> None:
        """What makes it stumble, at once and then no more than once a minute: it looks every few seconds."""
        now = self.clock()
        if problem != self.told or now - self.told_at >= TOLD_EVERY:
            self.told, self.told_at = problem, now
            logger.warning("the supervisor stumbled (%s) and goes on", problem)


def supervise_from_beat(**_: object) -> None:
    """A supervisor in beat: it finds dead workers also where no worker is left."""
    threading.Thread(target=Supervisor(sends=False).run, name="job-supervisor", daemon=True).start()


def supervise_from_worker(**_: object) -> None:
    """A supervisor in a worker, which says besides that the worker is there, and hands its step back at the end."""
    name = worker_name()
    # A pool process forked amid a look would inherit an open database, and with SQLite its locks.
    os.register_at_fork(before=looking.acquire, after_in_parent=looking.release, after_in_child=looking.release)
    atexit.register(leave, name, os.getpid())
    announce = partial(workers.announce, name)
    threading.Thread(target=Supervisor(sends=True).run, args=(announce,), name="job-supervisor", daemon=True).start()


def leave(worker: str, pid: int) -> None:
    """The end of a worker's main process; a pool process does not speak for its worker."""
    if os.getpid() == pid:
        looking.acquire(timeout=LAST_PATIENCE)  # and keep it: this worker announces itself no more
        hand_back(worker)


def hand_back(worker: str) -> None:
    """This worker has stopped, and its pool with it: let another one go on with the step that it did not end."""
    try:
        workers.leave(worker)
        for job in SyncJob.objects.filter(status=SyncJob.Status.RUNNING, worker=worker):
            if step := runner.take_over(job.pk, job.lease, died=False):
                tasks.wake(job.pk, step.lease_number)
    except DatabaseTrouble as error:
        logger.warning("could not hand the running job back (%s); another worker will find it", told(error))
    finally:
        connections.close_all()


worker_init.connect(owner_address.tell_at_start)  # before the keyring, which closes what both have opened
worker_init.connect(keyring.refuse_to_start)
worker_ready.connect(supervise_from_worker)
beat_init.connect(owner_address.tell_at_start)
beat_init.connect(keyring.tell_at_start)
beat_init.connect(supervise_from_beat)
