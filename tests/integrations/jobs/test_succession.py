"""A start that finds a dead run in its way: at once where its process is known to be gone, after a watch elsewhere."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from itertools import count
from types import SimpleNamespace

import pytest
from django.conf import settings as product
from django.utils import timezone

from integrations import actions
from integrations.jobs import inline, owner, runner, workers
from integrations.jobs.ending import end_abandoned, end_cancelled
from integrations.jobs.lease import Lease
from integrations.management import patient_start
from integrations.models import SourceFile, SyncJob

pytestmark = pytest.mark.django_db
START = partial(actions.start_job, kind=SyncJob.Kind.ASSESSMENTS_FILE, by=None, file=("a.csv", b"x"), inline=True)
ELSEWHERE = "elsewhere 12 345 67"


@pytest.fixture(scope="module")
def gone() -> str:
    """The name of a process of this machine that has ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        name = owner.name_of(process.pid)
        process.kill()
    return name


def unfinished(kind: str = "employees", *, of: str = "", task: str = "", **fields: object) -> SyncJob:
    job = SyncJob.objects.create(kind=kind, owner=of, **fields)
    Lease.claim(job.pk, 0, "somebody:1", task, of)
    job.refresh_from_db()
    return job


def status(job: SyncJob) -> str:
    job.refresh_from_db()
    return job.status


@pytest.mark.parametrize("kind", ["departments", "employees", "results", "employees_file"])
def test_a_run_whose_process_is_gone_makes_room_at_once_and_says_what_became_of_it(gone, kind):
    dead = unfinished(kind, of=gone)
    SourceFile.objects.create(job=dead, name="a.csv", content=b"people")
    assert START().status == "queued"
    assert status(dead) == "interrupted"
    assert [issue.reason for issue in dead.issues.all()] == ["RUN_INTERRUPTED"]
    assert "停止したため" in dead.message
    assert not SourceFile.objects.filter(job=dead).exists()


def test_so_does_one_that_was_killed_before_its_first_step_and_one_between_two_steps(gone):
    waiting = SyncJob.objects.create(kind="employees", owner=gone)
    first = START()
    assert status(waiting) == "interrupted"
    assert end_abandoned(first.pk, first.lease)
    asleep = unfinished("results", of=gone)
    Lease(asleep).sleep(600)
    assert START().status == "queued"
    assert status(asleep) == "interrupted"


def test_an_approval_finds_room_too(gone, person):
    held = SyncJob.objects.create(kind="employees", status="held", options={"digest": "x"})
    dead = unfinished(of=gone)
    assert actions.approve_job(held, by=person, inline=True).status == "queued"
    assert status(dead) == "interrupted"


def test_one_that_workers_look_after_is_left_to_them(gone):
    workers.announce("alive:1")
    job = unfinished("results", of=gone, task="queue")
    with pytest.raises(actions.AlreadyRunning):
        START()
    assert status(job) == "running"


def test_where_no_worker_is_left_one_of_the_queue_makes_room_too(gone):
    dead = unfinished(of=gone, task="queue")
    START()
    assert status(dead) == "interrupted"


@pytest.mark.parametrize("name", [ELSEWHERE, ""])
def test_pages_never_wait_and_never_end_what_they_do_not_know_to_be_dead(name):
    job = unfinished(of=name)
    with pytest.raises(actions.AlreadyRunning):
        START()
    assert status(job) == "running"


class Waiting:
    """A command that waits; its clock goes on only while it sleeps, and then `happens` may happen."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.said: list[str] = []
        self.happens: Callable[[], object] = lambda: None
        monkeypatch.setattr(patient_start, "time", SimpleNamespace(sleep=self.sleep, monotonic=lambda: self.now))

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.happens()

    def start(self) -> tuple[SyncJob, float]:
        began = self.now
        return patient_start.start_patiently(START, self.said.append), self.now - began

    def is_refused(self) -> float:
        began = self.now
        with pytest.raises(actions.AlreadyRunning):
            patient_start.start_patiently(START, self.said.append)
        return self.now - began


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Waiting:
    return Waiting(monkeypatch)


@pytest.mark.parametrize("name", [ELSEWHERE, ""])
def test_a_command_watches_a_run_of_another_machine_says_so_and_takes_its_place(command: Waiting, name):
    dead = unfinished(of=name)
    _, took = command.start()
    assert product.JOB_DEAD_AFTER <= took <= 60
    assert status(dead) == "interrupted"
    [said] = command.said
    assert "カオナビ社員情報取込" in said
    assert "最長60秒" in said


def test_it_is_refused_as_soon_as_the_run_gives_a_sign_of_life(command: Waiting):
    job = unfinished(of=ELSEWHERE)
    command.happens = lambda: SyncJob.objects.update(heartbeat_at=timezone.now())
    assert command.is_refused() <= product.JOB_LOOK_EVERY
    assert status(job) == "running"


def test_it_starts_as_soon_as_the_run_has_ended(command: Waiting):
    job = unfinished(of=ELSEWHERE)
    command.happens = lambda: end_cancelled(job.pk, "somebody")
    _, took = command.start()
    assert took <= product.JOB_LOOK_EVERY


def test_it_is_refused_after_a_minute_where_workers_ought_to_look_after_the_run(command: Waiting):
    job = unfinished(of=ELSEWHERE, task="queue")
    command.happens = lambda: workers.announce("alive:1")
    assert 60 <= command.is_refused() <= 60 + product.JOB_LOOK_EVERY
    assert status(job) == "running"


def test_a_command_that_slept_itself_has_watched_nobody_meanwhile(command: Waiting):
    unfinished(of=ELSEWHERE)
    looks = count()

    def sleep_long() -> None:
        next(looks)
        command.now += 600

    command.happens = sleep_long
    command.start()
    assert next(looks) >= product.JOB_DEAD_AFTER / (2 * product.JOB_LOOK_EVERY)


@pytest.mark.parametrize("living", [True, False])
def test_it_is_refused_at_once_beside_a_living_run_of_this_machine_or_one_that_waits_for_a_worker(
    command: Waiting, *, living: bool
):
    if living:
        unfinished(of=owner.name_of(os.getpid()))
    else:
        SyncJob.objects.create(kind="employees")
    assert command.is_refused() == 0
    assert command.said == []


def test_an_inline_upload_shows_between_two_steps_that_it_is_there(monkeypatch, settings):
    job = unfinished("results", of=owner.name_of(os.getpid()))
    number = Lease(job).sleep(20)
    job.refresh_from_db()
    assert (job.worker, bool(job.owner)) == ("", True)
    beats: list[object] = []

    def sleep(_: float) -> None:
        job.refresh_from_db()
        beats.append(job.heartbeat_at)

    monkeypatch.setattr(inline, "time", SimpleNamespace(sleep=sleep))
    inline.rest(job.pk, runner.Wake(number or 0, 20))
    assert len(set(beats)) == 20 / settings.JOB_HEARTBEAT
