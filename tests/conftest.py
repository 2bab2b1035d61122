"""What every test may rely on: no foreign host is ever reached, and any test that needs a database can be picked
out.
"""

import gc
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.databases import KeptRows, empties_database, empty, holds_some, second_round, uses_database

pytest_plugins = ["tests.scheduling", "tests.factories.fixtures", "tests.processes.fixtures", "tests.faults.tally"]

LOOPBACK = {"127.0.0.1", "::1", "localhost", "", None}

# A run's result depends on the code alone, neither on chance nor on how fast the machine is. `long` looks further, and
# `--hypothesis-profile=search` elsewhere each time.
STEADY = hypothesis.settings(
    deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.register_profile("short", STEADY, max_examples=30)
hypothesis.settings.register_profile("long", STEADY, max_examples=200)
hypothesis.settings.register_profile("search", STEADY, max_examples=1000, derandomize=False)
hypothesis.settings.load_profile("short")


class ForeignHostError(AssertionError):
    """A test tried to reach a host other than this one. No OSError, so that no client takes it for a bad line."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database",
        action="store_true",
        help="run only the tests that use Django's database: the second round, on another kind of database",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("markexpr") == "long" and not config.getoption("--hypothesis-profile"):
        hypothesis.settings.load_profile("long")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in filter(empties_database, items):
        # The rows of our migrations (types, scales, groups) come back; pytest-django sees a mark only, not its own
        # fixture.
        item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)
    if not config.getoption("--only-database"):
        return
    kept = second_round(items)
    config.hook.pytest_deselected(items=[item for item in items if not uses_database(item)])
    items[:] = kept


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The second round of a quick run reads no file of which it takes nothing."""
    is_second = config.getoption("--only-database") and config.getoption("markexpr") == "not long"
    if not is_second or not collection_path.name.startswith("test_"):
        return None
    return True if not holds_some(collection_path.relative_to(config.rootpath).as_posix()) else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Of what is being collected nothing is garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """All that was imported and collected stays to the end: nobody need look through it for garbage again and again,
    nor after each few hundred objects.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test that was left out is no test that passed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep SQLite in a file, as the product does: in memory all threads of the live server would share one
    transaction.
    """
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "db.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Empty and fill the database in ways that are quicker than Django's, and that the audit trail does not refuse."""
    from django.db import connections
    from django.db.backends.base.creation import BaseDatabaseCreation
    from django.db.backends.base.operations import BaseDatabaseOperations

    connection = connections["default"]
    with django_db_blocker.unblock():
        rows = KeptRows(connection)
    with pytest.MonkeyPatch.context() as patch:
        # For every connection: Playwright's event loop makes Django open a second one.
        patch.setattr(type(connection), "_test_serialized_contents", "", raising=False)
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", lambda self, _statements: empty(self.connection))
        patch.setattr(
            BaseDatabaseCreation, "deserialize_db_from_string", lambda self, _: rows.bring_back(self.connection)
        )
        yield


@pytest.fixture(scope="session", autouse=True)
def _forms_are_sent_as_browsers_send_them() -> Iterator[None]:
    """Django's client sends each form as multipart; a browser does so only where a page says that it has files."""
    from django.test.client import MULTIPART_CONTENT, RequestFactory
    from django.utils.http import urlencode

    send = RequestFactory.post

    def post(self: RequestFactory, path: str, data: Any = None, content_type: str = MULTIPART_CONTENT, **rest: Any):
        if content_type != MULTIPART_CONTENT:
            return send(self, path, data, content_type, **rest)
        values = [one for value in (data or {}).values() for one in (value if isinstance(value, list) else [value])]
        if not any(hasattr(one, "read") for one in values):
            data, content_type = urlencode(data or {}, doseq=True), "application/x-www-form-urlencoded"
        return send(self, path, data, content_type, **rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RequestFactory, "post", post)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_foreign_host() -> Iterator[None]:
    """Let sockets reach this machine only: カオナビ is always played by the simulator or by a recorded answer."""
    real_connect, real_getaddrinfo = socket.socket.connect, socket.getaddrinfo

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in LOOPBACK:
            raise ForeignHostError(address)
        real_connect(self, address)

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in LOOPBACK:
            raise ForeignHostError(host)
        return real_getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield
