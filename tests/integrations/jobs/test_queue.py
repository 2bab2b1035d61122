"""A run on its way through the queue: message, worker, message again. The broker has tests of its own, the processes
those of `test_deployment`.
"""

import time
from collections.abc import Iterator

import pytest
from celery.contrib.testing.worker import start_worker
from django.utils import timezone

from integrations import actions
from integrations.automation import starting
from integrations.models import AutomaticRun
from mikiwame_kaonavi.celery import app


@pytest.fixture
def _worker(transactional_db) -> Iterator[None]:
    """Celery's own, in a thread, with a queue in memory."""
    with start_worker(app, perform_ping_check=False, shutdown_timeout=60):
        yield


@pytest.mark.usefixtures("_worker")
def test_a_worker_takes_a_run_from_its_message_to_its_end(connection, tenant, person):
    tenant.add_member("0001", mail="a1@example.co.jp")
    job = actions.start_job(kind="results", by=person)
    deadline = time.monotonic() + 60
    while job.finished_at is None:
        assert time.monotonic() < deadline, (job.status, job.phase)
        time.sleep(0.02)
        job.refresh_from_db()
    assert job.status == "succeeded"
    assert job.lease > 1  # each step is a message


@pytest.mark.long
@pytest.mark.usefixtures("_worker")
def test_the_end_of_a_run_leads_its_chain_on_without_waiting_for_the_next_look_of_beat(connection, tenant):
    tenant.add_member("0001", mail="a1@example.co.jp")
    now = timezone.now()
    starting.start(cause="webhook", chain=["departments", "employees"], due_at=now, now=now)
    deadline = time.monotonic() + 60
    while (run := AutomaticRun.objects.get()).ended_at is None:
        assert time.monotonic() < deadline, list(run.jobs.values("kind", "status"))
        time.sleep(0.02)
    assert [(job.kind, job.status) for job in run.jobs.order_by("pk")] == [
        *(("departments", "succeeded"), ("employees", "succeeded"))
    ]
