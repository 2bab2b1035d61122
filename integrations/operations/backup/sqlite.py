"""A backup of SQLite: the file, copied by SQLite itself while others write; put back by its place in one piece."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection

from accounts import private_files
from integrations.operations.backup.archive import BackupError, Manifest, Reader, Writer
from integrations.operations.restored import Cleared

DATABASE = "database.sqlite3"
IN_USE = "データベースをほかのプログラムが使っています。web、worker、beat、ほかのコマンドを終了してから、もう一度実行してください。"
MISSING = "データベースがまだありません。先に manage.py migrate を実行してください。"


def file_of_database() -> Path:
    return Path(connection.settings_dict["NAME"])


def take(writer: Writer, manifest: Manifest) -> None:
    """Raises BackupError, also for a database that is damaged: a copy of that would help nobody."""
    file = file_of_database()
    if not file.exists():
        raise BackupError(MISSING)
    with private_files.scratch(writer.place) as copy:
        with (
            closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
            if target.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise BackupError(
                    "データベースが壊れているため、バックアップできません。前のバックアップから復元してください。"
                )
            if not target.execute("SELECT 1 FROM sqlite_master WHERE name = 'django_migrations'").fetchone():
                raise BackupError(MISSING)
            manifest.migrations = target.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
        with copy.open("rb") as content:
            writer.add(DATABASE, content)


def put_back(reader: Reader, settle: Callable[[], Cleared]) -> Cleared:
    """Bring the copy to this code's state beside the database, then let it take the database's place."""
    file = file_of_database()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    close_for_good(file)
    with private_files.scratch(file) as place:
        reader.extract(DATABASE, place)
        with connected_to(place):
            cleared = settle()
        close_for_good(place)
        close_for_good(file)
        private_files.put(place, file)
    return cleared


def others() -> int:
    """How many other programs have it open is not known until it is closed for good."""
    return 0


@contextmanager
def connected_to(file: Path) -> Iterator[None]:
    """Django's connection leads to another file for a while."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(file)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def close_for_good(file: Path) -> None:
    """All that was written is in the file itself and none lies beside it, where it would be taken for the next one's.

    Raises BackupError while somebody has it open.
    """
    connection.close()
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file, timeout=1)) as database:
            database.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise BackupError(IN_USE) from None
        for ending in private_files.BESIDE_SQLITE:  # it cannot be read any more: that is why somebody restores
            file.with_name(file.name + ending).unlink(missing_ok=True)
