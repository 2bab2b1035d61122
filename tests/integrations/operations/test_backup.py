"""A backup: whole and ours alone, taken while others write; what must not be restored is refused beforehand."""

import fcntl
import shutil
import sqlite3
import stat
import zipfile
from contextlib import closing
from io import StringIO
from pathlib import Path

import msgspec
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts.models import AuditEntry
from departments.models import Department
from integrations.jobs import workers
from integrations.operations.backup import keys, restoring, sqlite, taking
from integrations.operations.backup.archive import LIST, BackupError, reading

TRANSACTIONAL = pytest.mark.django_db(transaction=True)  # a backup reads what is committed


@pytest.fixture
def backup(transactional_db, tmp_path) -> Path:
    Department.objects.create(code="C", name="カナリア営業部")
    path = tmp_path / "kept.backup"
    taking.take(path)
    return path


def rewritten(path: Path, **changes: object) -> Path:
    """The backup with other words in its list."""
    other = path.with_name("other.backup")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == LIST:
                content = msgspec.json.encode(msgspec.json.decode(content) | changes)
            target.writestr(name, content)
    return other


def restore(path: Path) -> None:
    """As the command, but whoever is asked says no."""

    def refuse(loss: str) -> None:
        raise AssertionError(loss)

    restoring.restore(path, confirm=refuse)


def test_it_is_ours_alone_and_says_what_is_in_it(backup, settings):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]
    with reading(backup) as reader:
        assert (reader.manifest.version, reader.manifest.database) == (settings.VERSION, connection.vendor)
        assert reader.text(keys.SECRET_KEY) == settings.SECRET_KEY
        assert reader.text(keys.CREDENTIAL_KEYS) == ",".join(settings.CREDENTIAL_KEYS)


def test_every_migration_can_be_carried_out_within_the_one_transaction_of_a_restore():
    """One that may not be (`atomic = False`) would keep PostgreSQL from getting its backup back."""
    migrations = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    assert [key for key, migration in migrations.items() if not migration.atomic] == []


@TRANSACTIONAL
def test_nobody_else_can_read_it_at_any_moment(tmp_path, monkeypatch):
    modes = []
    really_open = zipfile.ZipFile.open

    def look(*args, **options):
        modes.extend(stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir() if "-" not in path.name[-8:])
        return really_open(*args, **options)

    monkeypatch.setattr(zipfile.ZipFile, "open", look)
    taking.take(tmp_path / "kept.backup")
    assert set(modes) == {0o600}


@TRANSACTIONAL
def test_the_command_says_what_was_kept_and_replaces_nothing_unasked(tmp_path):
    path, out = tmp_path / "kept.backup", StringIO()
    call_command("backup", str(path), stdout=out)
    assert "鍵（DJANGO_SECRET_KEY、CREDENTIAL_KEYS）" in out.getvalue()
    before = path.read_bytes()
    with pytest.raises(CommandError, match="すでにあります"):
        call_command("backup", str(path))
    assert path.read_bytes() == before
    call_command("backup", str(path), "--replace", "--without-keys", stdout=out)
    assert "鍵は入っていません" in out.getvalue()
    with reading(path) as reader:
        assert not any(name.startswith("keys/") for name in reader.manifest.digests)


@TRANSACTIONAL
def test_one_that_fails_leaves_the_one_before_and_nothing_half(tmp_path, monkeypatch):
    path = tmp_path / "kept.backup"
    path.write_text("before")

    def fail(_writer) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keys, "take", fail)
    with pytest.raises(CommandError, match="ディスクに空きがありません"):
        call_command("backup", str(path), "--replace")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [(path.name, "before")]


def test_a_place_that_is_none_is_refused(db, tmp_path):
    for path in (tmp_path, tmp_path / "no" / "such" / "folder"):
        with pytest.raises(BackupError, match="ファイルの名前"):
            taking.take(path)


def test_a_disk_that_would_be_full_is_told_beforehand(db, tmp_path, monkeypatch):
    if connection.vendor == "postgresql":
        return  # the server's disk is not ours to know
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, taking.SPARE))
    with pytest.raises(BackupError, match="空き容量が足りません"):
        taking.take(tmp_path / "kept.backup")


