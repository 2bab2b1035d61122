"""What the product's role of PostgreSQL must not do, and that a process with the owner's address says so."""

import pytest
from django.db import connection

from accounts import owner_address
from accounts.application_role import KEPT_FROM

pytestmark = pytest.mark.django_db
REFUSING = {
    "postgresql": "SELECT DISTINCT relname FROM pg_trigger"
    " JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid"
    " WHERE prosrc LIKE '%%RAISE EXCEPTION%%'",
    "sqlite": "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%%RAISE(ABORT%%'",
}


def test_each_table_that_its_triggers_let_only_grow_is_kept_from_it():
    with connection.cursor() as cursor:
        cursor.execute(REFUSING[connection.vendor], [])
        growing = {table for (table,) in cursor.fetchall()}
    assert "accounts_auditentry" in growing
    assert {table for table, rights in KEPT_FROM.items() if {"UPDATE", "DELETE"} <= set(rights.split(", "))} >= growing


@pytest.mark.parametrize(
    ("address", "owner", "told"), [("postgresql://app@db/x", "us", 1), ("postgresql://app@db/x", "", 0), ("", "us", 0)]
)
def test_a_process_that_owns_the_tables_although_there_is_a_role_for_it_says_so(
    address: str, owner: str, told: int, settings, monkeypatch
):
    lines: list[str] = []
    settings.APPLICATION_DATABASE_URL = address
    monkeypatch.setattr(owner_address, "owns_the_trail", lambda: bool(owner))
    monkeypatch.setattr(owner_address.logger, "critical", lines.append)
    owner_address.tell_at_start()
    assert lines == [owner_address.OWNED] * told


def test_whoever_made_the_tables_owns_them_on_postgresql_alone():
    assert owner_address.owns_the_trail() is (connection.vendor == "postgresql")
