"""The main job from the command line to カオナビ and back, through real processes, on both kinds of database."""

from typing import Any

import pytest

from tests.processes.deployment import Deployment

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


def test_the_log_of_no_program_holds_a_key_or_a_person(deployment):
    deployment.start("simulator", "worker", "beat", "web")
    fill(deployment)
    deployment.connect()
    deployment.sync("departments", expect=3)
    deployment.sync("employees", expect=3)
    keys = deployment.control("GET", "credentials")
    canaries = [*keys.values(), "青木", "a1@example.co.jp", deployment.environment["CREDENTIAL_KEYS"]]
    for name in ("worker", "beat", "web", "broker"):
        log = deployment.log(name)
        assert [canary for canary in canaries if canary in log] == []
