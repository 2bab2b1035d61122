"""What 本人開示 tells of uploads: who was sent something and when, also once the run has ended."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone

from employees.models import Employee
from integrations import actions
from integrations.connection.session import open_client
from integrations.jobs import runner
from integrations.models import SyncChange, SyncJob, UploadChunk
from integrations.rules.results.sheets import LATEST
from integrations.screens.disclosure import disclosure

Sent = list[tuple[str, str, datetime]]


def sent_to(person: Employee) -> Sent:
    """Sheet, what became of it and when."""
    (section,) = [part for part in disclosure(person) if part.key == "sent"]
    return [(row["sheet"], row["state"], row["sent_at"]) for row in section.rows]


def states(person: Employee) -> list[tuple[str, str]]:
    return [(sheet, state) for sheet, state, _ in sent_to(person)]


BOTH = [(sheet, "登録済み") for sheet in (SyncChange.What.LATEST_SHEET.label, SyncChange.What.ALL_SHEET.label)]


def test_a_finished_upload_tells_to_whom_it_sent_and_when(employ, test, upload):
    person, untested = employ("E1"), employ("E2")
    test(person)
    before = timezone.now()
    upload()
    assert UploadChunk.objects.exclude(codes={}).count() == 0
    assert states(person) == BOTH
    assert all(before < at < timezone.now() for *_, at in sent_to(person))
    assert sent_to(untested) == []


def test_everybody_is_told_of_their_own_call(employ, test, upload, one_a_chunk):
    first, second = employ("E1"), employ("E2")
    test(first)
    test(second)
    upload()
    assert states(first) == states(second) == BOTH
    assert not {at for *_, at in sent_to(first)} & {at for *_, at in sent_to(second)}


def test_a_run_that_only_looked_sent_nothing(employ, test, upload, person: User):
    somebody = employ("E1")
    test(somebody)
    job = upload(dry_run=True)
    assert sent_to(somebody) == []
    actions.cancel_job(job, by=person)
    assert sent_to(somebody) == []


def test_what_was_sent_before_a_run_was_cancelled_is_told(employ, test, tenant, connection, person: User):
    """Nobody has seen whether カオナビ took it."""
    somebody = employ("E1")
    test(somebody)
    job = actions.start_job(kind="results", by=None, inline=True)
    step = runner.advance(job.pk, job.lease, worker="test", connect=open_client)
    while not UploadChunk.objects.filter(state="accepted").exists():
        step = runner.advance(job.pk, step.lease_number, worker="test", connect=open_client)
    actions.cancel_job(job, by=person)
    assert [state for _, state in states(somebody)] == ["カオナビが処理中"]


def test_what_kaonavi_refused_has_been_there_too(employ, test, upload, tenant):
    somebody = employ("E1")
    test(somebody)
    sheet = f"^/sheets/{tenant.sheet(LATEST.name).id}$"
    tenant.fail("status", method="PATCH", path=sheet, codes=["E1"], times=None, status=400, messages=["受け付けません"])
    upload()
    assert "受け付けられず" in {state for _, state in states(somebody)}


def test_a_renumbered_person_has_been_sent_what_the_old_number_was(
    employ: Callable[..., Employee], test, upload: Callable[..., SyncJob]
):
    person = employ("E1")
    test(person)
    upload()
    person.employee_number = "N9"
    person.save()
    successor = employ("E1", is_member=False, email="new@example.co.jp")
    assert states(person) == BOTH
    assert sent_to(successor) == []
