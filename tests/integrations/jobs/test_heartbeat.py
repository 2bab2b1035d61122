"""The sign of life and the progress of a step, written beside it."""

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from django.conf import settings as product
from django.db import OperationalError

from integrations import actions
from integrations.jobs import lease, runner
from integrations.jobs.lease import Heartbeat, Lease, LeaseLostError
from integrations.models import SyncJob

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(db) -> Lease:
    job = SyncJob.objects.create(kind="employees")
    claimed = Lease.claim(job.pk, 0, "here:1")
    assert claimed is not None
    return claimed


class Seconds(Event):
    """Stands for the event that ends a heartbeat: as many pauses as it is given, each telling its length."""

    def __init__(self, number: int, news: Callable[[int], None]) -> None:
        super().__init__()
        self.left = number
        self.news = news
        self.pauses: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout or 0.0)
        self.left -= 1
        self.news(self.left)
        return self.left < 0


def beats(held: Lease, monkeypatch: pytest.MonkeyPatch, seconds: int, *, report: bool) -> tuple[Seconds, list[Any]]:
    """What a heartbeat writes in so many seconds of a step that reports progress all the time, or never."""
    monkeypatch.setattr(lease.connections, "close_all", lambda: None)
    heartbeat, written = Heartbeat(held), []
    heartbeat.stopped = clock = Seconds(seconds, lambda left: held.report("確認", done=left) if report else None)

    def write(progress: dict[str, Any]) -> bool:
        written.append(progress)
        return True

    monkeypatch.setattr(heartbeat, "write", write)
    heartbeat.beat()
    return clock, written


def test_progress_is_written_at_most_once_a_second(held, monkeypatch):
    clock, written = beats(held, monkeypatch, 20, report=True)
    assert set(clock.pauses) == {1.0}
    assert len(written) == 20


def test_without_news_only_the_heartbeat_is_written(held, monkeypatch):
    _, written = beats(held, monkeypatch, 20, report=False)
    assert len(written) == 20 / product.JOB_HEARTBEAT


def test_a_report_touches_no_database(held, django_assert_num_queries):
    with django_assert_num_queries(0):
        held.report("確認", done=3, total=9)
    Heartbeat(held).write(held.progress)
    row = SyncJob.objects.get()
    assert (row.phase, row.done, row.total) == ("確認", 3, 9)


@pytest.mark.parametrize(
    "lose",
    [
        lambda held: runner.take_over(held.job.pk, held.number),
        lambda held: actions.cancel_job(held.job, by=None),
    ],
)
def test_a_step_that_lost_its_job_stops_at_its_next_report_and_writes_no_heartbeat(held, lose):
    lose(held)
    before = SyncJob.objects.values().get()
    Heartbeat(held).write({"phase": "確認"})
    assert SyncJob.objects.values().get() == before
    with pytest.raises(LeaseLostError):
        held.report("書き込み")


def test_a_database_that_is_away_for_a_moment_does_not_end_the_pulse(held, monkeypatch):
    def away(**_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(lease.connections, "close_all", lambda: None)
    monkeypatch.setattr(SyncJob.objects, "filter", away)
    assert Heartbeat(held).write({}) is False
    assert not held.is_lost
