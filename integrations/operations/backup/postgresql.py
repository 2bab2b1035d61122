"""A backup of PostgreSQL: every table by COPY in one snapshot; put back in one transaction, which fails as a whole.

No program of PostgreSQL's is needed, and no version of the server: a backup goes back into an older or a newer one.
"""

from collections.abc import Callable, Iterable
from itertools import groupby

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from accounts.models import AuditEntry
from accounts.owner_address import owns_the_trail
from integrations.operations.backup.archive import BackupError, Manifest, Reader, Writer
from integrations.operations.restored import Cleared

DELETION = sql.SQL("DELETE FROM {}")
RECORD = MigrationRecorder.Migration._meta.db_table
COLUMNS = """
    SELECT table_name::text, column_name::text FROM information_schema.columns
    WHERE table_schema = current_schema() AND is_generated = 'NEVER' AND table_name = ANY(%s)
    ORDER BY table_name, ordinal_position
"""
SEQUENCES = """
    SELECT table_name::text, column_name::text, pg_get_serial_sequence(quote_ident(table_name), column_name)
    FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = ANY(%s)
        AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL
"""
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def take(writer: Writer, manifest: Manifest) -> None:
    """Every table as it was at one moment, while others go on writing. Reading rights are enough."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        applied = MigrationLoader(connection).applied_migrations
        if not applied:
            raise BackupError("データベースに表がありません。先に manage.py migrate を実行してください。")
        manifest.migrations = sorted(applied)
        cursor.execute(COLUMNS, [sorted(tables_at(applied))])
        for table, rows in groupby(cursor.fetchall(), key=lambda row: row[0]):
            manifest.tables[table] = [column for _, column in rows]
        for table, columns in manifest.tables.items():
            with writer.member(member_of(table)) as file, cursor.copy(statement(table, columns, "TO STDOUT")) as copy:
                for piece in copy:
                    file.write(piece)
        manifest.sequences = list(sequences(cursor, manifest.tables))


def sequences(cursor: CursorWrapper, tables: Iterable[str]) -> Iterable[tuple[str, str, int, bool]]:
    """How far numbers were given: one that was deleted must not be given to somebody else."""
    cursor.execute(SEQUENCES, [list(tables)])
    for table, column, sequence in cursor.fetchall():
        cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608 - quoted by the server itself
        yield table, column, *cursor.fetchone()


def put_back(reader: Reader, settle: Callable[[], Cleared]) -> Cleared:
    """Raises BackupError, and whatever the server has against it, with nothing changed."""
    manifest = reader.manifest
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '10s'")
        drop_tables(cursor, manifest)
        executor = MigrationExecutor(connection)
        executor.migrate(last_of_each_app(executor.loader, manifest.migrations))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in manifest.tables:  # what migrations put there is in the backup too, as it was
            cursor.execute(DELETION.format(sql.Identifier(table)))
        for table, columns in manifest.tables.items():
            cursor.execute(DELETION.format(sql.Identifier(table)))  # and what triggers have put there by now
            with cursor.copy(statement(table, columns, "FROM STDIN")) as copy:
                for piece in reader.pieces(member_of(table)):
                    copy.write(piece)
        for table, column, last, is_called in manifest.sequences:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(quote_ident(%s), %s), %s, %s)", [table, column, last, is_called]
            )
        # what refers to a row finds it; and a table with pending checks could not be changed by the next line
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return settle()


def last_of_each_app(loader: MigrationLoader, applied: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    known = {key for key in applied if key in loader.graph.nodes}
    followed = {parent.key for key in known for parent in loader.graph.node_map[key].parents if parent.key[0] == key[0]}
    return sorted(known - followed)


def drop_tables(cursor: CursorWrapper, manifest: Manifest) -> None:
    """Those of the product, of whatever version; in one statement, since they refer to one another."""
    applied = MigrationLoader(connection).applied_migrations
    ours = {*tables_at(applied), *connection.introspection.django_table_names(), *manifest.tables, RECORD}
    existing = ours & set(connection.introspection.table_names(cursor))
    if AuditEntry._meta.db_table in existing and not owns_the_trail():
        raise BackupError(
            "この DATABASE_URL の利用者は表の所有者ではないため、復元できません。所有者の DATABASE_URL で実行してください"
            "（docs/operations.md の「データベースの2つの役割」）。"
        )
    if existing:
        names = sql.SQL(", ").join(map(sql.Identifier, sorted(existing)))
        cursor.execute(sql.SQL("DROP TABLE {}").format(names))


def tables_at(applied: Iterable[tuple[str, str]]) -> set[str]:
    """The tables of a database in which these migrations were carried out."""
    loader = MigrationLoader(connection)
    known = [key for key in applied if key in loader.graph.nodes]
    apps = loader.project_state(known).apps
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True)}


def others() -> int:
    """How many other programs have a connection to this database."""
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        return int(cursor.fetchone()[0])


def statement(table: str, columns: Iterable[str], how: str) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) " + how).format(sql.Identifier(table), names)


def member_of(table: str) -> str:
    return f"tables/{table}"
