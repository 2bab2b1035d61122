"""A year of any schedule, looked at by many, with machines that are off and clocks that jump."""

from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from unittest.mock import patch

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.automation import tasks
from integrations.models import AutomaticRun, AutomationSettings, SyncJob
from integrations.rules.schedule import TOKYO, Schedule, due, moments
from tests.integrations.rules.test_schedule import schedules

START = datetime(2026, 1, 1, tzinfo=TOKYO)
# mostly half a minute, as beat looks; now and then a night or weeks without a machine
gaps = st.one_of(
    st.just(timedelta(seconds=30)),
    st.timedeltas(timedelta(minutes=1), timedelta(hours=20)),
    st.timedeltas(timedelta(days=1), timedelta(days=60)),
)
jumps = st.one_of(gaps, gaps, st.timedeltas(timedelta(days=-40), timedelta(seconds=-1)))

pytestmark = [pytest.mark.usefixtures("connected", "wakes"), pytest.mark.django_db]
of_a_year = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=15)


def run_year(schedule: Schedule, steps: list[timedelta]) -> list[datetime]:
    """The moments at which somebody looked; two look each time, and all that they start ends at once."""
    for model in (SyncJob, AutomaticRun, AutomationSettings):
        model.objects.all().delete()
    AutomationSettings.objects.create(
        is_scheduled=True,
        weekdays=sorted(schedule.weekdays),
        times=[each.isoformat("minutes") for each in schedule.times],
        skips_holidays=schedule.skips_holidays,
        counts_from=START,
    )
    looks = list(accumulate(steps, lambda now, step: max(now + step, START), initial=START))
    with patch.object(AutomationSettings, "chain", ["departments"]):
        for now in looks:
            with time_machine.travel(now, tick=False):
                tasks.look()
                tasks.look()
                SyncJob.objects.unfinished().update(status="succeeded", finished_at=timezone.now())
                tasks.look()
    return looks


def all_moments(schedule: Schedule, until: datetime) -> list[datetime]:
    days = (until.date() - START.date()).days + 1
    return [each for each in moments(schedule, START.date(), days) if START < each <= until]


@of_a_year
@given(schedules, st.lists(gaps, min_size=1, max_size=15))
def test_each_time_is_started_once_and_those_missed_are_made_up_by_one(schedule: Schedule, steps: list[timedelta]):
    looks = run_year(schedule, steps)
    started = {timezone.localtime(run.due_at): run.missed for run in AutomaticRun.objects.all()}
    expected = {}
    for before, now in pairwise(looks):
        passed = [each for each in all_moments(schedule, now) if each > before]
        if passed:
            expected[passed[-1]] = len(passed) - 1
    assert started == expected
    assert sum(started.values()) + len(started) == len(all_moments(schedule, looks[-1]))
    assert SyncJob.objects.count() == len(started)


@of_a_year
@given(schedules, st.lists(jumps, min_size=1, max_size=15))
def test_a_clock_that_jumps_starts_no_time_twice_and_leaves_none_out(schedule: Schedule, steps: list[timedelta]):
    looks = run_year(schedule, steps)
    runs = list(AutomaticRun.objects.order_by("due_at"))
    dues = [timezone.localtime(run.due_at) for run in runs]
    assert len(set(dues)) == len(dues) == SyncJob.objects.count()
    assert set(dues) <= set(all_moments(schedule, max(looks)))
    if looks[-1] > START and (past := [each for each in dues if each <= looks[-1]]):
        assert due(schedule, past[-1], looks[-1]) is None
    elif looks[-1] > START:
        assert all_moments(schedule, looks[-1]) == []
