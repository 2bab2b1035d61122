"""The observer that finds dead workers and lost messages by its own clock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.lease import Lease
from integrations.models import SyncJob
from integrations.watch import DEAD_AFTER, LOST_AFTER, Watch

pytestmark = pytest.mark.django_db


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(clock: Clock) -> Watch:
    return Watch(clock)


def test_it_frees_a_job_whose_heartbeat_stands_still(watch, clock, wakes):
    job = SyncJob.objects.create(kind="employees")
    Lease.claim(job.pk, 0, "dead:1")
    watch.look()
    clock.now += DEAD_AFTER - 1
    watch.look()
    assert wakes == []
    clock.now += 1
    watch.look()
    job.refresh_from_db()
    assert (job.status, job.worker, job.lease) == ("queued", "", 2)
    assert wakes == [(job.pk, 2)]


def test_it_leaves_a_job_alone_whose_heartbeat_moves_whatever_the_wall_clock_says(watch, clock, wakes):
    job = SyncJob.objects.create(kind="employees")
    Lease.claim(job.pk, 0, "alive:1")
    for hours in (0, 1, -1, -2, 3):
        SyncJob.objects.update(heartbeat_at=timezone.now() + timedelta(hours=hours))
        watch.look()
        clock.now += DEAD_AFTER - 1
    job.refresh_from_db()
    assert (job.status, job.worker) == ("running", "alive:1")
    assert wakes == []


def test_it_sends_the_message_again_when_nobody_came_for_a_queued_job(watch, clock, wakes):
    job = SyncJob.objects.create(kind="employees")
    watch.look()
    clock.now += LOST_AFTER
    watch.look()
    watch.look()
    assert wakes == [(job.pk, 0)]


def test_it_lets_a_sleeping_job_sleep_its_time(watch, clock, wakes):
    job = SyncJob.objects.create(kind="results")
    lease = Lease.claim(job.pk, 0, "here:1")
    lease.sleep(30)
    watch.look()
    clock.now += 30 + LOST_AFTER - 1
    watch.look()
    assert wakes == []
    clock.now += 1
    watch.look()
    assert wakes == [(job.pk, 1)]


def test_it_does_nothing_where_nothing_runs(watch, clock, wakes):
    SyncJob.objects.create(kind="employees", status="failed", finished_at=timezone.now())
    watch.look()
    clock.now += 1000
    watch.look()
    assert wakes == []
