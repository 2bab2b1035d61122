"""The encrypted backup of docs/operations.md, by its own lines: taken, the database lost, restored; and nobody else
reads it.
"""

import os
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from mikiwame_kaonavi.version import ROOT
from tests.processes.postgresql import program
from tests.processes.test_restore import destroy, maintenance, name_in

pytestmark = pytest.mark.processes

DOCUMENT = (ROOT / "docs/operations.md").read_text()
CANARY = "カナリア営業部"
TABLE, IN_CONTAINER = "departments_department", "docker compose exec -T postgres "
UNATTENDED = "gpg --batch --pinentry-mode loopback --passphrase ''"  # nobody is there to type


def documented(start: str) -> str:
    """The line of the document that begins so."""
    [found] = re.findall(rf"^    ({re.escape(start)}.*)$", DOCUMENT, flags=re.MULTILINE)
    return str(found)


class Desk:
    """A folder in which the lines of the document are run by a shell, with a keyring of its own and the wheel's
    programs.
    """

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url, self.keyring = folder, url, folder / "k"
        self.keyring.mkdir(mode=0o700)

    def run(self, line: str, *, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        line = re.sub(r"--username=mikiwame (.*) mikiwame( |$)", r"\1 '{url}'\2", line.replace(IN_CONTAINER, ""))
        line = line.replace("--username=mikiwame ", "").replace("--dbname=mikiwame", "--dbname='{url}'")
        line = re.sub(r"\bpg_(dump|restore)\b", lambda match: program(match[0]), line).replace("{url}", self.url)
        if "quick-generate" in line or "--decrypt" in line:
            line = line.replace("gpg", UNATTENDED, 1)
        environment = {
            "PATH": os.environ["PATH"],
            "GNUPGHOME": str(self.keyring),
            "folder": str(self.folder / "memory"),
        }
        shell = ["bash", "-c", f"set -o pipefail; {line}"]
        return subprocess.run(shell, cwd=self.folder, env=environment, capture_output=True, check=check)

    def make_keys(self) -> None:
        for start in ("gpg --quick-generate-key", "gpg --armor --export ", "gpg --armor --export-secret-keys"):
            self.run(documented(start) if "secret" not in start else UNATTENDED + documented(start)[3:])

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite:///")

    def back_up(self) -> Path:
        if not self.is_sqlite:
            self.run(documented(f"{IN_CONTAINER}pg_dump --username=mikiwame --format=custom --no-owner mikiwame | gpg"))
            return self.folder / "backup.dump.gpg"
        (self.folder / "memory").mkdir()
        copy = self.folder / "memory" / "db.sqlite3"
        with closing(sqlite3.connect(self.file)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)  # what the shell's `.backup` calls
        self.run(documented("gpg --batch --yes --recipient-file backup-public.asc --output backup.sqlite3.gpg"))
        self.run(documented("rm -r"))
        return self.folder / "backup.sqlite3.gpg"

    def restore(self, *, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        if self.is_sqlite:
            line = documented("gpg --decrypt --output .data/db.sqlite3")
            return self.run(line.replace(".data/db.sqlite3", str(self.file)), check=check)
        with psycopg.connect(maintenance(self.url), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name_in(self.url)}"')
            connection.execute(f'CREATE DATABASE "{name_in(self.url)}"')
        return self.run(documented("gpg --decrypt backup.dump.gpg | docker"), check=check)

    @property
    def file(self) -> Path:
        return Path(self.url.removeprefix("sqlite:///"))

    def execute(self, statement: str) -> list[tuple]:
        if self.is_sqlite:
            with closing(sqlite3.connect(self.file)) as connection, connection:
                return connection.execute(statement).fetchall()
        with psycopg.connect(self.url) as server:
            cursor = server.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, database_url)
    desk.make_keys()
    desk.execute(f"INSERT INTO {TABLE} (code, name) VALUES ('C', '{CANARY}')")
    yield desk
    desk.run("gpgconf --kill all")


def test_what_was_taken_comes_back_and_only_the_secret_key_reads_it(desk: Desk, tmp_path: Path):
    secret = tmp_path / "secret"
    desk.keyring.rename(secret)  # the server has the public key in a file, and nothing else
    desk.keyring.mkdir(mode=0o700)
    backup = desk.back_up()
    assert CANARY.encode() not in backup.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} & {"memory", "backup.new"} == set()

    destroy(desk.url)
    assert desk.restore(check=False).returncode != 0  # without the secret key
    desk.run("gpgconf --kill all")
    desk.run(f"gpg --batch --import {tmp_path / 'backup-secret.asc'}")
    if desk.is_sqlite:
        desk.file.unlink(missing_ok=True)
    desk.restore()
    assert desk.execute(f"SELECT name FROM {TABLE} WHERE code = 'C'") == [(CANARY,)]
    trigger = "UPDATE accounts_auditentry SET actor = ''"
    desk.execute(
        "INSERT INTO accounts_auditentry (at, actor, action, what, object_id, label, detail, address, request_id)"
        " VALUES ('2026-11-29', 'a', 'edited', '', '', '', '{}', '', '')"
    )
    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.IntegrityError), match="audit entries"):
        desk.execute(trigger)


def test_a_damaged_backup_is_no_success(desk: Desk):
    backup = desk.back_up()
    whole = backup.read_bytes()
    destroy(desk.url)
    for damaged in (whole[: len(whole) // 2], whole[:-200] + bytes(200)):
        backup.write_bytes(damaged)
        if desk.is_sqlite:
            desk.file.unlink(missing_ok=True)
        assert desk.restore(check=False).returncode != 0


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.long)], indirect=True)
def test_a_dump_that_fails_leaves_the_backup_of_before(desk: Desk):
    backup = desk.back_up()
    before = backup.read_bytes()
    destroy(desk.url)
    line = documented(f"{IN_CONTAINER}pg_dump --username=mikiwame --format=custom --no-owner mikiwame | gpg")
    assert desk.run(line, check=False).returncode != 0
    assert backup.read_bytes() == before
