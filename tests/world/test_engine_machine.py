"""The engine, whatever happens in whatever order: hypothesis looks for a way to break it, and shortens what it finds.

Then faults are sown into it, one by one, and the same machine must find each.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from integrations import actions, supervisor
from integrations.jobs import ending, lease, runner
from integrations.jobs.lease import Lease
from integrations.models import SyncJob
from tests.world.engine_machine import EngineMachine

pytestmark = pytest.mark.django_db(transaction=True)

EACH = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)
SHORT = settings(EACH, max_examples=15, stateful_step_count=25, derandomize=True)
LONG = settings(EACH, max_examples=200, stateful_step_count=40, derandomize=False, print_blob=True)
# no shortening: that it is found is enough
HUNT = settings(EACH, max_examples=900, stateful_step_count=30, derandomize=True, phases=[Phase.generate])

Sow = Callable[[pytest.MonkeyPatch], None]


def test_nothing_that_happens_breaks_the_engine():
    run_state_machine_as_test(EngineMachine, settings=SHORT)


@pytest.mark.long
def test_nothing_that_happens_in_minutes_breaks_the_engine():
    run_state_machine_as_test(EngineMachine, settings=LONG)


def no_fence(patch: pytest.MonkeyPatch) -> None:
    """Whoever once had the run writes on."""
    patch.setattr(Lease, "mine", property(lambda self: SyncJob.objects.filter(pk=self.job.pk)))


def same_lease_after_a_take_over(patch: pytest.MonkeyPatch) -> None:
    def take_over(job_id: int, number: int, **how: Any) -> runner.Wake | None:
        step = original(job_id, number, **how)
        if step is not None:
            SyncJob.objects.filter(pk=job_id).update(lease=number)
        return step and runner.Wake(number, step.seconds)

    original = runner.take_over
    patch.setattr(runner, "take_over", take_over)


def only_a_run_at_work_can_be_cancelled(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(SyncJob, "is_unfinished", property(lambda self: self.status == SyncJob.Status.RUNNING))


def two_workers_may_claim_a_step(patch: pytest.MonkeyPatch) -> None:
    """The look and the taking are two, and nothing is asked in between."""

    def claim(job_id: int, number: int, worker: str, task_id: str = "", owner: str = "") -> Lease | None:
        free = SyncJob.objects.unfinished().filter(pk=job_id, lease=number, worker="").first()
        if free is None or free.run_options.format > lease.FORMAT:
            return None
        taken = {"status": "running", "lease": F("lease") + 1, "worker": worker, "owner": owner}
        SyncJob.objects.filter(pk=job_id).update(**taken, celery_task_id=task_id, attempts=1)
        return Lease(SyncJob.objects.get(pk=job_id))

    patch.setattr(Lease, "claim", claim)


def a_message_that_is_lost_stays_lost(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(supervisor.settings, "JOB_LOST_AFTER", 1e9)


def a_cancel_that_leaves_the_lease(patch: pytest.MonkeyPatch) -> None:
    def end_cancelled(job_id: int, who: str) -> SyncJob | None:
        job = original(job_id, who)
        if job is not None:
            SyncJob.objects.filter(pk=job_id).update(lease=job.lease - 1)
        return job

    original = ending.end_cancelled
    patch.setattr(actions, "end_cancelled", lambda *given: atomic(end_cancelled, *given))


def atomic(work: Callable[..., SyncJob | None], *given: object) -> SyncJob | None:
    with transaction.atomic():
        return work(*given)


FAULTS: list[Sow] = [
    no_fence,
    same_lease_after_a_take_over,
    only_a_run_at_work_can_be_cancelled,
    two_workers_may_claim_a_step,
    a_message_that_is_lost_stays_lost,
    a_cancel_that_leaves_the_lease,
]


@pytest.mark.long
@pytest.mark.parametrize("sow", FAULTS, ids=lambda sow: sow.__name__)
def test_the_machine_finds_a_fault_that_is_sown(sow: Sow, monkeypatch):
    sow(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(EngineMachine, settings=HUNT)
