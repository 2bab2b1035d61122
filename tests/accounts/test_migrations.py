"""Migrations of accounts: there and back, with rows in the tables, and the trail protected all the while."""

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from accounts import audit
from accounts.models import AuditEntry, LogInPolicy, ProviderIdentity, SecondFactor


def migrate(*targets: tuple[str, str]) -> None:
    MigrationExecutor(connection).migrate(list(targets))


def entries() -> list[tuple[object, ...]]:
    """As the older tables have them, too."""
    return list(AuditEntry.objects.order_by("pk").values_list("pk", "at", "actor", "action", "object_id", "label"))


def assert_protected() -> None:
    for statement in ("UPDATE accounts_auditentry SET actor = 'x'", "DELETE FROM accounts_auditentry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_they_go_back_and_forth_without_losing_a_line_of_the_trail():
    user = User.objects.create(username="hanako")
    SecondFactor.objects.create(user=user, secret="A" * 32)
    LogInPolicy.objects.create(pk=1)
    ProviderIdentity.objects.create(user=user, issuer="https://login.example", subject="1")
    audit.record(audit.Action.FACTOR_SET, by=user, on=user)
    audit.record(audit.Action.VIEWED, by=user, on=user)
    before = entries()
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        for older in ("0005_viewed", "0004_failed_connections"):
            migrate(("accounts", older))
            assert entries() == before
            assert_protected()
    finally:
        migrate(*newest)
    assert entries() == before
    assert_protected()
    assert not ProviderIdentity.objects.exists()
