"""Whether the product can do its work: database, migrations, broker, workers. No names, addresses or secrets in it."""

from collections.abc import Callable, Mapping

from celery import current_app
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError

from integrations.jobs import workers
from integrations.operations import keyring

BROKER_PATIENCE = 2  # seconds


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def migrations() -> str:
    executor = MigrationExecutor(connection)
    is_current = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "" if is_current else "データベースの更新（migrate）が済んでいません。"


def broker() -> str:
    with current_app.connection(connect_timeout=BROKER_PATIENCE) as queue:
        queue.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_PATIENCE)
    return ""


CHECKS: Mapping[str, Callable[[], str]] = {
    "database": database,
    "migrations": migrations,
    "keys": keyring.problem,
    "broker": broker,
    "worker": workers.problem,
}


def readiness() -> dict[str, str]:
    """What is wrong with each part, as a sentence; "" for a part that is well."""
    return {part: trouble_with(check) for part, check in CHECKS.items()}


def trouble_with(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, OperationalError, OSError):
        return "接続できません。"
