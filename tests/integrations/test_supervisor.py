"""The observer that finds dead workers and lost messages by its own clock."""

import os
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.conf import settings as product
from django.db import OperationalError
from django.utils import timezone

from integrations import supervisor, tasks
from integrations.jobs import runner, workers
from integrations.jobs.lease import Lease
from integrations.models import SyncJob, WorkerHeartbeat
from integrations.supervisor import Supervisor

pytestmark = pytest.mark.django_db

DEAD_AFTER, LOST_AFTER, LOOK_EVERY = product.JOB_DEAD_AFTER, product.JOB_LOST_AFTER, product.JOB_LOOK_EVERY
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing closes connections here: the test's own transaction lives in one."""
    monkeypatch.setattr(supervisor.connections, "close_all", lambda: None)


class Observer:
    """A supervisor whose clock the test moves."""

    def __init__(self, *, sends: bool = True) -> None:
        self.now = 1000.0
        self.supervisor = Supervisor(sends=sends, clock=lambda: self.now)

    def look_for(self, seconds: float) -> None:
        """Look now, and again as often as the real one does, until so many seconds have passed."""
        self.supervisor.look()
        end = self.now + seconds
        while self.now < end:
            self.now = min(self.now + LOOK_EVERY, end)
            self.supervisor.look()


@pytest.fixture
def observer() -> Observer:
    return Observer()


@pytest.fixture
def worker(db) -> None:
    """A worker that is there to go on."""
    workers.announce("alive:1")


def test_whoever_says_again_that_they_are_there_writes_one_row_and_locks_nothing(worker, django_assert_num_queries):
    with django_assert_num_queries(2) as asked:
        workers.announce("alive:1")
    assert [query["sql"][:6] for query in asked] == ["UPDATE", "SELECT"]


def test_a_worker_that_has_not_been_seen_for_a_day_is_forgotten(worker):
    WorkerHeartbeat.objects.create(name="old:1", version="x", seen_at=timezone.now() - timedelta(days=1, seconds=1))
    workers.announce("alive:1")
    assert [*WorkerHeartbeat.objects.values_list("name", flat=True)] == ["alive:1"]


@pytest.fixture
def dead_job(db) -> SyncJob:
    job = SyncJob.objects.create(kind="employees")
    Lease.claim(job.pk, 0, "dead:1")
    return job


def test_it_frees_a_job_whose_heartbeat_stands_still(observer, dead_job, worker, wakes):
    observer.look_for(DEAD_AFTER - 1)
    assert wakes == []
    observer.look_for(1)
    dead_job.refresh_from_db()
    assert (dead_job.status, dead_job.worker, dead_job.lease) == ("queued", "", 2)
    assert wakes == [(dead_job.pk, 2)]


def test_a_dead_import_ends_where_no_worker_is_left(dead_job, wakes):
    WorkerHeartbeat.objects.create(name="dead:1", version="x", seen_at=timezone.now() - timedelta(seconds=DEAD_AFTER))
    Observer(sends=False).look_for(DEAD_AFTER)
    dead_job.refresh_from_db()
    assert (dead_job.status, [issue.reason for issue in dead_job.issues.all()]) == ("interrupted", ["RUN_INTERRUPTED"])
    assert wakes == []


def test_a_dead_upload_waits_with_its_ledger_for_the_next_worker(wakes):
    job = SyncJob.objects.create(kind="results")
    Lease.claim(job.pk, 0, "dead:1", "from the queue")
    Observer(sends=False).look_for(DEAD_AFTER)
    job.refresh_from_db()
    assert (job.status, job.worker) == ("running", "")


def test_a_dead_upload_that_was_never_the_queues_ends_where_no_worker_is_left(wakes):
    job = SyncJob.objects.create(kind="results", owner="elsewhere 1 2 3")
    Lease(Lease.claim(job.pk, 0, "dead:1", owner=job.owner).job).sleep(10)
    Observer(sends=False).look_for(DEAD_AFTER)
    job.refresh_from_db()
    assert (job.status, [issue.reason for issue in job.issues.all()]) == ("interrupted", ["RUN_INTERRUPTED"])


@pytest.mark.parametrize("is_asleep", [True, False])
def test_a_worker_goes_on_with_a_dead_run_that_was_never_the_queues(observer, worker, wakes, *, is_asleep: bool):
    job = SyncJob.objects.create(kind="results", owner="elsewhere 1 2 3")
    if is_asleep:
        Lease(Lease.claim(job.pk, 0, "dead:1", owner=job.owner).job).sleep(10)
    observer.look_for(DEAD_AFTER - 1)
    assert wakes == []
    observer.look_for(1)
    job.refresh_from_db()
    assert (job.worker, job.owner, wakes) == ("", "", [(job.pk, job.lease)])


def test_the_first_look_comes_in_time_to_end_or_free_a_dead_run_within_a_minute():
    assert product.JOB_HEARTBEAT + DEAD_AFTER + 2 * LOOK_EVERY <= 60
    assert product.JOB_LOOK_AT_REST + LOOK_EVERY + DEAD_AFTER <= 60  # a run that dies as soon as it has begun


def test_observers_at_rest_look_by_turns_and_at_each_look_while_something_runs(monkeypatch):
    now, looks, said = [1000.0], [], []
    turns_taken = iter([True, False, False, True, False])

    def pass_time(seconds: float) -> None:
        now[0] += seconds
        if now[0] >= 1000 + 10 * LOOK_EVERY:
            raise Enough

    def look(self: Supervisor) -> None:
        looks.append(now[0] - 1000)
        self.mark = ("a run",) if now[0] >= 1000 + 3 * LOOK_EVERY else ()

    monkeypatch.setattr(supervisor.turns, "take", lambda *_: next(turns_taken))
    monkeypatch.setattr(supervisor.time, "sleep", pass_time)
    monkeypatch.setattr(Supervisor, "look", look)
    with pytest.raises(Enough):
        Supervisor(sends=True, clock=lambda: now[0]).run(lambda: said.append(now[0] - 1000))
    assert looks == [0, *(n * LOOK_EVERY for n in range(3, 10))]
    assert said == [0, *(n * LOOK_EVERY for n in range(4, 10))]


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_healthy_run_lives_on_when_the_wall_clock_jumps(jump, observer, dead_job, wakes, time_machine):
    time_machine.move_to("2026-11-22T12:00+09:00")
    beats = [timedelta(seconds=40), jump, jump + timedelta(seconds=40), jump * 2]
    for since in beats:
        SyncJob.objects.update(heartbeat_at=timezone.now() + since)
        observer.look_for(DEAD_AFTER - LOOK_EVERY)
    dead_job.refresh_from_db()
    assert (dead_job.status, dead_job.worker) == ("running", "dead:1")
    assert wakes == []


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_dead_run_is_found_in_the_same_time_when_the_wall_clock_jumps(jump, observer, dead_job, wakes, time_machine):
    now = timezone.now()
    observer.look_for(DEAD_AFTER / 2)
    time_machine.move_to(now + jump)
    workers.announce("alive:1")
    observer.look_for(DEAD_AFTER / 2)
    dead_job.refresh_from_db()
    assert dead_job.status == "queued"


def test_a_run_is_not_dead_because_the_observer_was_away(observer, dead_job, wakes):
    observer.look_for(LOOK_EVERY)
    observer.now += 10 * DEAD_AFTER  # suspended, or without a database, and so perhaps was the worker
    observer.supervisor.look()
    dead_job.refresh_from_db()
    assert dead_job.status == "running"
    SyncJob.objects.update(heartbeat_at=timezone.now())
    observer.look_for(DEAD_AFTER - 1)
    dead_job.refresh_from_db()
    assert dead_job.status == "running"


def test_it_sends_the_message_again_when_nobody_came_for_a_queued_job(observer, wakes):
    job = SyncJob.objects.create(kind="employees")
    observer.look_for(LOST_AFTER)
    observer.supervisor.look()
    assert wakes == [(job.pk, 0)]
    observer.look_for(LOST_AFTER)
    assert wakes == [(job.pk, 0)] * 2


def test_where_no_worker_is_left_no_messages_pile_up(wakes):
    SyncJob.objects.create(kind="employees")
    Observer(sends=False).look_for(3600)
    assert wakes == []


