"""Whether a pool such as PgBouncer stands between us and PostgreSQL, and what is then done without.

One that lends its connections for a transaction at a time gives the next statement another server process, where the
cursor of the statement before does not exist. Nothing else here outlasts a transaction in a session: no advisory lock,
no LISTEN, no SET but of a transaction, no temporary table but ON COMMIT DROP. A test looks for such statements.
"""

import logging
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)

CURSORS_OFF = "DISABLE_SERVER_SIDE_CURSORS"  # Django's name, and that of the option in DATABASE_URL
NOTICE = (
    "PostgreSQL との間に接続プール（PgBouncer など）があるため、サーバー側カーソルを使わずに読み取ります。この確認をなくすには "
    f"DATABASE_URL の末尾に ?{CURSORS_OFF}=true を、セッション単位のプールで使うには =false を付けてください。"
)


def do_without_cursors(connection: BaseDatabaseWrapper, **_: object) -> None:
    """At the first connection: behind a pool, rows are read without a cursor of the server, unless DATABASE_URL says.

    It comes too late for a statement that is the first of its process. Those are never ones that read in pieces: each
    program asks at its start who it is to the database and whether it can read the secrets.
    """
    if connection.vendor != "postgresql" or CURSORS_OFF in connection.settings_dict:
        return
    pooled = is_pooled(connection.connection)
    connection.settings_dict[CURSORS_OFF] = pooled  # of all connections of this process
    if pooled:
        logger.warning(NOTICE)


def is_pooled(session: Any) -> bool:
    """Whether the process that greeted us is another one than the process that answers: a pool made its number up."""
    (answering,) = session.execute("SELECT pg_backend_pid()").fetchone()
    return bool(session.info.backend_pid != answering)
