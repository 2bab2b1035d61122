"""The main job from the command line to カオナビ and back, through real processes, on both kinds of database. A quick run
has `tests/integrations/jobs/test_queue.py` of it: a worker in a thread.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests

from tests.processes.deployment import MANAGE, Deployment
from tests.processes.fixtures import KINDS, new_database
from tests.processes.traces import ProcessList, database_as_it_is, everything_in

pytestmark = [pytest.mark.processes, pytest.mark.long]
RESULTS = "メールアドレス,検査名,受検日,16タイプ,傾聴傾向\na1@example.co.jp,検査,2026-04-01,シーカー,55.5\n"


def counts(job: dict[str, Any]) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "skipped", "failed")
    return {name: job[name] for name in names if job[name]}


def fill(deployment: Deployment) -> None:
    """Three departments, four members of whom one is left out on purpose, and both sheets."""
    deployment.control(
        "PUT",
        "tenant",
        {
            "departments": [
                {"code": "1", "name": "営業本部"},
                {"code": "2", "name": "営業部", "parent_code": "1"},
                {"code": "3", "name": "営業部", "parent_code": "1"},
            ],
            "members": [
                {
                    "id": 1,
                    "code": "A1",
                    "name": "青木 葵",
                    "name_kana": "アオキ アオイ",
                    "mail": "a1@example.co.jp",
                    "department": "2",
                },
                {
                    "id": 2,
                    "code": "A2",
                    "name": "井上 樹",
                    "name_kana": "イノウエ イツキ",
                    "mail": "A2@example.co.jp",
                    "department": "1",
                },
                {
                    "id": 3,
                    "code": "A3",
                    "name": "上田 海",
                    "name_kana": "ウエダ ウミ",
                    "mail": "a3@example.co.jp",
                    "department": "3",
                },
                {"id": 4, "code": "A4", "name": "江口 笑", "name_kana": "エグチ エミ", "mail": ""},
            ],
        },
    )
    for template in ("latest", "all"):
        deployment.control("POST", "templates", {"template": template})
    deployment.control("POST", "ticks")
    deployment.control("PATCH", "knobs", {"task_delay": 0.2})


@dataclass
class Journey:
    """What came of it: the jobs in their order as `--json` prints them, and what others could see meanwhile."""

    deployment: Deployment
    departments: dict[str, Any]
    employees: dict[str, Any]
    results: dict[str, Any]
    again: dict[str, Any]
    waiting: bytes  # in the broker, before a worker came
    messages: bytes  # in the broker, at any time
    processes: bytes  # every command line of the machine


@pytest.fixture(scope="module", params=KINDS)
def journey(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """Departments, for which the worker comes late, employees, results, and the results again."""
    folder = tmp_path_factory.mktemp("journey")
    deployment = Deployment(folder, database_url=new_database(request, folder))
    deployment.environment |= {"DJANGO_DEBUG": "false", "DJANGO_ALLOWED_HOSTS": "localhost"}
    try:
        deployment.start("broker", "simulator", "beat", "web")
        fill(deployment)
        requests.get(f"{deployment.web_url}/employees/", {"q": "青木"}, allow_redirects=False, timeout=30)
        with ProcessList() as processes:
            keys = deployment.control("GET", "credentials")
            connect = [*MANAGE, "kaonavi", "connect", "--key", keys["consumer_key"]]
            secret = {"KAONAVI_CONSUMER_SECRET": keys["consumer_secret"]}
            subprocess.run(connect, env=deployment.environment | secret, check=True)
            deployment.manage("kaonavi", "sync", "departments", "--no-wait")
            waiting = everything_in(deployment.broker.url)
            deployment.start("worker")
            departments = deployment.wait_until(lambda: ended(deployment), what="the job has ended")
            employees = deployment.sync("employees", expect=3)
            file = folder / "results.csv"
            file.write_text(RESULTS)
            deployment.manage("assessments", "import", str(file))
            results, again = deployment.sync("results"), deployment.sync("results")
            messages = waiting + everything_in(deployment.broker.url)
        yield Journey(deployment, departments, employees, results, again, waiting, messages, processes.seen)
    finally:
        deployment.close()


def ended(deployment: Deployment) -> dict[str, Any] | None:
    """The only job, once it has ended."""
    [job] = json.loads(deployment.manage("kaonavi", "jobs", "--json").stdout)
    return None if job["status"] in {"queued", "running"} else dict(job)


def test_departments_employees_and_results_travel_through_the_queue(journey):
    assert b"advance_job" in journey.waiting
    departments, employees = journey.departments, journey.employees
    assert (departments["status"], counts(departments)) == ("partial", {"created": 2, "failed": 1})
    assert [issue["reason"] for issue in departments["issues"]] == ["DEPARTMENT_NAME_TAKEN"]
    assert (employees["status"], counts(employees)) == ("partial", {"created": 2, "skipped": 1, "failed": 1})
    assert {issue["reason"] for issue in employees["issues"]} == {"MEMBER_MAIL_MISSING", "MEMBER_DEPARTMENT_UNKNOWN"}
    assert (journey.results["status"], counts(journey.results)) == ("succeeded", {"created": 1})
    assert (journey.again["status"], counts(journey.again)) == ("succeeded", {"unchanged": 1})
    updates = [call for call in journey.deployment.control("GET", "calls") if call["is_update"]]
    assert [call["members"] for call in updates] == [["A1"], ["A1"]]  # a sheet each, and none the second time


def test_nothing_that_the_programs_write_holds_a_key_or_a_person(journey):
    deployment = journey.deployment
    keys = deployment.control("GET", "credentials")
    broker_password = urlsplit(deployment.broker.url).password
    secrets = [keys["consumer_secret"], deployment.environment["CREDENTIAL_KEYS"], broker_password]
    canaries = [*secrets, keys["consumer_key"], "青木", quote("青木"), "a1@example.co.jp"]
    written = {name: deployment.log(name).encode() for name in ("worker", "beat", "web", "broker")}
    for name, text in {**written, "messages": journey.messages}.items():
        assert [canary for canary in canaries if canary.encode() in text] == [], name
    # `kaonavi connect --key K` shows the key, which is half of a pair; the environment is readable by the same user
    # alone
    assert b"mikiwame_kaonavi" in journey.processes
    assert [secret for secret in secrets if secret.encode() in journey.processes] == []
    lines = {name: [json.loads(line) for line in written[name].splitlines()] for name in ("worker", "beat", "web")}
    assert [line["logger"] for line in lines["worker"] if line.get("kind") == "employees" and line.get("job_id")]
    assert {line["route"] for line in lines["web"] if line["logger"] == "request" and line["request_id"]} == {
        "employees/"
    }
    stored = database_as_it_is(deployment.environment["DATABASE_URL"])
    assert b"integrations_kaonaviconnection" in stored
    assert [secret for secret in [*secrets, keys["consumer_key"]] if secret.encode() in stored] == []
