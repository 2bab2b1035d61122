"""Whose runs are whose: syncs belong to 管理者, file runs also to those who may take such files in."""

from django.core.exceptions import PermissionDenied

from accounts.rights import Account, Right, is_administrator, may
from assessments.scope import sees_every_value
from integrations.models import SyncJob


def may_import(user: Account, kind: str) -> bool:
    """Whether the person may take files of this kind in.

    What a file would change tells what is there: who could see no results would ask for them value by value.
    """
    return may(user, Right.IMPORT_FILES) and (kind != SyncJob.Kind.ASSESSMENTS_FILE or sees_every_value(user))


def may_decide(user: Account, job: SyncJob) -> bool:
    """Whether the person may approve and cancel the run."""
    return is_administrator(user) or (job.kind in SyncJob.FILES and may_import(user, job.kind))


def check_may_see(user: Account, job: SyncJob) -> None:
    """Raise PermissionDenied unless the person may see the run: whoever may decide on it may also see it."""
    if not may(user, Right.VIEW_JOBS) and not may_decide(user, job):
        raise PermissionDenied