def test_a_damaged_database_of_sqlite_is_no_backup(db, tmp_path, monkeypatch):
    file = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE t (x)")
        database.executemany("INSERT INTO t VALUES (?)", [("x" * 900,)] * 200)
        database.commit()
    with file.open("r+b") as content:
        content.seek(4096 * 3)
        content.write(bytes(4096))
    monkeypatch.setattr(sqlite, "file_of_database", lambda: file)
    monkeypatch.setattr(taking, "of_this_database", lambda: sqlite)
    with pytest.raises(BackupError, match="データベースが壊れている"):
        taking.take(tmp_path / "kept.backup")
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_one_that_is_damaged_anywhere_is_refused(backup):
    whole = backup.read_bytes()
    damaged = [whole[: len(whole) // 2], whole[:-1], b"", b"PK\x05\x06" + bytes(18), b"\0" * 100]
    places = range(0, len(whole), len(whole) // 60)
    damaged += [whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :] for place in places]
    with reading(backup) as reader:
        digests = reader.manifest.digests
    refused = 0
    for content in damaged:
        backup.write_bytes(content)
        try:
            with reading(backup) as reader:
                assert reader.manifest.digests == digests  # each part is whole: it was a date or a mode, read by nobody
        except BackupError:
            refused += 1
    assert refused > len(damaged) // 2


def test_it_comes_back_into_another_file_and_leaves_nothing_beside_it(backup, settings, tmp_path):
    """Of SQLite; that of PostgreSQL, and keys, folders and faults: tests/processes/test_backup.py."""
    if connection.vendor == "postgresql":
        return
    settings.DATA_DIR = tmp_path
    other = tmp_path / "other.sqlite3"
    with sqlite.connected_to(other):
        restore(backup)
        assert list(Department.objects.values_list("name", flat=True)) == ["カナリア営業部"]
        assert [entry.what for entry in AuditEntry.objects.all()] == ["データベース（バックアップの復元）"]
    assert stat.S_IMODE(other.stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"kept.backup", "other.sqlite3", "serve.lock"}


def test_what_is_no_backup_is_said_so(tmp_path, db):
    (tmp_path / "text").write_text("社員番号,氏名\n")
    for name in ("text", "missing"):
        with pytest.raises(CommandError, match=r"ではないか、途中で切れています|がありません"):
            call_command("restore", str(tmp_path / name))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"version": "99.0.0"}, "新しい版の製品のバックアップ"),
        ({"migrations": [["integrations", "9999_from_tomorrow"]]}, "新しい版の製品のバックアップ"),
        ({"format": 2, "database": "something new"}, "新しい版の製品が書いたバックアップ"),
        ({"database": "other"}, "manage.py backup が書いたファイルではない"),
    ],
)
def test_one_of_a_newer_product_is_refused(backup, changes, told):
    with pytest.raises(BackupError, match=told):
        restore(rewritten(backup, **changes))


def test_one_of_the_other_kind_of_database_is_refused(backup):
    other = "sqlite" if connection.vendor == "postgresql" else "postgresql"
    with pytest.raises(BackupError, match="に復元してください"):
        restore(rewritten(backup, database=other))


def test_it_is_refused_while_a_worker_lives(backup):
    workers.announce("host:1")
    with pytest.raises(BackupError, match="ワーカーが応答しています"):
        restore(backup)


def test_it_is_refused_while_the_launcher_runs(backup, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with (tmp_path / "serve.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupError, match="script/serve"):
            restore(backup)


def test_it_is_refused_where_the_given_keys_could_not_open_it(backup, settings, tmp_path):
    settings.CREDENTIAL_KEYS = ["b3RoZXIga2V5IHRoYW4gdGhlIG9uZSB0aGF0IHdhcyE="]
    with pytest.raises(BackupError, match="環境変数 CREDENTIAL_KEYS に、バックアップのときの鍵がありません"):
        restore(backup)
    out = StringIO()
    call_command("restore", str(backup), "--keys", str(tmp_path / "keys"), stdout=out)
    kept = tmp_path / "keys" / "credential-key"
    assert (kept.read_text() != settings.CREDENTIAL_KEYS[0], stat.S_IMODE(kept.stat().st_mode)) == (True, 0o600)
    with pytest.raises(CommandError, match="すでにあります"):
        call_command("restore", str(backup), "--keys", str(tmp_path / "keys"))


def test_accounts_are_replaced_only_when_somebody_says_so(backup, monkeypatch):
    User.objects.create(username="hanako")
    monkeypatch.setattr(keys, "put_back", lambda _reader: pytest.fail("replaced unasked"))
    monkeypatch.setattr("sys.stdin", StringIO())
    if connection.vendor == "postgresql":
        monkeypatch.setattr("integrations.operations.backup.postgresql.others", lambda: 0)
    with pytest.raises(CommandError, match=r"アカウントが1件あります.*--yes"):
        call_command("restore", str(backup))


@pytest.mark.parametrize(
    ("answer", "told"), [("いいえ", "何も変更していません"), ("", "何も変更していません"), ("はい", "replaced")]
)
def test_somebody_at_the_terminal_is_asked(backup, monkeypatch, answer, told):
    User.objects.create(username="hanako")
    terminal = StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stdin", terminal)
    monkeypatch.setattr("builtins.input", lambda question: answer if "アカウントが1件" in question else "")
    monkeypatch.setattr("integrations.operations.backup.postgresql.others", lambda: 0)

    def replace(_reader):
        raise BackupError("replaced")

    monkeypatch.setattr(keys, "put_back", replace)
    with pytest.raises(CommandError, match=told):
        call_command("restore", str(backup))
