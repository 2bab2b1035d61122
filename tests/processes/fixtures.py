"""Fixtures for tests with real processes, on both kinds of database. `tests/conftest.py` makes them known everywhere.

A test that asks for `deployment` runs on SQLite, and in the long run once more on PostgreSQL;
`@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)` keeps it to one kind. Migrating takes seconds, so
it is done once for each kind and copied.
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.processes.deployment import MANAGE, Deployment, product_environment
from tests.processes.postgresql import postgresql_server

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)]


def migrate(database_url: str) -> None:
    environment = product_environment(DATABASE_URL=database_url, CELERY_BROKER_URL="memory://")
    subprocess.run([*MANAGE, "migrate", "--verbosity=0"], env=environment, check=True, stdin=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    file = tmp_path_factory.mktemp("migrated") / "db.sqlite3"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server whose database `migrated` is migrated and empty; `{}` stands for a name."""
    with postgresql_server() as url:
        addresses = url.replace("/postgres?", "/{}?")
        create_database(addresses, "migrated", template="template1")
        migrate(addresses.format("migrated"))
        yield addresses


def create_database(addresses: str, name: str, *, template: str) -> None:
    with psycopg.connect(addresses.format("postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def new_database(request: pytest.FixtureRequest, folder: Path) -> str:
    """The address of a migrated, empty database of the kind that is the request's parameter."""
    if request.param == "sqlite":
        file = folder / "db.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), file)
        return f"sqlite:///{file}"
    addresses: str = request.getfixturevalue("migrated_postgresql")
    name = f"test-{uuid4().hex}"
    create_database(addresses, name, template="migrated")
    return addresses.format(name)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated, empty database of the test's own, of each kind in turn."""
    return new_database(request, tmp_path)


@pytest.fixture
def deployment(database_url: str, tmp_path: Path) -> Iterator[Deployment]:
    """The product on that database, with nothing started yet but the broker. Everything is ended after the test."""
    deployment = Deployment(tmp_path, database_url=database_url)
    try:
        deployment.start("broker")
        yield deployment
    finally:
        deployment.close()
