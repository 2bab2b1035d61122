"""A deploy while a run works; nobody there, or only a worker of another version; rows of another version."""

from typing import Any

import pytest

from tests.faults.site import Site, on_one_database
from tests.processes.deployment import MANAGE

pytestmark = [pytest.mark.processes, pytest.mark.long]  # `test_inline` kills a run in the short suite

GONE_WITHIN = 60  # seconds of a busy machine; what it has begun lasts until the brake is released


def leave_under(site: Site, point: str) -> int:
    """Tell the worker to leave whose run stands at the point; it goes in time. The run."""
    with site.braked(point) as (job, _):
        name = site.worker_on(job)
        process = site.processes.pop(name)
        process.terminate()
        process.wait(timeout=GONE_WITHIN)
        site.launch(name)
        assert site.desk.people()["rows"] == 0
    return job


@on_one_database
def test_a_worker_that_is_told_to_leave_is_gone_in_time_and_another_goes_on(site, tries):
    for _ in tries("SIGTERM under a run (deploy)"):
        row = site.end_of(leave_under(site, "load"))
        assert (row["status"], row["created"], row["attempts"]) == ("succeeded", site.people, 1)


def test_a_worker_that_is_told_to_leave_amid_its_transaction_leaves_no_row(site, tries):
    for _ in tries("SIGTERM amid the transaction (deploy)"):
        row = site.end_of(leave_under(site, "commit"))
        assert (row["status"], row["created"], row["attempts"]) == ("succeeded", site.people, 1)


@on_one_database
def test_nobody_is_there_and_the_queue_is_emptied_and_yet_the_run_is_not_forgotten(site, tries):
    for _ in tries("no worker; broker emptied with the message"):
        site.kill("worker")
        site.kill("worker2")
        job = site.desk.start()
        with site.broker_client() as client:
            assert client.llen("celery")
            client.flushall()
        site.wait_until(lambda: "ワーカーが動いていません" in site.desk.trouble(), what="the workers are missed")
        health = site.manage("health", expect=1)
        assert "× worker ワーカーが動いていません" in health.stdout
        assert site.desk.job(job=job)["status"] == "queued"
        site.start_all()
        assert site.end_of(job)["status"] == "succeeded"


@on_one_database
def test_the_command_tells_whoever_waits_that_nobody_is_there_and_waits_on(site, tries):
    for _ in tries("no worker; command told"):
        site.kill("worker")
        site.kill("worker2")
        site.wait_until(site.desk.trouble, what="the workers are missed")
        waiting = site.run_beside("sync", [*MANAGE, "kaonavi", "sync", "employees"])
        site.hears("sync", "ワーカーが動いていません")
        assert waiting.poll() is None
        site.start_all()
        assert waiting.wait(timeout=120) == 0
        assert "成功" in site.log("sync")


@on_one_database
def test_a_worker_of_another_version_is_told_apart(site, tries):
    for _ in tries("only a worker of another version"):
        site.environment["FAULTS_CODE_VERSION"] = "another"
        site.replace("worker")
        site.environment["FAULTS_CODE_VERSION"] = "this"
        site.kill("worker2")
        site.wait_until(lambda: "版が画面と違います" in site.desk.trouble(), what="the missing version is noticed")
        site.kill("worker")
        site.start_all()
        site.wait_until(lambda: not site.desk.trouble(), what="the right version is there")


def queued_with(site: Site, options: dict[str, Any]) -> int:
    """A run that waits, its options as code of another version has written them."""
    return int(site.desk.insert(kind="employees", options=options))


@on_one_database
def test_a_run_of_an_older_version_is_ended_and_never_misread(site, tries):
    for _ in tries("row of an older version"):
        row = site.end_of(queued_with(site, {"format": 0, "dry-run": "yes"}))
        assert (row["status"], [issue["reason"] for issue in row["issues"]]) == ("failed", ["RUN_OUTDATED"])
        assert site.desk.people()["rows"] == 0


@on_one_database
def test_a_run_of_a_newer_version_is_left_to_its_worker(site, tries):
    for _ in tries("row of a newer version"):
        before = site.pushes()
        job = queued_with(site, {"format": 2})
        site.wait_until(lambda before=before: site.pushes() > before and site.drained(), what="they were asked")
        assert site.desk.job(job=job)["status"] == "queued"
        site.desk.change(job=job, options={"format": 1})
        assert site.end_of(job)["status"] == "succeeded"
