"""The product behind a PgBouncer in transaction mode, whose next statement may reach another process of the server."""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from integrations.kaonavi.simulator.sample_company import EXPECTED
from tests.processes.deployment import Deployment
from tests.processes.fixtures import create_database
from tests.processes.pgbouncer import pgbouncer

pytestmark = [pytest.mark.processes, pytest.mark.long]

NOTICE = "接続プール（PgBouncer など）があるため"
READ_ALL = (
    "from employees.models import Employee as E; print(E.objects.count(), len(list(E.objects.iterator(chunk_size=10))))"
)


@dataclass
class Pooled:
    """The product, and what its runs of the sample company gave."""

    deployment: Deployment
    runs: dict[str, dict[str, Any]]

    def read_all(self, options: str = "") -> subprocess.CompletedProcess[str]:
        """What a program that has just been started says of all people, read in pieces."""
        url = f"{self.deployment.environment['DATABASE_URL']}{options}"
        return self.deployment.manage("shell", "--no-imports", "-c", READ_ALL, expect=None, DATABASE_URL=url)


def open_several(url: str) -> None:
    """Make the pool connect to the server more than once, which it does only for transactions at the same time.

    With a single connection the next statement would find by luck what the one before has left behind.
    """
    with contextlib.ExitStack() as held:
        for _ in range(4):
            held.enter_context(psycopg.connect(url)).execute("SELECT 1")


@pytest.fixture(scope="module")
def pooled(tmp_path_factory: pytest.TempPathFactory, migrated_postgresql: str) -> Iterator[Pooled]:
    name = f"test-{uuid4().hex}"
    create_database(migrated_postgresql, name, template="migrated")
    with pgbouncer(migrated_postgresql) as addresses:
        deployment = Deployment(tmp_path_factory.mktemp("pooled"), database_url=addresses.format(name))
        try:
            deployment.start("broker")
            deployment.start("simulator", "web", "worker", "beat", sample_company=True)
            deployment.control("POST", "ticks")
            deployment.connect()
            runs = {kind: deployment.sync(kind, expect=None) for kind in ("departments", "employees", "results")}
            open_several(addresses.format(name))
            yield Pooled(deployment, runs)
        finally:
            deployment.close()


@pytest.mark.parametrize("kind", ["departments", "employees"])
def test_a_run_gives_what_it_gives_anywhere(kind, pooled):
    run = pooled.runs[kind]
    assert {name: run[name] for name in EXPECTED[kind]} == EXPECTED[kind]


def test_a_run_that_goes_step_by_step_ends_well(pooled):
    assert pooled.runs["results"]["status"] in {"succeeded", "partial"}


def test_web_worker_and_beat_say_at_their_start_what_they_have_noticed(pooled):
    assert all(NOTICE in pooled.deployment.log(name) for name in ("web", "worker", "beat"))


def test_many_rows_are_read_without_a_cursor_that_the_next_process_would_not_know(pooled):
    done = pooled.read_all()
    assert (done.returncode, done.stdout.split()) == (0, 2 * [str(EXPECTED["employees"]["created"])])
    assert NOTICE in done.stderr


def test_the_address_may_say_so_and_nothing_is_noticed_any_more(pooled):
    done = pooled.read_all("?DISABLE_SERVER_SIDE_CURSORS=true")
    assert (done.returncode, done.stdout.split()) == (0, 2 * [str(EXPECTED["employees"]["created"])])
    assert NOTICE not in done.stderr


def test_to_insist_on_such_cursors_ends_in_a_sentence(pooled):
    """Which is also how these tests know that their pool breaks them."""
    for _ in range(3):  # it may be the reading that fails, or the closing
        done = pooled.read_all("?DISABLE_SERVER_SIDE_CURSORS=false")
        assert (done.returncode, done.stdout) == (1, "")
        assert "DATABASE_URL の DISABLE_SERVER_SIDE_CURSORS=false" in done.stderr
        assert "POOLED" in done.stderr
        assert "Traceback" not in done.stderr
