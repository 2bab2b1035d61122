"""Back up, destroy, restore, go on: the commands of docs/operations.md, on both kinds of database, with encrypted keys."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.processes.deployment import Deployment
from tests.processes.postgresql import program
from tests.processes.test_deployment import fill
from tests.processes.traces import pg_dump

pytestmark = [pytest.mark.processes, pytest.mark.long]


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
