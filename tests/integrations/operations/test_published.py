"""Migrations that somebody may have run: they stay as they are, and lead back to the version before and forth again."""

from dataclasses import dataclass
from datetime import date
from io import StringIO
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from accounts.models import SecondFactor
from integrations.jobs import workers
from integrations.models import SyncIssue
from integrations.operations.published import Rollback, published
from tests.factories.rows import make_issue, make_job
from tests.published_migrations import as_it_shall_be, digest_of

BEFORE = "0.2.0"
MANY = 100_000
MOST_STATEMENTS = 500
MOST_ROWS = 2.5 * MANY  # each of a table is written twice at most; the rest are lists of our own


def forward() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def roll_back(to: str = BEFORE, *options: str) -> str:
    said = StringIO()
    call_command("rollback", to, *options, stdout=said)
    return said.getvalue()


def test_none_was_changed():
    assert [each.path for each in published() if digest_of(each.path) != each.digest] == []


def test_each_is_listed():
    """A new one is by `python -m tests.published_migrations`."""
    assert as_it_shall_be() == published()


@pytest.mark.django_db(transaction=True)
def test_going_back_tells_what_is_lost_and_keeps_everything_else():
    SecondFactor.objects.create(user=User.objects.create(username="hanako"), secret="A" * 32)
    issue = make_issue(make_job(), line=7)
    try:
        with pytest.raises(CommandError, match="何も変えていません"):
            roll_back()
        assert SecondFactor.objects.exists()
        said = roll_back(BEFORE, "--yes")
    finally:
        forward()
    assert "「二要素認証」1件" in said
    assert "の「ファイルの行」" in said
    assert User.objects.filter(username="hanako").exists()
    assert SyncIssue.objects.get(pk=issue.pk).line is None
    assert not SecondFactor.objects.exists()


@pytest.mark.django_db
def test_there_is_no_way_back_under_a_worker():
    workers.announce("celery@here")
    with pytest.raises(CommandError, match="worker が動いています"):
        roll_back(BEFORE, "--yes")


@pytest.mark.django_db
def test_a_version_that_never_was_is_refused_with_those_that_were():
    with pytest.raises(CommandError, match=r"版 0\.2\.1 はありません。指定できる版：0\.1\.0、0\.2\.0、"):
        roll_back("0.2.1")


@pytest.mark.django_db
def test_the_version_that_runs_has_nothing_to_go_back_to():
    assert "戻すものはありません" in roll_back(published()[-1].version)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_no_migration_has_much_to_do_for_each_of_100_000_rows():
    """A table is locked as long as its migration writes: that is counted, since time depends on the machine."""
    Rollback(BEFORE).carry_out()
    done = {}
    try:
        fill()
        executor = MigrationExecutor(connection)
        for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes()):
            work, files = Work(), files_of_tables()
            with connection.execute_wrapper(work):
                MigrationExecutor(connection).migrate([(migration.app_label, migration.name)])
            now = files_of_tables()
            assert [name for name in files if now.get(name, files[name]) != files[name]] == [], migration
            done[str(migration)] = work
    finally:
        forward()
    assert {name: work for name, work in done.items() if work.statements > MOST_STATEMENTS} == {}
    assert {name: work for name, work in done.items() if work.rows > MOST_ROWS} == {}


@dataclass
class Work:
    """What statements do to a database."""

    statements: int = 0
    rows: int = 0  # written; where SQLite makes a table anew, all that are copied

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        self.statements += 1
        if str(sql).lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "WITH")):
            self.rows += max(context["cursor"].rowcount, 0)
        return result


def files_of_tables() -> dict[str, int]:
    """Of the server, each table's file: another one once all of its rows have been written anew, behind a lock."""
    if connection.vendor != "postgresql":
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relfilenode FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return dict(cursor.fetchall())


def fill() -> None:
    """The tables of the version before that grow with people and runs."""
    executor = MigrationExecutor(connection)
    apps = executor.loader.project_state(list(executor.loader.applied_migrations)).apps

    def rows(app: str, model: str, make, number: int = MANY) -> None:
        table = apps.get_model(app, model)
        table.objects.bulk_create((table(**make(n)) for n in range(1, number + 1)), batch_size=500)

    now = timezone.now()
    rows("employees", "Employee", lambda n: {"pk": n, "email": f"p{n}@example.co.jp", "employee_number": str(n)})
    rows(
        "assessments",
        "Assessment",
        lambda n: {"public_id": UUID(int=n), "employee_id": n, "taken_on": date(2026, 4, 1), "scores": {"a": 50.0}},
    )
    jobs = {"status": "succeeded", "kind": "results", "state": {"run": {"people": {}}}, "finished_at": now}
    rows("integrations", "SyncJob", lambda n: {"pk": n, **jobs}, 400)
    codes = {str(n): True for n in range(1000)}
    rows(
        "integrations",
        "UploadChunk",
        lambda n: {
            "job_id": n,
            "sheet": "latest_sheet",
            "sheet_id": 1,
            "number": 1,
            "codes": codes,
            "read_at": now,
            "sent_at": now,
        },
        400,
    )
    rows(
        "integrations",
        "SyncIssue",
        lambda n: {"job_id": n % 400 + 1, "severity": "error", "reason": "MEMBER_MAIL_INVALID"},
    )
    rows(
        "integrations",
        "SyncChange",
        lambda n: {"job_id": n % 400 + 1, "what": "latest_sheet", "action": "update", "key": str(n), "object_id": n},
    )
    rows("accounts", "AuditEntry", lambda n: {"actor": "hanako", "action": "edited", "object_id": str(n)})
