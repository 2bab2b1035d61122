"""Migrations of runs: there and back, with rows in the tables."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from integrations.models import SyncJob, UploadChunk
from tests.factories.rows import make_change, make_chunk, make_job


def migrate(*targets: tuple[str, str]) -> None:
    MigrationExecutor(connection).migrate(list(targets))


def chunk_of(job: SyncJob) -> UploadChunk:
    return make_chunk(job, codes={"E1": True, "E2": False})


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


@pytest.mark.django_db(transaction=True)
def test_of_earlier_uploads_the_changes_tell_who_was_sent_something():
    job, other = make_job("succeeded", "results"), make_job("cancelled", "results")
    now = timezone.now()
    first, second, unsent = (
        make_chunk(run, number=number, sent_at=sent_at, state="stored")
        for run, number, sent_at in ((job, 1, now), (job, 2, now), (other, 1, None))
    )
    for run, sheet, person in ((job, "latest_sheet", 7), (job, "latest_sheet", 9), (job, "all_sheet", 8)):
        make_change(run, {}, what=sheet, key="E1", object_id=person)
    make_change(other, {}, what="latest_sheet", key="E1", object_id=7)
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        migrate(("integrations", "0013_issues_left_out"))
    finally:
        migrate(*newest)
    told = UploadChunk.objects.in_bulk([first.pk, second.pk, unsent.pk])
    assert told[first.pk].sent_people == {"7": True, "9": True}
    assert told[second.pk].sent_people == told[unsent.pk].sent_people == {}
