"""The right to send an update: as long as the run is ours, by a question that is not old on any clock."""

import pytest
from django.utils import timezone

from integrations.jobs import permit, runner
from integrations.jobs.ending import end_cancelled
from integrations.jobs.lease import Lease, LeaseLostError
from integrations.jobs.permit import CLOCKS, Moment, RunPermit, TrialPermit
from integrations.kaonavi.errors import Unavailable
from integrations.models import SyncJob

pytestmark = pytest.mark.django_db


@pytest.fixture
def lease() -> Lease:
    job = SyncJob.objects.create(kind="results")
    claimed = Lease.claim(job.pk, 0, "here:1")
    assert claimed is not None
    return claimed


@pytest.fixture
def clocks(monkeypatch) -> list[float]:
    """What the clocks show; they stand still but for what a test adds."""
    times = [1000.0] * len(CLOCKS)
    monkeypatch.setattr(Moment, "now", classmethod(lambda cls: cls(tuple(times))))
    return times


def test_it_is_asked_of_the_database_first_and_then_again_after_a_while(
    lease, clocks, django_assert_num_queries, settings
):
    right = RunPermit(lease)
    with django_assert_num_queries(1):
        right(afresh=True)
        right(afresh=False)
    with django_assert_num_queries(1):
        right(afresh=True)
    clocks[0] += settings.JOB_DEAD_AFTER / 10
    with django_assert_num_queries(1):
        right(afresh=False)


@pytest.mark.parametrize("end", ["taken over", "cancelled", "ended"])
@pytest.mark.parametrize("clock", range(len(CLOCKS)))
def test_it_is_gone_with_the_run_whichever_clock_has_noticed_the_pause(end, clock, lease, clocks):
    right = RunPermit(lease)
    right(afresh=True)
    if end == "taken over":
        runner.take_over(lease.job.pk, lease.number)
    elif end == "cancelled":
        end_cancelled(lease.job.pk, "花子")
    else:
        SyncJob.objects.update(status="succeeded", finished_at=timezone.now())
    clocks[clock] += 46

    with pytest.raises(LeaseLostError):
        right(afresh=False)


def test_it_is_gone_before_the_first_byte_even_where_no_clock_has_noticed(lease, clocks):
    right = RunPermit(lease)
    right(afresh=True)
    runner.take_over(lease.job.pk, lease.number)

    with pytest.raises(LeaseLostError):
        right(afresh=True)


def test_an_answer_that_took_as_long_as_a_death_is_none(lease, clocks, monkeypatch):
    """The process was stopped between the question and its answer."""
    asked = []

    def is_held() -> bool:
        asked.append(True)
        clocks[0] += 50 if len(asked) == 1 else 0
        return len(asked) == 1

    monkeypatch.setattr(lease, "is_held", is_held)

    with pytest.raises(LeaseLostError):
        RunPermit(lease)(afresh=True)


def test_there_is_a_clock_that_counts_while_the_machine_sleeps():
    assert len(CLOCKS) == 3


def test_a_trial_must_begin_soon_after_the_look(clocks):
    trial = TrialPermit()
    trial(afresh=True)
    clocks[1] += permit.TRIAL_SECONDS + 1

    with pytest.raises(Unavailable):
        trial(afresh=True)
