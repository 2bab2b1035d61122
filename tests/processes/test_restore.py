"""Back up, destroy, restore, go on: the commands of docs/operations.md, on both kinds of database, with encrypted
keys.
"""

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.processes.deployment import Deployment
from tests.processes.postgresql import program
from tests.processes.test_deployment import fill
from tests.processes.traces import pg_dump

pytestmark = [pytest.mark.processes, pytest.mark.long]

HEADINGS = "メールアドレス,検査名,受検日,16タイプ"
FOR_EVER = 600  # seconds, until カオナビ's clock is put forward
LATEST, ALL = "最新性格検査結果（ミキワメ連携）", "全性格検査結果（ミキワメ連携）"


def back_up(url: str, backup: Path) -> None:
    if url.startswith("sqlite:///"):
        with (
            closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as source,
            closing(sqlite3.connect(backup)) as copy,
        ):
            source.backup(copy)  # what the shell's `.backup` calls
    else:
        backup.write_bytes(pg_dump(url, "--format=custom", "--no-owner"))


def destroy(url: str) -> None:
    if url.startswith("sqlite:///"):
        file = Path(url.removeprefix("sqlite:///"))
        for path in file.parent.glob(f"{file.name}*"):
            path.unlink()
        return
    with psycopg.connect(maintenance(url), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name_in(url)}" WITH (FORCE)')


def restore(url: str, backup: Path) -> None:
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).write_bytes(backup.read_bytes())
        return
    with psycopg.connect(maintenance(url), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name_in(url)}"')
    command = [program("pg_restore"), "--exit-on-error", "--no-owner", f"--dbname={url}", str(backup)]
    subprocess.run(command, check=True)


def name_in(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def maintenance(url: str) -> str:
    return url.replace(f"/{name_in(url)}", "/postgres", 1)


def test_what_was_backed_up_goes_on_after_the_database_was_lost(deployment: Deployment, tmp_path: Path):
    url, backup = deployment.environment["DATABASE_URL"], tmp_path / "backup"
    deployment.start("simulator", "worker")
    fill(deployment)
    deployment.connect()
    assert deployment.sync("departments", expect=3)["created"] == 2
    assert deployment.sync("employees", expect=3)["created"] == 2
    back_up(url, backup)  # while everything runs
    secret = deployment.control("GET", "credentials")["consumer_secret"]
    assert secret.encode() not in backup.read_bytes()

    deployment.stop("worker")
    destroy(url)
    deployment.manage("kaonavi", "jobs", expect=1)
    restore(url, backup)
    deployment.manage("migrate", "--check")
    deployment.manage("after_restore")
    deployment.start("worker")
    again = deployment.sync("employees", expect=3)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)
    assert len(deployment.control("GET", "tenant")["members"]) == 4

    # the audit trail is guarded in the restored database too
    tampering = "from accounts.models import AuditEntry; AuditEntry.objects.all().update(actor='nobody')"
    assert "cannot be changed" in deployment.manage("shell", "-c", tampering, expect=1).stderr

    # without the keys the backup opens nothing, and says so
    other = {"CREDENTIAL_KEYS": "b3RoZXIga2V5IHRoYW4gdGhlIG9uZSB0aGF0IHdhcyE="}
    assert "CREDENTIAL_KEYS" in deployment.manage("kaonavi", "sync", "employees", expect=5, **other).stderr


@pytest.fixture
def company(deployment: Deployment) -> Deployment:
    """Connected, with its people; カオナビ takes as many updates as come."""
    deployment.environment |= {"KAONAVI_UPDATE_LIMIT": "1000"}
    deployment.start("simulator", "worker")
    fill(deployment)
    deployment.control("PATCH", "knobs", {"update_limit": 1000})
    deployment.connect()
    deployment.sync("departments", expect=3)
    deployment.sync("employees", expect=3)
    return deployment


def take_results(company: Deployment, day: str) -> None:
    """A result of A1 from a file."""
    file = company.folder / "results.csv"
    file.write_text(f"{HEADINGS}\na1@example.co.jp,検査,{day},シーカー\n")
    company.manage("assessments", "import", str(file))


def go_back(company: Deployment, backup: Path) -> None:
    """Restore, as docs/operations.md says."""
    company.stop("worker")
    destroy(company.environment["DATABASE_URL"])
    restore(company.environment["DATABASE_URL"], backup)
    company.manage("migrate", "--no-input")
    company.manage("after_restore")
    company.start("worker")


def shown(company: Deployment) -> dict[str, Any]:
    """What each sheet holds."""
    return {sheet["name"]: sheet["rows"] for sheet in company.control("GET", "tenant")["sheets"]}


def updates(company: Deployment) -> int:
    return sum(call["method"] == "PATCH" for call in company.control("GET", "calls"))


def reasons(job: dict[str, Any]) -> set[str]:
    return {issue["reason"] for issue in job["issues"]}


# What goes on after a restore is the same whatever was restored: the test above does it on both.
on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
KEPT = {"RESULT_OLDER_THAN_SHOWN", "RESULT_RECORD_UNKNOWN"}


@on_one_database
def test_an_older_backup_takes_nothing_away_from_kaonavi(company: Deployment, tmp_path: Path):
    backup = tmp_path / "backup"
    take_results(company, "2025-04-01")
    company.sync("results")
    back_up(company.environment["DATABASE_URL"], backup)
    take_results(company, "2026-04-01")
    company.sync("results")
    before, calls = shown(company), updates(company)
    go_back(company, backup)

    assert reasons(company.sync("results", expect=3)) == KEPT

    assert (shown(company), updates(company)) == (before, calls)
    take_results(company, "2026-04-01")
    assert company.sync("results")["updated"] == 1
    assert [len(shown(company)[name]["A1"]) for name in (LATEST, ALL)] == [1, 2]
    assert company.sync("results")["unchanged"] == 1


@on_one_database
def test_an_upload_that_was_under_way_in_the_backup_does_not_go_on(company: Deployment, tmp_path: Path):
    backup = tmp_path / "backup"
    take_results(company, "2025-04-01")
    company.control("PATCH", "knobs", {"task_delay": FOR_EVER})
    company.manage("kaonavi", "sync", "results", "--no-wait")
    company.wait_until(lambda: updates(company), what="the first update was sent")
    back_up(company.environment["DATABASE_URL"], backup)
    company.control("PATCH", "knobs", {"task_delay": 0})
    company.control("POST", "clock", {"advance": FOR_EVER})
    company.wait_until(lambda: not unfinished(company), what="the upload has ended", within=60)
    take_results(company, "2026-04-01")
    company.sync("results")
    before, calls = shown(company), updates(company)

    go_back(company, backup)

    assert unfinished(company) == []
    [job] = [job for job in jobs(company) if job["kind"] == "results"]
    assert job["status"] == "interrupted"
    assert reasons(company.sync("results", expect=3)) == KEPT
    assert (shown(company), updates(company)) == (before, calls)


def jobs(company: Deployment) -> list[dict[str, Any]]:
    return list(json.loads(company.manage("kaonavi", "jobs", "--json").stdout))


def unfinished(company: Deployment) -> list[dict[str, Any]]:
    return [job for job in jobs(company) if job["status"] in {"queued", "running"}]
