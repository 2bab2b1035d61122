"""The schedule with two clocks and two workers as real processes, one of which is killed: each time is started once."""

import json
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from integrations.rules.schedule import TOKYO
from mikiwame_kaonavi.launcher import beat, worker
from mikiwame_kaonavi.processes import start
from tests.processes.deployment import Deployment
from tests.processes.test_deployment import fill

pytestmark = [pytest.mark.processes, pytest.mark.long]
MINUTE = timedelta(minutes=1)
SET = """
from datetime import datetime
from integrations.models import AutomationSettings
AutomationSettings.objects.update_or_create(defaults=dict(
    is_scheduled=True, weekdays=[*range(7)], times={times!r}, skips_holidays=False, sends_results=True,
    counts_from=datetime.fromisoformat({counts_from!r}),
))
"""
TELL = """
import json
from integrations.models import AutomaticRun
print(json.dumps([
    [run.due_at.isoformat(), run.outcome, [job.kind for job in run.jobs.order_by("pk")]]
    for run in AutomaticRun.objects.order_by("due_at")
]))
"""


def start_second(deployment: Deployment, name: str, command: list[str]) -> None:
    """Another process of a kind that is there already."""
    with (deployment.folder / f"{name}.log").open("ab") as log:
        deployment.processes[name] = start(command, environment=deployment.environment, output=log)


def has_said(deployment: Deployment, name: str, words: str) -> bool:
    return words in deployment.log(name)


def test_each_time_is_started_once_by_two_clocks_and_two_workers_of_which_one_dies(deployment: Deployment):
    deployment.environment["LOOK_EVERY"] = "1"
    deployment.start("simulator", "worker", "beat")
    fill(deployment)
    deployment.connect()
    (deployment.folder / "second").mkdir()
    start_second(deployment, "second-beat", beat(deployment.folder / "second"))
    start_second(deployment, "second-worker", worker())
    for name, words in (("second-beat", "Starting..."), ("second-worker", " ready.")):
        deployment.wait_until(partial(has_said, deployment, name, words), what=f"{name} is there")
    now = datetime.now(TOKYO).replace(second=0, microsecond=0)
    counts_from, *dues = (now - 3 * MINUTE).isoformat(), now - 2 * MINUTE, now - MINUTE  # they have come just now

    def set_times(dues: list[datetime]) -> None:
        times = [f"{due:%H:%M}" for due in dues]
        deployment.manage("shell", "-v0", "-c", SET.format(times=times, counts_from=counts_from))

    def told() -> list[list[Any]]:
        return list(json.loads(deployment.manage("shell", "-v0", "-c", TELL).stdout))

    set_times(dues[:1])
    deployment.wait_until(lambda: [each[1] for each in told()] == ["done"], what="the first chain")
    deployment.kill("beat")
    deployment.kill("second-worker")
    set_times(dues)
    deployment.wait_until(lambda: [each[1] for each in told()] == ["done"] * 2, what="the second chain", within=120)
    chain = ["departments", "employees", "results"]
    assert [[datetime.fromisoformat(due), kinds] for due, _, kinds in told()] == [[due, chain] for due in dues]
    again = json.loads(deployment.manage("kaonavi", "jobs", "--json").stdout)
    assert [(job["cause"], job["requested_by"]) for job in again] == [("schedule", None)] * 6
