"""Whose runs are whose: syncs belong to 管理者, file runs also to those who may take files in."""

from django.core.exceptions import PermissionDenied

from accounts.rights import Account, Right, is_administrator, may
from integrations.models import SyncJob


def may_decide(user: Account, job: SyncJob) -> bool:
    """Whether the person may approve and cancel the run."""
    return is_administrator(user) or (job.kind in SyncJob.FILES and may(user, Right.IMPORT_FILES))


def check_may_see(user: Account, job: SyncJob) -> None:
    """Raise PermissionDenied unless the person may see the run: whoever may decide on it may also see it."""
    if not may(user, Right.VIEW_JOBS) and not may_decide(user, job):
        raise PermissionDenied
