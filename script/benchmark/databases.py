"""A fresh, migrated database of each kind for the parent, and the way back to it for a child."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KINDS = ("SQLite", "PostgreSQL")
ROOT = Path(__file__).resolve().parents[2]
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR")
MEASURED_TABLES = (
    *(
        "integrations_syncchange",
        "integrations_syncissue",
        "integrations_uploadchunk",
        "integrations_resultregistration",
    ),
    *("integrations_syncjob", "integrations_remotecall", "assessments_assessment", "employees_employee"),
    "employees_searchkey",
    "integrations_problemversion",
)


def environment(database_url: str) -> dict[str, str]:
    """What a child gets: the database, the settings of a measurement, and nothing else of ours."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return kept | {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "script.benchmark.settings"}


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of a migrated database while the context lasts."""
    if kind == "SQLite":
        file = folder / "measured.sqlite3"
        migrate(f"sqlite:///{file}")
        shutil.copy(file, empty_copy(file))
        yield f"sqlite:///{file}"
        for path in folder.glob("measured.sqlite3*"):
            path.unlink()
    else:
        from tests.processes.postgresql import postgresql_server  # noqa: PLC0415 - a whole server; only who needs it

        with postgresql_server() as url:
            migrate(url)
            yield url


def migrate(database_url: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=environment(database_url), check=True, stdin=subprocess.DEVNULL)  # noqa: S603 - our own program


def empty_copy(file: Path) -> Path:
    return file.with_suffix(".empty")


def start_afresh() -> None:
    """In a child: empty the tables that a measurement fills, as if the database were new."""
    from django.db import connection, connections  # noqa: PLC0415 - a parent has no Django

    if connection.vendor == "sqlite":
        connections.close_all()
        file = Path(connection.settings_dict["NAME"])
        for left in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
            left.unlink(missing_ok=True)
        shutil.copy(empty_copy(file), file)
    else:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(MEASURED_TABLES)}, departments_department RESTART IDENTITY CASCADE")
