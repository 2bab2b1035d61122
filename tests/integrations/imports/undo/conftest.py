"""Runs that are taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from integrations import actions
from integrations.jobs.inline import run_inline
from integrations.models import KaonaviConnection, SyncJob


@pytest.fixture
def undo(connection: KaonaviConnection, person: User) -> Callable[..., SyncJob]:
    """Takes a run back as far as 確認待ち, or with `approve` to the end, and gives the row of the undo."""

    def undo_run(job: SyncJob, **options: Any) -> SyncJob:
        undoing = actions.undo_job(job, by=person, inline=True, **options)
        run_inline(undoing)
        undoing.refresh_from_db()
        return undoing

    return undo_run
