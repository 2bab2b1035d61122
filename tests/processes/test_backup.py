"""`manage.py backup` and `restore` as real programs: another folder or database, a run under way, nothing half."""

import hashlib
import json
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from cryptography.fernet import Fernet

from integrations.operations.backup.archive import LIST
from mikiwame_kaonavi.launcher import ROOT
from tests.processes.deployment import MANAGE, Deployment, in_turn, product_environment
from tests.processes.fixtures import migrate
from tests.processes.ports import free_port
from tests.processes.test_deployment import fill
from tests.processes.test_restore import FOR_EVER, take_results, unfinished, updates

# the quick ones are in tests/integrations/operations
pytestmark = [pytest.mark.processes, pytest.mark.long]

ROOMS = (
    *("accounts", "assessments", "departments", "employees", "integrations", "mikiwame_kaonavi"),
    *("docs/images", "templates"),
)


class Place:
    """A folder with the product, that has no variable set: all that it keeps is in its own `.data`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        for room in ROOMS:
            shutil.copytree(ROOT / room, folder / room)
        for file in ("manage.py", "pyproject.toml", "docs/manual.ja.md"):
            shutil.copy(ROOT / file, folder / file)
        self.folder, self.data = folder, folder / ".data"
        embedded = {"DJANGO_DEBUG", "DJANGO_SECRET_KEY", "CREDENTIAL_KEYS"}
        self.environment = {name: text for name, text in product_environment().items() if name not in embedded}

    def manage(self, *arguments: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == expect, done.stdout + done.stderr
        return done


def test_a_backup_of_one_folder_is_restored_in_another_with_its_keys(tmp_path, migrated_sqlite):
    here, there = Place(tmp_path / "here"), Place(tmp_path / "there # ここ")
    here.data.mkdir(mode=0o700)
    shutil.copy(migrated_sqlite, here.data / "db.sqlite3")
    key = Fernet.generate_key()
    (here.data / "secret-key").write_text("the key of here" * 5)
    (here.data / "credential-key").write_text(key.decode())
    with closing(sqlite3.connect(here.data / "db.sqlite3")) as database:
        secret = Fernet(key).encrypt(b"consumer secret").decode()
        database.execute(
            "INSERT INTO auth_user (id, username, password, is_superuser, first_name, last_name, email, is_staff,"
            " is_active, date_joined) VALUES (7, 'hanako', '', 0, '', '', '', 0, 1, '2026-01-01')"
        )
        database.execute(
            "INSERT INTO accounts_secondfactor (user_id, secret, confirmed_at, last_step)"
            " VALUES (7, ?, '2026-01-01', 0)",
            [secret],
        )
        database.commit()
        backup = tmp_path / "kept.backup"
        here.manage("backup", str(backup))  # while somebody has it open

    told = there.manage("restore", str(backup)).stdout

    assert "DJANGO_SECRET_KEY をデータフォルダー" in told
    assert "注意" not in told
    for name in ("secret-key", "credential-key", "db.sqlite3"):
        assert stat.S_IMODE((there.data / name).stat().st_mode) == 0o600
        if name != "db.sqlite3":
            assert (there.data / name).read_text() == (here.data / name).read_text()
    with closing(sqlite3.connect(there.data / "db.sqlite3")) as database:
        assert database.execute("SELECT username FROM auth_user").fetchall() == [("hanako",)]
    assert {path.name for path in there.data.iterdir()} <= {
        "secret-key", "credential-key", "db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm", "serve.lock",
    }  # fmt: skip


def test_what_script_serve_runs_makes_one_a_day_and_is_not_restored_over_while_it_runs(tmp_path):
    place, port = Place(tmp_path / "here"), str(free_port())
    place.environment["PORT"] = port
    log = tmp_path / "log"
    with log.open("wb") as output:
        serve = [sys.executable, "-m", "mikiwame_kaonavi.launcher"]
        server = subprocess.Popen(serve, cwd=place.folder, env=place.environment, stdout=output, stderr=output)
    try:
        until(lambda: " ready." in log.read_text() and "で利用できます" in log.read_text(), log)
        errand = "from integrations.operations.backup.daily import back_up_daily; back_up_daily.delay()"
        place.manage("shell", "-v0", "-c", errand)
        until(lambda: list(place.data.glob("backups/mikiwame-*.backup")), log)
        [backup] = place.data.glob("backups/*")
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
        assert "問題は見つかりませんでした" in place.manage("doctor").stdout
        assert "script/serve" in place.manage("restore", str(backup), expect=1).stderr
    finally:
        server.terminate()
        server.wait(timeout=60)
    place.manage("restore", str(backup))
    assert "ワーカーが動いていません" in place.manage("doctor", expect=1).stdout


def until(is_so: Callable[[], object], log: Path) -> None:
    deadline = time.monotonic() + 300
    while not is_so():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


@pytest.fixture
def other_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """A second database of the same kind, with nothing of ours in it."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'other.sqlite3'}"
    addresses = request.getfixturevalue("migrated_postgresql")
    with psycopg.connect(addresses.format("postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{tmp_path.name}-other"')
    return str(addresses.format(f"{tmp_path.name}-other"))


def manage(url: str, *arguments: str, expect: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = product_environment(DATABASE_URL=url, CELERY_BROKER_URL="memory://", **variables)
    with in_turn(arguments):
        done = subprocess.run(
            [*MANAGE, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == expect, done.stdout + done.stderr
    return done


def run(url: str, code: str) -> Any:
    """What a line of Python prints in a shell of the product, as JSON."""
    before = "import json; from departments.models import Department; from accounts.models import AuditEntry;"
    return json.loads(manage(url, "shell", "-v0", "-c", f"{before} print(json.dumps({code}))").stdout)


def test_taken_during_a_run_and_restored_elsewhere_the_run_does_not_go_on(
    deployment: Deployment, other_url: str, tmp_path: Path
):
    url, backup = deployment.environment["DATABASE_URL"], tmp_path / "kept.backup"
    deployment.start("simulator", "worker")
    fill(deployment)
    deployment.connect()
    deployment.sync("departments", expect=3)
    deployment.sync("employees", expect=3)
    take_results(deployment, "2025-04-01")
    deployment.control("PATCH", "knobs", {"task_delay": FOR_EVER})
    deployment.manage("kaonavi", "sync", "results", "--no-wait")
    deployment.wait_until(lambda: updates(deployment), what="the first update was sent")
    deployment.manage("backup", str(backup))
    assert "動いています" in deployment.manage("restore", str(backup), "--yes", expect=1).stderr
    deployment.stop("worker")

    told = deployment.manage("restore", str(backup), DATABASE_URL=other_url).stdout

    assert "1件の処理を「失敗（中断）」として終了しました。" in told
    assert "カオナビのトークンを消しました（保存されていたもの：1件）" in told
    deployment.environment["DATABASE_URL"] = other_url
    deployment.control("PATCH", "knobs", {"task_delay": 0})
    deployment.start("worker")
    assert unfinished(deployment) == []
    again = deployment.sync("employees", expect=3)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)
    deployment.manage("migrate", "--check")
    assert url != other_url


def test_it_comes_back_to_the_last_row_and_number_and_guards_the_trail_again(database_url: str, tmp_path: Path):
    backup = tmp_path / "kept.backup"
    made = "[Department.objects.create(code=c, name=c * 3 + '\\t\\\\n髙').pk for c in 'ABC']"
    numbers = run(database_url, made)
    run(database_url, "[Department.objects.filter(code='C').delete()[0]]")
    manage(database_url, "remove_old_jobs")
    run(database_url, "[AuditEntry.objects.create(action='viewed', what='x').pk]")
    manage(database_url, "backup", str(backup))
    run(database_url, "[Department.objects.create(code='D', name='later').pk]")
    manage(database_url, "restore", str(backup))  # no account: nobody need be asked
    rows = run(database_url, "list(Department.objects.order_by('pk').values_list('pk', 'name'))")
    assert rows == [[number, f"{code * 3}\t\\n髙"] for number, code in zip(numbers, "AB", strict=False)]
    assert run(database_url, "[Department.objects.create(code='E', name='E').pk]") == [numbers[-1] + 1]
    tampering = "from accounts.models import AuditEntry; AuditEntry.objects.all().delete()"
    assert "cannot be changed" in manage(database_url, "shell", "-c", tampering, expect=1).stderr


def test_a_backup_of_an_older_state_is_brought_to_today_s(database_url: str, tmp_path: Path):
    backup = tmp_path / "kept.backup"
    manage(database_url, "migrate", "integrations", "0016", "-v0")
    run(database_url, "[Department.objects.create(code='A', name='A').pk]")
    manage(database_url, "backup", str(backup))
    manage(database_url, "migrate", "-v0")
    run(database_url, "Department.objects.all().delete()[0]")
    manage(database_url, "restore", str(backup))
    manage(database_url, "migrate", "--check")
    assert run(database_url, "list(Department.objects.values_list('code', flat=True))") == ["A"]


def test_the_application_s_role_may_take_one_and_only_the_owner_of_the_tables_restores_it(
    migrated_postgresql: str, tmp_path: Path
):
    backup, name = tmp_path / "kept.backup", tmp_path.name
    with psycopg.connect(migrated_postgresql.format("postgres"), autocommit=True) as administrator:
        administrator.execute(f'CREATE ROLE "owner of {name}" LOGIN CREATEROLE')
        administrator.execute(f'CREATE DATABASE "two roles of {name}" OWNER "owner of {name}"')
    address = migrated_postgresql.format(f"two%20roles%20of%20{name}")
    owner, application = (
        address.replace("postgres@", user) for user in (f"owner%20of%20{name}@", f"application%20of%20{name}:x@")
    )
    migrate(owner)
    manage(owner, "application_role", APPLICATION_DATABASE_URL=application)
    run(application, "[Department.objects.create(code='A', name='A').pk]")
    manage(application, "backup", str(backup))
    assert "所有者の DATABASE_URL" in manage(application, "restore", str(backup), "--yes", expect=1).stderr
    run(application, "Department.objects.all().delete()[0]")
    assert "application_role" in manage(owner, "restore", str(backup)).stdout
    manage(owner, "application_role", APPLICATION_DATABASE_URL=application)
    assert run(application, "list(Department.objects.values_list('code', flat=True))") == ["A"]


def with_a_fault(backup: Path) -> Path:
    """A backup that is whole and yet cannot be restored to its end: a department stands under one that is not there,
    or the file is no database.
    """
    faulty = backup.with_name("faulty.backup")
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(faulty, "w") as target:
        manifest = msgspec.json.decode(source.read(LIST))
        for name in source.namelist():
            content = source.read(name)
            if name == "tables/departments_department":
                values = content.rstrip(b"\n").split(b"\t")
                values[manifest["tables"]["departments_department"].index("parent_id")] = b"4711"
                content = b"\t".join(values) + b"\n"
            if name == "database.sqlite3":
                content = content[: len(content) // 2]
            if name != LIST:
                manifest["digests"][name] = hashlib.sha256(content).hexdigest()
                target.writestr(name, content)
        target.writestr(LIST, msgspec.json.encode(manifest))
    return faulty


def test_one_that_cannot_be_restored_to_its_end_changes_nothing(database_url: str, tmp_path: Path):
    run(database_url, "[Department.objects.create(code='A', name='A').pk]")
    manage(database_url, "backup", str(tmp_path / "kept.backup"))
    faulty = with_a_fault(tmp_path / "kept.backup")
    run(database_url, "[Department.objects.create(code='B', name='B').pk]")
    assert "元のままです" in manage(database_url, "restore", str(faulty), expect=1).stderr
    assert run(database_url, "list(Department.objects.values_list('code', flat=True))") == ["A", "B"]
    manage(database_url, "migrate", "--check")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_of_sqlite_that_is_damaged_or_in_use(database_url: str, tmp_path: Path):
    file, backup = Path(database_url.removeprefix("sqlite:///")), tmp_path / "kept.backup"
    run(database_url, "[Department.objects.create(code='A', name='A').pk]")
    manage(database_url, "backup", str(backup))
    with closing(sqlite3.connect(file)) as somebody:
        somebody.execute("SELECT count(*) FROM auth_user").fetchone()
        assert "ほかのプログラムが使っています" in manage(database_url, "restore", str(backup), expect=1).stderr
    file.write_bytes(b"SQLite format 3\0" + bytes(5000))
    assert "読み取れません" in manage(database_url, "restore", str(backup), expect=1).stderr
    manage(database_url, "restore", str(backup), "--yes")
    assert run(database_url, "list(Department.objects.values_list('code', flat=True))") == ["A"]


@pytest.mark.parametrize("database_url", [pytest.param("postgresql")], indirect=True)
def test_on_postgresql_nobody_else_may_have_it_open(database_url: str, tmp_path: Path):
    backup = tmp_path / "kept.backup"
    manage(database_url, "backup", str(backup))
    with psycopg.connect(database_url):
        assert "ほかの接続が1件" in manage(database_url, "restore", str(backup), expect=1).stderr
    manage(database_url, "restore", str(backup))
