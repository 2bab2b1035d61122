"""Many who look at the same moment start one chain, and each step of it once."""

import threading
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection as database
from django.utils import timezone

from integrations.automation import tasks
from integrations.models import AutomaticRun, AutomationSettings, SyncJob
from integrations.rules.schedule import TOKYO

LOOKERS, ROUNDS = 6, 5
NOW = datetime(2026, 6, 1, 7, 0, 10, tzinfo=TOKYO)


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_who_look_at_once_one_starts_each_step(connected, wakes):
    AutomationSettings.objects.create(
        is_scheduled=True, weekdays=[0], times=["07:00"], sends_results=True, counts_from=NOW - timedelta(hours=1)
    )
    together = threading.Barrier(LOOKERS)
    troubles: list[Exception] = []

    def look() -> None:
        try:
            for _ in range(ROUNDS):
                together.wait(timeout=60)
                tasks.look()
                if together.wait(timeout=60) == 0:  # one of them is the run that ends meanwhile
                    SyncJob.objects.unfinished().update(status="succeeded", finished_at=timezone.now())
        except Exception as error:  # noqa: BLE001 - whatever it was, the test tells it
            troubles.append(error)
            together.abort()
        finally:
            database.close()

    with time_machine.travel(NOW, tick=False):
        threads = [threading.Thread(target=look) for _ in range(LOOKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert troubles == []
    run = AutomaticRun.objects.get()
    assert run.outcome == AutomaticRun.Outcome.DONE
    jobs = SyncJob.objects.order_by("pk").values_list("kind", "automatic_run", "status")
    assert list(jobs) == [(kind, run.pk, "succeeded") for kind in ("departments", "employees", "results")]
