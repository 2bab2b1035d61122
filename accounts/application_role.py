"""The second role of PostgreSQL, for pages, worker and beat: it reads and writes rows and changes no schema.

The owner of the tables runs migrations and nothing else. Whoever gets hold of the product can therefore not switch off
the triggers that keep the audit trail (`unchangeable`), nor change or delete a line of it.
"""

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from accounts.models import AuditEntry

ROWS, NUMBERS = "SELECT, INSERT, UPDATE, DELETE", "USAGE, SELECT"
# of these the role needs less than of other tables
KEPT_FROM = {
    AuditEntry._meta.db_table: "UPDATE, DELETE",
    MigrationRecorder.Migration._meta.db_table: "INSERT, UPDATE, DELETE",
}
GRANTS = (
    "REVOKE ALL ON DATABASE {database} FROM {role}",
    # TEMPORARY: `integrations.bulk` makes a table that lasts a transaction
    "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}",
    "REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",  # that of a database made before PostgreSQL 15
    "REVOKE ALL ON SCHEMA {schema} FROM {role}",
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
    f"GRANT {ROWS} ON ALL TABLES IN SCHEMA {{schema}} TO {{role}}",
    "REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {role}",
    f"GRANT {NUMBERS} ON ALL SEQUENCES IN SCHEMA {{schema}} TO {{role}}",
    # what later migrations of this owner make can be used at once, before this is run again
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} REVOKE ALL ON TABLES FROM {role}",
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA {{schema}} GRANT {ROWS} ON TABLES TO {{role}}",
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA {{schema}} GRANT {NUMBERS} ON SEQUENCES TO {{role}}",
    *(f"REVOKE {rights} ON {table} FROM {{role}}" for table, rights in KEPT_FROM.items()),
)
# What the role may do all the same, by attributes, memberships or rights that others gave: each row is a sentence.
TOO_MUCH = """
    SELECT '役割の属性 ' || name FROM pg_roles CROSS JOIN LATERAL (VALUES
        ('SUPERUSER', rolsuper), ('CREATEROLE', rolcreaterole), ('CREATEDB', rolcreatedb),
        ('REPLICATION', rolreplication), ('BYPASSRLS', rolbypassrls)) AS attributes(name, is_set)
    WHERE rolname = %(role)s AND is_set
UNION ALL
    SELECT '役割 ' || rolname || ' のメンバー' FROM pg_roles WHERE rolname <> %(role)s AND pg_has_role(%(role)s, oid, 'MEMBER')
        AND (rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
             OR oid IN (SELECT relowner FROM pg_class WHERE relnamespace = current_schema()::regnamespace))
UNION ALL
    SELECT 'スキーマ ' || current_schema() || ' への CREATE' WHERE has_schema_privilege(%(role)s, current_schema(), 'CREATE')
UNION ALL
    SELECT 'データベースへの CREATE' WHERE has_database_privilege(%(role)s, current_database(), 'CREATE')
UNION ALL
    SELECT '表 ' || relname || ' の所有' FROM pg_class WHERE relnamespace = current_schema()::regnamespace
        AND pg_get_userbyid(relowner) = %(role)s
UNION ALL
    SELECT '表 ' || relname || ' への ' || privilege
    FROM pg_class CROSS JOIN unnest(ARRAY['TRUNCATE', 'TRIGGER', 'REFERENCES']) AS privilege
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
        AND has_table_privilege(%(role)s, pg_class.oid, privilege)
UNION ALL
    SELECT '表 ' || %(trail)s || ' への UPDATE' WHERE has_any_column_privilege(%(role)s, %(trail)s, 'UPDATE')
UNION ALL
    SELECT '表 ' || %(trail)s || ' への DELETE' WHERE has_table_privilege(%(role)s, %(trail)s, 'DELETE')
"""


class ApplicationRoleError(Exception):
    """The role cannot be what it shall be; the message says why and what to do. Nothing was changed."""


def grant(role: str, password: str) -> bool:
    """Make the role, unless it is there, and give it what the product needs and nothing else; the same each time.

    To be run by the owner of the tables, on PostgreSQL; "" sets no password. Whether the password was set: an owner
    that may not make roles leaves that to whoever does. Raises ApplicationRoleError.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user = %s, current_database(), current_schema()", [role])
        is_owner, database, schema = cursor.fetchone()
        if is_owner:
            raise ApplicationRoleError(
                f"DATABASE_URL と APPLICATION_DATABASE_URL の利用者が同じ（{role}）です。別の利用者にしてください。"
            )
        is_ours_to_make = make(cursor, role, password)
        names = {"role": role, "database": database, "schema": schema}
        for statement in GRANTS:
            cursor.execute(sql.SQL(statement).format(**{name: sql.Identifier(text) for name, text in names.items()}))
        cursor.execute(TOO_MUCH, {"role": role, "trail": AuditEntry._meta.db_table})
        if too_much := [sentence for (sentence,) in cursor.fetchall()]:
            raise ApplicationRoleError(
                f"役割 {role} には、アプリケーションが持ってはならない権限があります：{'、'.join(too_much)}。"
                "データベースの管理者がこれを取り除いてから、もう一度実行してください。"
            )
    return is_ours_to_make


def make(cursor: CursorWrapper, role: str, password: str) -> bool:
    """Create the role or set its password. Raises ApplicationRoleError where it is missing and we may not."""
    cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    [(may_make,)] = cursor.fetchall()
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    exists = cursor.fetchone() is not None
    if not may_make and not exists:
        raise ApplicationRoleError(
            f"役割 {role} がなく、この利用者は役割を作れません。データベースの管理者が CREATE ROLE {role} LOGIN で作り、"
            "パスワードを付けてから、もう一度実行してください。"
        )
    if may_make:
        how = sql.SQL("{verb} ROLE {role} LOGIN").format(
            verb=sql.SQL("ALTER" if exists else "CREATE"), role=sql.Identifier(role)
        )
        if password:  # as the server keeps it, so that no log of statements holds it
            kept = connection.connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
            how += sql.SQL(" PASSWORD {}").format(sql.Literal(kept.decode()))
        cursor.execute(how)
    return bool(may_make)
