"""Whose runs are whose: syncs belong to 管理者, file runs also to those who may take such files in."""

from django.core.exceptions import PermissionDenied

from accounts.rights import Account, Right, is_administrator, may
from assessments.scope import sees_every_value
from integrations import kinds
from integrations.kinds import Kind
from integrations.models import SyncJob


def may_import(user: Account, kind: Kind) -> bool:
    """Whether the person may take files of this kind in.

    What a file would change tells what is there: who could see no results would ask for them value by value.
    """
    return may(user, Right.IMPORT_FILES) and (not kind.shows_results or sees_every_value(user))


def may_decide(user: Account, job: SyncJob) -> bool:
    """Whether the person may approve and cancel the run."""
    kind = kinds.of(job)
    return is_administrator(user) or (kind.takes_file and may_import(user, kind))


def check_may_see(user: Account, job: SyncJob) -> None:
    """Raise PermissionDenied unless the person may see the run: whoever may decide on it may also see it."""
    if not may(user, Right.VIEW_JOBS) and not may_decide(user, job):
        raise PermissionDenied
