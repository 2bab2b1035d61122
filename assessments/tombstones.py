"""The trigger, put by migrations, by which the database itself notes each result that is deleted, in whatever way."""

from django.db.backends.base.base import BaseDatabaseWrapper

POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION assessments_put_tombstone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO assessments_tombstone (public_id, deleted_at)
        SELECT public_id, now() FROM gone ON CONFLICT DO NOTHING;
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE TRIGGER assessments_put_tombstone
        AFTER DELETE ON assessments_assessment REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION assessments_put_tombstone()
    """,
)
SQLITE = (
    "DROP TRIGGER IF EXISTS assessments_put_tombstone",
    """
    CREATE TRIGGER assessments_put_tombstone AFTER DELETE ON assessments_assessment BEGIN
        INSERT INTO assessments_tombstone (public_id, deleted_at)
            VALUES (OLD.public_id, strftime('%Y-%m-%d %H:%M:%f', 'now')) ON CONFLICT DO NOTHING;
    END
    """,
)


def put(connection: BaseDatabaseWrapper) -> None:
    """From now on each deleted result leaves its public id and the time, in the transaction that deletes it."""
    with connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)


def forgo(connection: BaseDatabaseWrapper) -> None:
    """Stop it: for the way back of the migration."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER assessments_put_tombstone ON assessments_assessment")
            cursor.execute("DROP FUNCTION assessments_put_tombstone()")
        else:
            cursor.execute("DROP TRIGGER assessments_put_tombstone")
