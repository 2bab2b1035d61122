"""The schedule with two clocks and two workers as real processes, one of which is killed: each time is started once."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from integrations.rules.schedule import TOKYO
from mikiwame_kaonavi.launcher import beat, worker
from mikiwame_kaonavi.processes import start
from tests.processes.deployment import Deployment
from tests.processes.test_deployment import fill

pytestmark = [pytest.mark.processes, pytest.mark.long]
SET = """
from integrations.models import AutomationSettings
AutomationSettings.objects.create(is_scheduled=True, weekdays=[*range(7)], times={times!r}, sends_results=True)
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


def test_each_time_is_started_once_by_two_clocks_and_two_workers_of_which_one_dies(deployment: Deployment):
    deployment.start("simulator", "worker", "beat")
    fill(deployment)
    deployment.connect()
    (deployment.folder / "second").mkdir()
    start_second(deployment, "second-beat", beat(deployment.folder / "second"))
    start_second(deployment, "second-worker", worker())
    soon = datetime.now(TOKYO).replace(second=0, microsecond=0) + timedelta(minutes=1)
    dues = [soon, soon + timedelta(minutes=2)]
    deployment.manage("shell", "-v0", "-c", SET.format(times=[f"{due:%H:%M}" for due in dues]))

    def told() -> list[list[Any]]:
        return list(json.loads(deployment.manage("shell", "-v0", "-c", TELL).stdout))

    deployment.wait_until(lambda: [each[1] for each in told()] == ["done"], what="the first chain", within=150)
    deployment.kill("beat")
    deployment.kill("second-worker")
    deployment.wait_until(lambda: [each[1] for each in told()] == ["done"] * 2, what="the second chain", within=240)
    chain = ["departments", "employees", "results"]
    assert [[datetime.fromisoformat(due), kinds] for due, _, kinds in told()] == [[due, chain] for due in dues]
    again = json.loads(deployment.manage("kaonavi", "jobs", "--json").stdout)
    assert [(job["cause"], job["requested_by"]) for job in again] == [("schedule", None)] * 6
