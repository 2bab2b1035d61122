"""Migrations of runs: there and back, with rows in the tables."""

from typing import cast

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import NOT_PROVIDED, Field, Model
from django.utils import timezone

from assessments import tombstones
from assessments.models import Assessment, Tombstone
from integrations.models import RemoteCall, SourceFile, SyncException, SyncJob, UploadChunk
from tests.factories.rows import make_change, make_chunk, make_job, make_person, make_result


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


@pytest.mark.django_db(transaction=True)
def test_a_run_that_waits_with_its_file_is_told_its_name_and_no_number_is_given_twice():
    held, ended, gone = (make_job(status, "employees_file") for status in ("held", "succeeded", "failed"))
    SourceFile.objects.create(job=held, name="社員.csv", content=b"x")
    highest = gone.pk
    gone.delete()
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        migrate(("integrations", "0019_open_problems"))
    finally:
        migrate(*newest)
    names = SyncJob.objects.in_bulk([held.pk, ended.pk])
    assert (names[held.pk].file_name, names[ended.pk].file_name) == ("社員.csv", "")
    assert make_job().pk > highest


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("model", "field", "before"),
    [
        (Assessment, "unknown_type", ("assessments", "0007_kept_scales")),
        (RemoteCall, "outcome", ("integrations", "0016_lines_of_issues")),
    ],
)
def test_a_database_that_an_unfinished_migration_made_gets_the_default_that_it_lacks(model, field, before):
    result = make_result(make_person())
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        migrate(before)
        lose_default(model, field)
        assert default_of(model, field) is None
    finally:
        migrate(*newest)
    assert default_of(model, field) in {"''", "'none'", "''::character varying", "'none'::character varying"}
    Assessment.objects.filter(pk=result.pk).delete()
    assert Tombstone.objects.filter(pk=result.public_id).exists()
    assert make_result(make_person(2)).pk > result.pk


def lose_default(model: type[Model], field: str) -> None:
    column = cast(Field, model._meta.get_field(field))
    without = column.clone()
    without.db_default = NOT_PROVIDED
    without.set_attributes_from_name(field)
    without.model = model
    with connection.schema_editor() as editor:
        editor.alter_field(model, column, without)
    if model is Assessment:
        tombstones.put(connection)  # SQLite has built the table anew


def default_of(model: type[Model], field: str) -> str | None:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, model._meta.db_table)
    return next(column.default for column in columns if column.name == field)


@pytest.mark.django_db(transaction=True)
def test_who_is_not_sent_stays_so_there_and_back_and_what_was_not_known_before_goes():
    person = make_person()
    SyncException.objects.create(kind="not_sent", employee=person, reason="本人の希望")
    SyncException.objects.create(kind="pinned", employee=person, item="position")
    SyncException.objects.create(kind="excluded", email="x@example.co.jp")
    SyncException.objects.create(kind="scope", employment_types=["regular"])
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        migrate(("integrations", "0020_file_names"))
    finally:
        migrate(*newest)
    assert list(SyncException.objects.values_list("kind", "employee", "reason")) == [
        ("not_sent", person.pk, "本人の希望")
    ]
