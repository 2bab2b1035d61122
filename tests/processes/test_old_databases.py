"""Databases that version 0.2.0 made, by its own code, with a run under way: what becomes of them in this version.

Three departments, three people and two results, as `fill` makes them; the run had planned its two calls to カオナビ and
waited for its turn when its worker was killed. The simulated カオナビ of that moment is kept beside them.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.processes.deployment import ROOT, Deployment
from tests.processes.postgresql import postgresql_server

pytestmark = [pytest.mark.processes, pytest.mark.long]

SAMPLES = ROOT / "tests/samples/databases"
A_MOMENT_AGO = (
    "UPDATE integrations_syncjob SET created_at = {now}, started_at = {now}, heartbeat_at = {now} WHERE id = 4"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def old_database(kind: str, tmp_path: Path) -> Iterator[str]:
    """Its address. The run that is under way was started a moment ago."""
    statements = (SAMPLES / f"0.2.0.{kind}.sql").read_text()
    if kind == "sqlite":
        with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as connection, connection:
            connection.executescript(statements)
            connection.execute(A_MOMENT_AGO.format(now="datetime('now')"))
        yield f"sqlite:///{tmp_path / 'db.sqlite3'}"
        return
    with postgresql_server() as url:
        for text in (statements, A_MOMENT_AGO.format(now="now()")):  # the dump leaves a session without a path
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(text.encode())
        yield url


@pytest.fixture
def company(kind: str, old_database: str, tmp_path: Path) -> Iterator[Deployment]:
    """That company with the simulator as it was, migrated; no worker yet."""
    deployment = Deployment(tmp_path, database_url=old_database)
    shutil.copy(SAMPLES / f"0.2.0.{kind}.simulator.json", tmp_path / "simulator.json")
    try:
        deployment.start("broker", "simulator")
        deployment.manage("migrate", "--no-input")
        yield deployment
    finally:
        deployment.close()


def jobs(company: Deployment) -> list[dict[str, Any]]:
    return list(json.loads(company.manage("kaonavi", "jobs", "--json").stdout))


def is_over(company: Deployment) -> bool:
    return jobs(company)[0]["status"] not in {"queued", "running"}


def updates(company: Deployment) -> list[list[str]]:
    """Whom each call that writes was about."""
    return [call["members"] for call in company.control("GET", "calls") if call["is_update"]]


def test_a_run_under_way_goes_on_in_this_version_and_nothing_is_sent_twice(company: Deployment):
    company.start("worker")
    company.wait_until(partial(is_over, company), what="the run has ended", within=120)

    assert jobs(company)[0]["status"] in {"succeeded", "partial"}
    assert updates(company) == [["A1"], ["A1"]]  # a sheet each
    assert company.sync("employees", expect=None)["created"] == 0
    assert company.sync("results", expect=None)["created"] == 0
    assert len(updates(company)) == 2


def test_workers_of_two_versions_share_a_run_and_nothing_is_sent_twice(company: Deployment):
    """One that is still there from before, and one of this version, which takes over when the first is stopped."""
    company.start("worker")
    other = company.processes.pop("worker")
    company.processes["worker of before"] = other
    company.start("worker")
    company.stop("worker of before")
    company.wait_until(partial(is_over, company), what="the run has ended", within=120)
    assert updates(company) == [["A1"], ["A1"]]


def test_the_way_back_keeps_people_and_results(company: Deployment):
    def kept() -> str:
        told = "from assessments.models import Assessment as A; print(list(A.objects.order_by('pk').values_list("
        return company.manage("shell", "-v0", "-c", f"{told}'employee__email', 'title', 'taken_on')))").stdout

    before = kept()
    assert "a1@example.co.jp" in before
    company.manage("rollback", "0.2.0", "--yes")
    assert "[ ] 0003_identity_actions" in company.manage("showmigrations", "accounts").stdout
    company.manage("migrate", "--no-input")
    assert kept() == before