def test_it_lets_a_sleeping_job_sleep_its_time(observer, wakes):
    job = SyncJob.objects.create(kind="results")
    lease = Lease.claim(job.pk, 0, "here:1")
    lease.sleep(30)
    observer.look_for(30 + LOST_AFTER - 1)
    assert wakes == []
    observer.look_for(1)
    assert wakes == [(job.pk, 1)]


def test_it_does_nothing_where_nothing_runs(observer, wakes):
    SyncJob.objects.create(kind="employees", status="failed", finished_at=timezone.now())
    observer.look_for(1000)
    assert wakes == []


class Enough(BaseException):
    """Ends the endless loop of a supervisor."""


def test_nothing_that_goes_wrong_ends_the_supervisor(monkeypatch):
    seen: list[str] = []

    def stumble(self: Supervisor) -> None:
        seen.append("look")
        raise [OperationalError(), KeyError("a bug")][len(seen) - 1] if len(seen) < 3 else Enough

    monkeypatch.setattr(Supervisor, "look", stumble)
    monkeypatch.setattr(supervisor.connections, "close_all", lambda: None)
    monkeypatch.setattr(supervisor.time, "sleep", lambda _: None)
    with pytest.raises(Enough):
        Supervisor(sends=True).run()
    assert len(seen) == 3


def test_what_makes_it_stumble_is_told_at_once_and_then_once_a_minute(caplog):
    clock = iter([0.0, 3.0, 6.0, 70.0, 73.0])
    supervisor = Supervisor(sends=True, clock=lambda: next(clock))
    for problem in ("the database is away", "the database is away", "the database is away", "a bug"):
        supervisor.tell(problem)
    assert [line.args for line in caplog.records] == [("the database is away",), ("the database is away",), ("a bug",)]


def test_no_pool_process_is_forked_amid_a_look(monkeypatch):
    hooks: dict[str, Callable[..., bool]] = {}
    monkeypatch.setattr(os, "register_at_fork", lambda **given: hooks.update(given))
    monkeypatch.setattr(supervisor.atexit, "register", lambda *_: None)
    monkeypatch.setattr(supervisor.threading, "Thread", Mock())
    supervisor.supervise_from_worker()
    with supervisor.looking:
        assert not hooks["before"](blocking=False)
    assert hooks["before"](blocking=False)
    hooks["after_in_parent"]()
    assert not supervisor.looking.locked()


def test_a_worker_that_leaves_hands_its_step_back_and_is_forgotten(wakes):
    workers.announce("leaves:1")
    job = SyncJob.objects.create(kind="employees")
    Lease.claim(job.pk, 0, "leaves:1")
    supervisor.hand_back("leaves:1")
    job.refresh_from_db()
    assert (job.status, job.worker, job.attempts) == ("queued", "", 1)
    assert wakes == [(job.pk, 2)]
    assert not WorkerHeartbeat.objects.exists()


def test_a_worker_that_leaves_touches_nobody_elses_step(wakes):
    job = SyncJob.objects.create(kind="employees")
    Lease.claim(job.pk, 0, "works:1")
    supervisor.hand_back("leaves:1")
    job.refresh_from_db()
    assert (job.status, job.worker) == ("running", "works:1")


def test_a_pool_process_that_ends_does_not_speak_for_its_worker(monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(supervisor, "hand_back", said.append)
    supervisor.leave("here:1", os.getpid() + 1)
    assert said == []


def test_a_broker_of_whatever_trouble_loses_nothing(monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise ValueError("OOM command not allowed when used memory > 'maxmemory'")

    monkeypatch.setattr(tasks.advance_job, "apply_async", refuse)
    tasks.wake(1, 1)


def test_a_run_is_taken_over_once_by_however_many_observers(dead_job, worker, wakes):
    observers = [Observer() for _ in range(3)]
    for one in observers:
        one.look_for(DEAD_AFTER - 1)
    for one in observers:
        one.look_for(1)
    dead_job.refresh_from_db()
    assert (dead_job.lease, dead_job.attempts) == (2, 2)
    assert wakes == [(dead_job.pk, 2)]
    assert runner.take_over(dead_job.pk, 1) is None
