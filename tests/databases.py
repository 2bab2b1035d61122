"""Which tests run on the second kind of database, and when; and how a database is emptied between two tests, and filled
again.
"""

import pytest
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from accounts.unchangeable import protect, release

TRAIL = "accounts_auditentry"
EMPTYING_FIXTURES = {"transactional_db", "live_server"}
DATABASE_FIXTURES = {"db"} | EMPTYING_FIXTURES
# What is seen on both kinds of database at each change: locks, constraints, triggers, migrations, erasure, what has SQL
# of its own for each, and one straight way of every kind of run. The rest is seen on the second kind by `--long`.
AT_EACH_CHANGE = (
    "tests/accounts/test_application_role.py",
    "tests/accounts/test_audit.py",
    "tests/accounts/test_log_in_at_once.py",
    "tests/accounts/test_migrations.py",
    "tests/accounts/test_search.py",
    "tests/assessments/analysis/test_counted.py",
    "tests/assessments/test_correction.py::test_a_limited_role",
    "tests/assessments/test_correction.py::test_it_is_deleted",
    "tests/assessments/test_correction.py::test_it_may_not_become_the_same",
    "tests/assessments/test_correction.py::test_it_writes",
    "tests/assessments/test_correction.py::test_what_somebody_else_changed",
    "tests/assessments/test_kept_scales.py",
    "tests/assessments/test_reference_rows.py",
    "tests/assessments/test_tombstones.py",
    "tests/departments/test_editing.py",
    "tests/departments/test_scope.py",
    "tests/employees/test_deletion.py",
    "tests/employees/test_former_identities.py",
    "tests/employees/test_migrations.py",
    "tests/employees/test_search.py",
    "tests/employees/test_search_keys.py",
    "tests/integrations/automation/test_events.py",
    "tests/integrations/automation/test_webhook.py::test_many",
    "tests/integrations/connection/test_reservations.py",
    "tests/integrations/connection/test_tokens.py",
    "tests/integrations/erasure/",
    "tests/integrations/files/test_assessments_import.py",
    "tests/integrations/imports/test_absence.py::test_the_first_run_links",
    "tests/integrations/imports/test_approving.py",
    "tests/integrations/imports/test_changed_meanwhile.py",
    "tests/integrations/imports/test_department_file.py",
    "tests/integrations/imports/test_departments.py::test_a_dry_run",
    "tests/integrations/imports/test_departments.py::test_rule_2",
    "tests/integrations/imports/test_departments.py::test_rule_5_two",
    "tests/integrations/imports/test_employee_file.py",
    "tests/integrations/imports/test_employees.py::test_it_takes_every_item",
    "tests/integrations/imports/test_employees.py::test_rule_14_whoever",
    "tests/integrations/imports/test_identity.py",
    "tests/integrations/imports/test_size.py",
    "tests/integrations/imports/test_under_clicking.py",
    "tests/integrations/jobs/",
    "tests/integrations/operations/",
    "tests/integrations/screens/test_open_problems.py::test_a_note",
    "tests/integrations/screens/test_open_problems.py::test_the_database",
    "tests/integrations/test_bulk.py",
    "tests/integrations/test_problem_triggers.py",
    "tests/integrations/test_kinds.py",
    "tests/integrations/test_migrations.py",
    "tests/integrations/test_supervisor.py",
    "tests/integrations/upload/test_erased.py::test_the_night",
    "tests/integrations/upload/test_faults.py::test_a_cancelled",
    "tests/integrations/upload/test_held.py::test_members_items_and_rows",
    "tests/integrations/upload/test_left_behind.py",
    "tests/integrations/upload/test_refusals.py::test_rows_that_a_failed_task",
    "tests/integrations/upload/test_straight_path.py::test_it_counts",
    "tests/integrations/upload/test_straight_path.py::test_it_takes_away",
    "tests/integrations/views/test_first_saves.py",
    "tests/integrations/views/test_problems.py::test_it_says_that_all_is_done",
    "tests/test_conftest.py",
)
# What becomes of a cell or a size is settled before anything of the file reaches a database: it has no second round.
# Nor has the engine's machine, whose actors share one connection: no lock of a database shows there.
NO_SECOND_TIME = (
    "tests/integrations/files/test_damaged_cells.py",
    "tests/integrations/files/test_heavy_files.py",
    "tests/world/test_engine_machine.py",
)


def holds_some(path: str) -> bool:
    """Whether a file has tests that are seen on both kinds at each change."""
    return path.startswith(tuple(name.split("::")[0] for name in AT_EACH_CHANGE))


def uses_database(item: pytest.Item) -> bool:
    """Whether the test runs on the database of the settings, by mark or through a fixture.

    One that drives a browser is about pages, which are the same on every database: it has no second round.
    """
    if item.get_closest_marker("browser") or item.nodeid.startswith(NO_SECOND_TIME):
        return False
    return reads_database(item)


def reads_database(item: pytest.Item) -> bool:
    """Whether Django's database is there for the test, by mark or through a fixture."""
    asked_for = DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(asked_for)


def empties_database(item: pytest.Item) -> bool:
    """Whether Django empties all tables after the test, since its writes are real ones."""
    mark = item.get_closest_marker("django_db")
    asked_for = EMPTYING_FIXTURES & set(getattr(item, "fixturenames", ()))
    return bool(asked_for) or (mark is not None and bool(mark.kwargs.get("transaction")))


def second_round(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests that use the database; those that need not be seen on another kind at each change are long ones."""
    kept = [item for item in items if uses_database(item)]
    for item in kept:
        if not item.nodeid.startswith(AT_EACH_CHANGE):
            item.add_marker(pytest.mark.long)
    return kept


class KeptRows:
    """The rows of our migrations, for tests whose writes are real ones. All is SQL: Django reads JSON, and has
    PostgreSQL truncate sixty tables, which takes many times as long.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.place = 'kept."{}"' if connection.vendor == "postgresql" else '"kept {}"'
        self.columns: dict[str, str] = {}
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("CREATE SCHEMA kept")
            for table in tables_of(connection):
                cursor.execute(f'SELECT * FROM "{table}" LIMIT 1')
                if cursor.fetchone():
                    self.columns[table] = ", ".join(f'"{column[0]}"' for column in cursor.description)
                    cursor.execute(f'CREATE TABLE {self.place.format(table)} AS SELECT * FROM "{table}"')

    def bring_back(self, connection: BaseDatabaseWrapper) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for table, columns in self.columns.items():
                cursor.execute(f'DELETE FROM "{table}"')
                cursor.execute(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM {self.place.format(table)}')


def empty(connection: BaseDatabaseWrapper) -> None:
    """Take all rows away, also those that the database refuses to take away."""
    release(connection, TRAIL)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for table in tables_of(connection):
                cursor.execute(f'DELETE FROM "{table}"')
    finally:
        protect(connection, TRAIL)


def tables_of(connection: BaseDatabaseWrapper) -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)
