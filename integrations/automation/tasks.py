"""The one thing that happens by itself: a look at whether something is due."""

import logging

from celery import shared_task
from celery.signals import task_success
from django.utils import timezone

from accounts.causes import told_with_remedy
from integrations.automation import notices, schedule, starting, webhook
from integrations.tasks import advance_job

logger = logging.getLogger(__name__)


@shared_task
def look() -> None:
    """Beat's errand of every half minute, and of a worker that has ended a run: the next step of a chain may be due.

    Where one part fails the others are done all the same: people must hear that nothing runs any more.
    """
    now = timezone.now()
    for part in (starting.go_on, schedule.look, webhook.look, notices.look):  # notices last: they wait for servers
        try:
            part(now)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next look tries again
            logger.error("%s failed (%s)", part.__module__, told_with_remedy(error))  # noqa: TRY400 - no text of it


@task_success.connect(sender=advance_job)
def look_after_a_run(result: object, **_: object) -> None:
    """A run that has ended is perhaps what a chain waits for. Beat will look too, if the queue is away."""
    if result is True:
        try:
            look.apply_async(retry=False)
        except Exception as error:  # noqa: BLE001 - whatever the queue has against it, beat looks too
            logger.warning("not looked for what is due (%s)", told_with_remedy(error))
