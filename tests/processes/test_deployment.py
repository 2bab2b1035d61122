"""The main job from the command line to カオナビ and back, through real processes, on both kinds of database."""

import json
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests

from tests.processes.deployment import Deployment
from tests.processes.traces import ProcessList, database_as_it_is, everything_in

pytestmark = pytest.mark.processes


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


def test_departments_employees_and_results_travel_through_the_queue(deployment, tmp_path):
    deployment.start("simulator", "worker")
    fill(deployment)
    deployment.connect()

    departments = deployment.sync("departments", expect=3)
    assert (departments["status"], counts(departments)) == ("partial", {"created": 2, "failed": 1})
    assert [issue["reason"] for issue in departments["issues"]] == ["DEPARTMENT_NAME_TAKEN"]

    employees = deployment.sync("employees", expect=3)
    assert (employees["status"], counts(employees)) == ("partial", {"created": 2, "skipped": 1, "failed": 1})
    assert {issue["reason"] for issue in employees["issues"]} == {"MEMBER_MAIL_MISSING", "MEMBER_DEPARTMENT_UNKNOWN"}

    file = tmp_path / "results.csv"
    file.write_text("メールアドレス,検査名,受検日,16タイプ,傾聴傾向\na1@example.co.jp,検査,2026-04-01,シーカー,55.5\n")
    deployment.manage("assessments", "import", str(file))
    results = deployment.sync("results")
    assert (results["status"], counts(results)) == ("succeeded", {"created": 1})
    updates = [call for call in deployment.control("GET", "calls") if call["is_update"]]
    assert [call["members"] for call in updates] == [["A1"], ["A1"]]

    again = deployment.sync("results")
    assert (again["status"], counts(again)) == ("succeeded", {"unchanged": 1})
    assert len([call for call in deployment.control("GET", "calls") if call["is_update"]]) == 2


def test_a_job_waits_for_a_worker_that_comes_later(deployment):
    deployment.start("simulator")
    fill(deployment)
    deployment.connect()
    deployment.manage("kaonavi", "sync", "departments", "--no-wait")
    deployment.start("worker")

    def ended() -> bool:
        return '"partial"' in deployment.manage("kaonavi", "jobs", "--json").stdout

    deployment.wait_until(ended, what="the job has ended")


def test_nothing_that_the_programs_write_holds_a_key_or_a_person(deployment):
    deployment.environment |= {"DJANGO_DEBUG": "false", "DJANGO_ALLOWED_HOSTS": "localhost"}
    deployment.start("simulator", "beat", "web")
    fill(deployment)
    requests.get(f"{deployment.web_url}/employees/", {"q": "青木"}, allow_redirects=False, timeout=30)
    keys = deployment.control("GET", "credentials")
    broker_password = urlsplit(deployment.broker.url).password
    secrets = [keys["consumer_secret"], deployment.environment["CREDENTIAL_KEYS"], broker_password]
    canaries = [*secrets, keys["consumer_key"], "青木", quote("青木"), "a1@example.co.jp"]
    with ProcessList() as processes:
        deployment.connect()
        deployment.manage("kaonavi", "sync", "departments", "--no-wait")
        messages = everything_in(deployment.broker.url)
        assert b"advance_job" in messages
        deployment.start("worker")
        deployment.wait_until(
            lambda: '"partial"' in deployment.manage("kaonavi", "jobs", "--json").stdout, what="ended"
        )
        deployment.sync("employees", expect=3)
        messages += everything_in(deployment.broker.url)
    written = {name: deployment.log(name).encode() for name in ("worker", "beat", "web", "broker")}
    for name, text in {**written, "messages": messages}.items():
        assert [canary for canary in canaries if canary.encode() in text] == [], name
    # `kaonavi connect --key K` shows the key, which is half of a pair; the environment is readable by the same user alone
    assert b"mikiwame_kaonavi" in processes.seen
    assert [secret for secret in secrets if secret.encode() in processes.seen] == []
    lines = {name: [json.loads(line) for line in written[name].splitlines()] for name in ("worker", "beat", "web")}
    assert [line["logger"] for line in lines["worker"] if line.get("kind") == "employees" and line.get("job_id")]
    assert {line["route"] for line in lines["web"] if line["logger"] == "request" and line["request_id"]} == {
        "employees/"
    }
    stored = database_as_it_is(deployment.environment["DATABASE_URL"])
    assert b"integrations_kaonaviconnection" in stored
    assert [secret for secret in [*secrets, keys["consumer_key"]] if secret.encode() in stored] == []
