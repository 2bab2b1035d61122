"""The schedule starts its chain, once and in order."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from integrations import actions
from integrations.automation import starting, tasks
from integrations.models import AutomaticRun, AutomationSettings, KaonaviConnection, SyncJob
from integrations.rules.schedule import TOKYO
from tests.factories.rows import make_job

MONDAY = datetime(2026, 6, 1, 6, 59, tzinfo=TOKYO)
Outcome = AutomaticRun.Outcome

pytestmark = pytest.mark.usefixtures("connected", "wakes")


@pytest.fixture
def scheduled(db) -> AutomationSettings:
    return AutomationSettings.objects.create(
        is_scheduled=True, weekdays=[0, 1, 2, 3, 4], times=["07:00"], sends_results=True, counts_from=MONDAY
    )


@pytest.fixture
def look() -> Callable[..., None]:
    """A look so long after Monday 6:59."""

    def look_after(**gap: float) -> None:
        with time_machine.travel(MONDAY + timedelta(**gap), tick=False):
            tasks.look()

    return look_after


def end_job(status: str = "succeeded") -> None:
    """What is under way ends so."""
    job = SyncJob.objects.unfinished().get()
    job.status = status
    job.finished_at = None if status == "held" else timezone.now()
    job.save()


def started() -> list[str]:
    return list(SyncJob.objects.exclude(cause="").order_by("pk").values_list("kind", flat=True))


def test_it_runs_departments_then_employees_then_results(scheduled, look):
    look(seconds=30)
    assert started() == []
    look(minutes=1)
    look(minutes=1)
    assert started() == ["departments"]
    end_job()
    look(minutes=2)
    end_job("partial")
    look(minutes=3)
    assert started() == ["departments", "employees", "results"]
    end_job()
    look(minutes=4)
    run = AutomaticRun.objects.get()
    assert (run.outcome, run.due_at) == (Outcome.DONE, MONDAY + timedelta(minutes=1))
    look(minutes=5)
    assert len(started()) == 3


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("failed", Outcome.BROKEN_OFF),
        ("cancelled", Outcome.BROKEN_OFF),
        ("interrupted", Outcome.BROKEN_OFF),
        ("held", Outcome.ASKS),
    ],
)
def test_a_step_that_does_not_end_well_is_the_last(scheduled, look, status, outcome):
    look(minutes=1)
    end_job(status)
    look(minutes=2)
    assert (started(), AutomaticRun.objects.get().outcome) == (["departments"], outcome)


def test_what_is_held_is_not_dropped_and_nothing_is_started(scheduled, look):
    held = make_job("held")
    look(minutes=1)
    held.refresh_from_db()
    assert (held.status, started(), AutomaticRun.objects.get().outcome) == ("held", [], Outcome.HELD)


def test_a_run_that_was_unfinished_and_is_held_at_the_last_moment_is_not_dropped_either(scheduled, look, monkeypatch):
    """Between the look for held runs and the start of ours: nobody but the second question finds it."""
    run = make_job("running")
    save = SyncJob.save

    def save_and_hold(job: SyncJob, **options: object) -> None:
        if job.pk is None:
            SyncJob.objects.filter(pk=run.pk).update(status="held")
        save(job, **options)

    monkeypatch.setattr(SyncJob, "save", save_and_hold)
    look(minutes=1)
    assert (started(), AutomaticRun.objects.get().outcome) == ([], Outcome.HELD)


def test_it_waits_for_a_persons_run_and_gives_up_after_two_hours(scheduled, look):
    make_job("running", "results")
    look(minutes=1)
    look(minutes=60)
    assert AutomaticRun.objects.get().ended_at is None
    look(minutes=121)
    assert (started(), AutomaticRun.objects.get().outcome) == ([], Outcome.BUSY)


def test_it_goes_on_as_soon_as_the_persons_run_has_ended(scheduled, look):
    make_job("running", "results")
    look(minutes=1)
    end_job("failed")
    look(minutes=90)
    assert started() == ["departments"]


def test_a_person_may_run_something_between_two_steps(scheduled, look):
    look(minutes=1)
    end_job()
    make_job("running", "employees_file")
    look(minutes=2)
    assert started() == ["departments"]
    end_job()
    look(minutes=3)
    assert started() == ["departments", "employees"]


@pytest.mark.parametrize("state", ["broken", ""])
def test_without_a_connection_that_works_nothing_is_started(scheduled, look, state):
    KaonaviConnection.objects.all().delete() if not state else KaonaviConnection.objects.update(state=state)
    look(minutes=1)
    assert (started(), AutomaticRun.objects.get().outcome) == ([], Outcome.NOT_CONNECTED)


def test_stopped_it_starts_nothing_and_goes_no_further(scheduled, look):
    look(minutes=1)
    AutomationSettings.objects.update(is_stopped=True)
    end_job()
    look(days=1, minutes=1)
    assert (started(), AutomaticRun.objects.get().outcome) == (["departments"], Outcome.STOPPED)


def test_missed_times_are_made_up_once(scheduled, look):
    look(days=3, hours=2)
    run = AutomaticRun.objects.get()
    assert (run.missed, timezone.localtime(run.due_at)) == (3, datetime(2026, 6, 4, 7, 0, tzinfo=TOKYO))
    for _ in range(3):
        end_job()
        look(days=3, hours=3)
    look(days=3, hours=4)
    assert len(started()) == 3
    assert AutomaticRun.objects.get().outcome == Outcome.DONE


def test_a_clock_that_is_put_back_starts_nothing_twice(scheduled, look):
    look(days=2, minutes=1)
    for _ in range(3):
        end_job()
        look(days=2, minutes=2)
    look(minutes=0)
    look(days=2, minutes=1)
    assert AutomaticRun.objects.count() == 1
    look(days=1, minutes=1)  # what comes again on the clock, and was not started itself
    assert AutomaticRun.objects.filter(due_at=MONDAY + timedelta(days=1, minutes=1)).count() == 1


def test_a_schedule_that_was_changed_by_a_clock_far_ahead_counts_from_now(scheduled, look):
    AutomationSettings.objects.update(counts_from=MONDAY + timedelta(days=400))
    look(minutes=2)
    assert started() == []
    look(days=1, minutes=1)
    assert started() == ["departments"]


def test_whoever_asks_twice_for_the_same_gets_one_run(scheduled):
    wish = {"cause": "webhook", "chain": ["employees"], "due_at": MONDAY, "now": MONDAY}
    asked = starting.start(**wish)
    assert (asked.job.kind, asked.job.requester) == ("employees", "自動実行（Webhook）")
    end_job()
    starting.go_on(MONDAY)
    assert starting.start(**wish) == starting.Asked()
    assert len(started()) == 1


def test_one_chain_is_under_way_at_a_time(scheduled, look):
    starting.start(cause="webhook", chain=["employees"], due_at=MONDAY, now=MONDAY)
    look(minutes=1)
    assert started() == ["employees"]
    end_job()
    look(minutes=2)
    assert started() == ["employees", "departments"]


def test_whoever_clicks_meanwhile_is_told_what_runs(scheduled, look, person):
    look(minutes=1)
    with pytest.raises(actions.AlreadyRunning, match=r"^自動実行（スケジュール）が\d.*「カオナビ部署情報取込」"):
        actions.start_job(kind="employees", by=person)


def test_times_of_day_are_read_back_as_they_were_set(scheduled):
    assert scheduled.schedule.times == (time(7),)
