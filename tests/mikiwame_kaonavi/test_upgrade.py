"""script/upgrade and script/rollback in a clone with an origin of its own; systemd and Docker are told, not run."""

import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.processes.checkout import Checkout

GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.co.jp", "-c", "init.defaultBranch=main"]
TOLD = '#!/bin/sh\necho "$(basename "$0") $*" >>"$TOLD"\n'
SYSTEMCTL = TOLD + '[ "$1" != is-enabled ] || [ "$3" = "$ENABLED" ]\n'
DOCKER = TOLD + 'case "$*" in *" ps "*) [ -z "$COMPOSE" ] || echo 0123 ;; *cat*) echo backup ;; esac\n'
MIGRATION = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("departments", "{before}")]
    operations = [migrations.CreateModel("Note", [("id", models.BigAutoField(primary_key=True))])]
"""


class Clone:
    """The product of some version, whose origin has a newer one."""

    def __init__(self, folder: Path) -> None:
        self.checkout = Checkout(folder)
        self.root = self.checkout.root
        self.bin, self.told = folder / "bin", folder / "told"
        self.bin.mkdir()
        self.told.touch()
        for name in ("docker", "systemctl", "systemd-run", "runuser"):
            (self.bin / name).write_text({"docker": DOCKER, "systemctl": SYSTEMCTL}.get(name, TOLD))
            (self.bin / name).chmod(0o755)
        self.git("init", "--quiet")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=old")
        origin = folder / "origin"
        subprocess.run([*GIT, "clone", "--quiet", "--bare", self.root, origin], check=True)
        self.git("remote", "add", "origin", str(origin))
        self.old = self.commit()
        self.publish()

    def publish(self) -> None:
        """Version 9.0.0, with a table of its own."""
        self.git("checkout", "--quiet", "-b", "work")
        project, listed = self.root / "pyproject.toml", self.root / "integrations/operations/published.txt"
        project.write_text(project.read_text().replace('version = "', 'version = "9.', 1))
        folder = self.root / "departments/migrations"
        before = max(path.stem for path in folder.glob("0*.py"))
        (folder / "0999_note.py").write_text(MIGRATION.format(before=before))
        listed.write_text(f"{listed.read_text()}9.0.0 0 departments/migrations/0999_note.py\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=new")
        self.new = self.commit()
        self.git("push", "--quiet", "origin", "work:main")
        self.git("checkout", "--quiet", "main")
        self.git("branch", "--quiet", "-D", "work")
        self.git("fetch", "--quiet")
        self.git("remote", "set-head", "origin", "main")

    def git(self, *words: str) -> str:
        done = subprocess.run([*GIT, *words], cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self) -> str:
        return self.git("rev-parse", "HEAD")

    def run(self, *words: str, enabled: str = "", compose: str = "", check: bool = True) -> str:
        path = f"{self.bin}:{self.checkout.environment['PATH']}"
        variables = {"PATH": path, "TOLD": str(self.told), "ENABLED": enabled, "COMPOSE": compose}
        done = self.checkout.run([f"script/{words[0]}", *words[1:]], variables, check=check)
        return done.stdout + done.stderr

    def calls(self) -> list[str]:
        """What systemd and Docker were told to do; questions left out."""
        lines = self.told.read_text().splitlines()
        self.told.write_text("")
        return [line for line in lines if "is-enabled" not in line and " ps " not in line]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_compose_is_upgraded_and_rolled_back_by_one_command_each(clone: Clone):
    run = "docker compose run --rm --no-deps"
    back_up = f"{run} -T migrate sh -c python manage.py backup /tmp/backup >&2 && cat /tmp/backup"
    halt, build, go_on = "docker compose stop web worker beat", "docker compose build", "docker compose up --detach"

    clone.run("upgrade", compose="yes")
    assert (clone.commit(), clone.calls()) == (clone.new, [back_up, halt, build, go_on])
    [backup] = (clone.root / ".data/backups").iterdir()
    assert (backup.read_text(), stat.S_IMODE(backup.stat().st_mode)) == ("backup\n", 0o600)

    clone.run("rollback", "--yes", compose="yes")
    back = f"{run} migrate python manage.py rollback {old_version(clone)} --yes"
    assert (clone.commit(), clone.calls()) == (clone.old, [back_up, halt, back, build, go_on])


def old_version(clone: Clone) -> str:
    text = clone.git("show", f"{clone.old}:pyproject.toml")
    return text.split('version = "')[1].split('"')[0]


def test_one_machine_is_halted_while_its_version_changes(clone: Clone):
    clone.run("upgrade", enabled="mikiwame.service")
    backup, halt, go_on = clone.calls()
    assert backup.startswith("runuser --user mikiwame -- .venv/bin/python manage.py backup .data/backups/")
    assert (halt, go_on) == ("systemctl stop mikiwame.service", "systemctl start mikiwame.service")
    assert clone.commit() == clone.new


def test_what_was_changed_by_hand_is_not_lost(clone: Clone):
    (clone.root / "README.md").write_text("ours")
    assert "手で変えられたファイル" in clone.run("upgrade", compose="yes", check=False)
    assert (clone.commit(), clone.calls()) == (clone.old, [])


def test_without_a_backup_nothing_changes(clone: Clone):
    (clone.bin / "docker").write_text(DOCKER + 'case "$*" in *cat*) exit 1 ;; esac\n')
    assert "何も変えていません" in clone.run("upgrade", compose="yes", check=False)
    assert clone.commit() == clone.old
    assert len(clone.calls()) == 1


def test_there_is_no_way_back_where_none_was_gone_forward(clone: Clone):
    assert "戻す先が分かりません" in clone.run("rollback", compose="yes", check=False)


@pytest.mark.long
@pytest.mark.processes
def test_beside_script_serve_the_database_goes_along(clone: Clone, migrated_sqlite: Path):
    data = clone.root / ".data"
    data.mkdir(mode=0o700)
    shutil.copy(migrated_sqlite, data / "db.sqlite3")

    clone.run("upgrade")
    assert clone.commit() == clone.new
    [backup] = (data / "backups").iterdir()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    clone.checkout.manage("migrate", "--verbosity=0")
    assert "[X] 0999_note" in clone.checkout.manage("showmigrations", "departments")

    clone.run("rollback")
    assert clone.commit() == clone.old
    assert "0999_note" not in clone.checkout.manage("showmigrations", "departments")
    clone.checkout.manage("migrate", "--check")
