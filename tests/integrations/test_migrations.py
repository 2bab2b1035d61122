"""Migrations of runs: there and back, with rows in the tables."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from integrations.models import SyncJob, UploadChunk
from tests.screens.conftest import make_job


def migrate(*targets: tuple[str, str]) -> None:
    MigrationExecutor(connection).migrate(list(targets))


def chunk_of(job: SyncJob) -> UploadChunk:
    return UploadChunk.objects.create(
        job=job, sheet="latest_sheet", sheet_id=1, number=1, codes={"E1": True, "E2": False}, read_at=timezone.now()
    )


@pytest.mark.django_db(transaction=True)
def test_uploads_that_have_ended_forget_to_whom_they_sent_and_others_do_not():
    state = {"run": {"people": {"strangers": ["E3"]}}, "calls": {"needed": 2}}
    ended, held = (chunk_of(make_job(status, "results", state=state)) for status in ("partial", "held"))
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()  # of all apps: others' go back with this one
    try:
        migrate(("integrations", "0011_person_exceptions"))
    finally:
        migrate(*newest)
    for chunk in (ended, held):
        chunk.refresh_from_db()
    assert (ended.codes, ended.size, ended.job.state) == ({}, 2, {"calls": {"needed": 2}})
    assert (held.codes, held.size, held.job.state) == ({"E1": True, "E2": False}, 2, state)
