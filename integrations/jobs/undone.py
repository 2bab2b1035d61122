"""Which runs stand, and which were taken back."""

from datetime import datetime

from django.utils import timezone

from integrations.jobs.runner import PlanOutdatedError
from integrations.models import SyncJob


def mark_undone(undone: SyncJob, now: datetime) -> None:
    """Note that the run is undone; with it what that run itself had undone stands again, and so on.

    Raises PlanOutdatedError where it was undone meanwhile.
    """
    if not SyncJob.objects.filter(pk=undone.pk, undone_at=None).update(undone_at=now):
        raise PlanOutdatedError
    moment, earlier = None, undone.undoes
    while earlier is not None and is_of_all(undone):
        SyncJob.objects.filter(pk=earlier.pk).update(undone_at=moment)
        moment = None if moment else now
        undone, earlier = earlier, earlier.undoes


def is_of_all(undoing: SyncJob) -> bool:
    """Whether the undo takes back all that the run wrote, and not one record or sort of them."""
    return undoing.run_options.row is None and not undoing.run_options.only_created


def called(job: SyncJob) -> str:
    """A later run, as the one that has changed something since."""
    return f"{job.requester_in_sentence}の「{job.get_kind_display()}」"


def told(at: datetime, who: str) -> str:
    """Who has changed something since, and when."""
    return f"{timezone.localtime(at):%Y/%m/%d %H:%M}、{who}"
