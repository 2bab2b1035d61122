"""Events that come at once, and while another has the database: none is lost, and none waits."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections, transaction
from django.utils import timezone

from integrations.automation import events
from integrations.models import Webhook
from tests.factories.rows import make_person
from tests.factories.webhook import send, turned_on

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def in_threads(count: int, threads: int, do: Callable[[], int]) -> list[int]:
    def alone(_: int) -> int:
        try:
            return do()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(alone, range(count)))


@contextmanager
def import_at_work() -> Iterator[None]:
    """A transaction that has written, and goes on: on SQLite nobody else can write now."""
    has_written, may_end = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                make_person()
                has_written.set()
                may_end.wait(120)
        finally:
            connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    assert has_written.wait(60)
    try:
        yield
    finally:
        may_end.set()
        thread.join()


def left() -> int:
    return len(list(events.folder().iterdir())) if events.folder().is_dir() else 0


@pytest.mark.long
def test_a_storm_is_taken_whole(monkeypatch: pytest.MonkeyPatch):
    token = turned_on()
    assert set(in_threads(1000, 64, lambda: send(token).status_code)) == {200}
    events.bring_in()
    row = Webhook.objects.get()
    assert (row.received, row.waiting, left()) == (1000, 1000, 0)


def test_while_an_import_writes_an_event_is_answered_without_waiting_for_it_and_not_lost():
    token = turned_on()
    with import_at_work():
        began = time.monotonic()
        answers = in_threads(20, 10, lambda: send(token).status_code)
        assert time.monotonic() - began < 20  # two rounds of ten threads take one; for the import they would wait 40
        assert set(answers) == {200}
    events.bring_in()
    row = Webhook.objects.get()
    assert (row.received, row.waiting, left()) == (20, 20, 0)


def test_what_was_left_keeps_its_moment(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(events, "folder", lambda: tmp_path)
    turned_on()
    first = timezone.now() - timedelta(minutes=10)
    for moment in (first + timedelta(minutes=1), first):
        events.leave(moment)
    (tmp_path / "something else").touch()
    events.take(first + timedelta(minutes=5))
    events.bring_in()
    row = Webhook.objects.get()
    brought = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    expected = first if brought else first + timedelta(minutes=5)
    assert row.first_event_at is not None
    assert abs(row.first_event_at - expected) < timedelta(milliseconds=1)
    assert row.received == (3 if brought else 1)
