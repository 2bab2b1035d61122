"""Events become one run: when, what keeps it back, and that nobody starts it twice."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from integrations.automation import events, webhook
from integrations.automation.tasks import look
from integrations.jobs.inline import run_inline
from integrations.models import AutomaticRun, AutomationSettings, KaonaviConnection, SyncJob, Webhook
from tests.factories.rows import MISSING_ITEMS, make_job
from tests.factories.webhook import turned_on

START = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DELAY = timedelta(seconds=300)


@pytest.fixture
def on(connected: KaonaviConnection, wakes, settings) -> None:
    settings.WEBHOOK_DELAY = 300
    turned_on()


def runs() -> list[SyncJob]:
    return list(SyncJob.objects.order_by("pk"))


def ended(job: SyncJob, status: str = "succeeded") -> None:
    """It, and the chain of which it is."""
    SyncJob.objects.filter(pk=job.pk).update(status=status, finished_at=START)
    AutomaticRun.objects.filter(ended_at=None).update(ended_at=START, outcome="done")


def first_look_that_starts(moments: list[datetime], until: datetime) -> datetime | None:
    """When a run starts, with a look each half minute beside the events at these moments."""
    now, waiting = min(moments), sorted(moments)
    while now <= until:
        while waiting and waiting[0] <= now:
            events.add(waiting[0], waiting[0], 1)
            del waiting[0]
        webhook.look(now)
        if runs():
            return now
        now += 30 * SECOND
    return None


def look_after(moment: datetime, first: datetime) -> datetime:
    """The first one that is not before it, where the first of all was at `first`."""
    return first + -((first - moment) // (30 * SECOND)) * 30 * SECOND


@pytest.mark.usefixtures("on")
def test_one_run_comes_after_a_silence():
    events.take(START)
    events.take(START + 200 * SECOND)
    for now in (START + DELAY, START + 499 * SECOND):
        webhook.look(now)
        assert runs() == []
    for _ in range(3):
        webhook.look(START + 500 * SECOND)
    [job] = runs()
    assert (job.kind, job.requested_by, job.requester) == ("employees", None, "自動実行（Webhook）")
    row = Webhook.objects.get()
    assert (row.first_event_at, row.waiting, row.received) == (None, 0, 2)


@pytest.mark.usefixtures("on")
def test_events_without_end_have_their_run_after_an_hour():
    moments = [START + minute * 60 * SECOND for minute in range(120)]
    assert first_look_that_starts(moments, START + timedelta(hours=2)) == START + timedelta(hours=1)


@pytest.mark.usefixtures("on")
@examples(suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(0, 3 * 3600), min_size=1, max_size=20))
def test_whenever_events_come_the_run_is_after_a_silence_or_an_hour(offsets: list[int]):
    AutomaticRun.objects.all().delete()
    SyncJob.objects.all().delete()
    Webhook.objects.update(first_event_at=None, last_event_at=None, waiting=0)
    moments = sorted(START + offset * SECOND for offset in offsets)
    first = due = moments[0]
    for moment in moments:  # the events until the look that starts the run
        if moment <= look_after(due, first):
            due = min(moment + DELAY, first + timedelta(hours=1))
    assert first_look_that_starts(moments, START + timedelta(hours=5)) == look_after(due, first)


@pytest.mark.usefixtures("on")
def test_what_comes_while_the_run_is_at_work_asks_for_one_more():
    events.take(START)
    webhook.look(START + DELAY)
    for second in range(100):
        events.take(START + DELAY + second * SECOND)
    webhook.look(START + 3 * DELAY)
    [job] = runs()
    ended(job)
    for _ in range(2):
        webhook.look(START + 3 * DELAY)
    assert len(runs()) == 2


@pytest.mark.usefixtures("on")
@pytest.mark.parametrize("status", ["queued", "running"])
def test_the_run_of_a_person_comes_first_however_long_it_takes(status: str):
    job = make_job(status)
    events.take(START)
    for hours in (1, 5, 50):
        webhook.look(START + timedelta(hours=hours))
    assert runs() == [job]
    ended(job)
    webhook.look(START + timedelta(hours=51))
    assert len(runs()) == 2


@pytest.mark.usefixtures("on")
def test_a_chain_of_the_schedule_comes_first():
    chain = AutomaticRun.objects.create(cause=SyncJob.Cause.SCHEDULE, due_at=START, kinds=["departments", "employees"])
    events.take(START)
    webhook.look(START + DELAY)
    assert (runs(), Webhook.objects.get().waiting) == ([], 1)
    AutomaticRun.objects.filter(pk=chain.pk).update(ended_at=START, outcome="done")
    webhook.look(START + DELAY)
    assert len(runs()) == 1


@pytest.mark.usefixtures("on")
def test_what_waits_for_a_person_is_never_dropped_and_the_events_wait_on():
    held = make_job("held", options={"question": MISSING_ITEMS, "digest": "x"})
    events.take(START)
    webhook.look(START + DELAY)
    held.refresh_from_db()
    assert (held.status, runs(), Webhook.objects.get().waiting) == ("held", [held], 1)
    ended(held, "cancelled")
    webhook.look(START + DELAY)
    assert len(runs()) == 2


@pytest.mark.usefixtures("on")
def test_stopped_it_counts_and_starts_nothing_until_it_is_resumed():
    AutomationSettings.objects.create(is_stopped=True)
    events.take(START)
    webhook.look(START + timedelta(days=3))
    assert (runs(), Webhook.objects.get().waiting, AutomaticRun.objects.count()) == ([], 1, 0)
    AutomationSettings.objects.update(is_stopped=False)
    webhook.look(START + timedelta(days=3))
    assert len(runs()) == 1


@pytest.mark.usefixtures("on")
def test_without_a_connection_the_events_wait_for_one(connected: KaonaviConnection):
    connected.state = "broken"
    connected.save()
    events.take(START)
    webhook.look(START + DELAY)
    assert (runs(), Webhook.objects.get().waiting) == ([], 1)


@pytest.mark.usefixtures("on")
def test_something_that_comes_in_the_way_at_the_last_moment_keeps_the_events(monkeypatch: pytest.MonkeyPatch):
    held = make_job("held", options={"question": MISSING_ITEMS, "digest": "x"})
    monkeypatch.setattr("integrations.automation.starting.hindrance", lambda: None)  # it looked before
    events.take(START)
    webhook.look(START + DELAY)
    assert (runs(), AutomaticRun.objects.count(), Webhook.objects.get().waiting) == ([held], 0, 1)


@pytest.mark.usefixtures("on")
def test_turned_off_there_is_nothing_to_ask_for():
    events.take(START)
    Webhook.objects.all().delete()
    webhook.look(START + DELAY)
    assert runs() == []


@pytest.mark.usefixtures("on")
def test_a_clock_that_is_put_back_does_not_make_it_wait_for_ever():
    events.take(START + timedelta(days=365))
    for minute in range(12):
        webhook.look(START + minute * 60 * SECOND)
    assert len(runs()) == 1


@pytest.mark.usefixtures("on")
def test_an_event_that_is_brought_in_twice_waits_for_nothing_once_its_run_has_been_asked_for():
    """Two workers found the same file, and one of them was slower than the other's start."""
    events.take(START)
    webhook.look(START + DELAY)
    ended(runs()[0])
    events.add(START, START, 1)
    webhook.look(START + DELAY + SECOND)
    row = Webhook.objects.get()
    assert (len(runs()), row.first_event_at, row.waiting) == (1, None, 0)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("on")
def test_many_who_look_at_once_start_one():
    events.take(START)
    together = threading.Barrier(6)

    def look_with_others() -> None:
        try:
            together.wait()
            webhook.look(START + DELAY)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=look_with_others) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(runs()), AutomaticRun.objects.count()) == (1, 1)


def test_a_member_that_was_changed_in_kaonavi_is_changed_here(tenant, connection, settings, wakes):
    settings.WEBHOOK_DELAY = 1
    turned_on()
    tenant.add_member("E1", name="青山 直樹")
    events.take(timezone.now() - 2 * SECOND)
    look()
    [job] = runs()
    run_inline(job)
    job.refresh_from_db()
    assert (job.status, job.created) == ("succeeded", 1)
