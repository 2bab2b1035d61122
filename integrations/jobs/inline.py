"""Runs a job in this process to its end, without worker or broker: the same steps, with a sleep between them."""

import os
import signal
import time

from django.conf import settings
from django.db import connections
from django.utils import timezone

from integrations.jobs.ending import DATABASE_AWAY, end_cancelled
from integrations.jobs.lease import worker_name
from integrations.jobs.owner import name_of as owner_name
from integrations.jobs.runner import Wake, advance
from integrations.models import SyncJob

ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


def run_inline(job: SyncJob) -> None:
    """Take all steps of the job.

    SIGTERM, a closed terminal and Ctrl-C end the run as 中止 before they end the process, so that no worker goes on with
    it later. A process that was killed leaves its name in the row: the next start sees that it is gone.
    """
    lease_number, owner = job.lease, owner_name(os.getpid())
    before = {each: signal.getsignal(each) for each in ENDING_SIGNALS}
    for each, handler in before.items():
        if handler != signal.SIG_IGN:  # nohup: the run shall outlive its terminal
            signal.signal(each, signal.default_int_handler)
    try:
        while (step := advance(job.pk, lease_number, worker=worker_name(), owner=owner)) is not None:
            rest(job.pk, step)
            lease_number = step.lease_number
    except KeyboardInterrupt:
        end_cancelled(job.pk, job.requester)
        raise
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def rest(job_id: int, step: Wake) -> None:
    """Sleep until the next step is due, and show meanwhile that this process is there."""
    left = step.seconds
    while left > 0:
        pause = min(left, settings.JOB_HEARTBEAT)
        time.sleep(pause)
        left -= pause
        try:
            SyncJob.objects.filter(pk=job_id, lease=step.lease_number).update(heartbeat_at=timezone.now())
        except DATABASE_AWAY:
            connections.close_all()
