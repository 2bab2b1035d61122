"""Web, worker and beat that have the address of the tables' owner although there is a role for them say so.

Apart from `application_role`, since every process reads this, and only who makes the role needs psycopg.
"""

import logging

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import connection

from accounts.models import AuditEntry

logger = logging.getLogger(__name__)

OWNED = (
    "APPLICATION_DATABASE_URL が設定されていますが、このプロセスの DATABASE_URL は表の所有者です。これでは操作の記録を守れません。"
    "web・worker・beat の DATABASE_URL を APPLICATION_DATABASE_URL の値にして、起動し直してください（docs/operations.md の4章）。"
)


def tell_at_start(**_: object) -> None:
    """For web, worker and beat: one loud line of log where they have the owner's address although there is a role."""
    try:
        if settings.APPLICATION_DATABASE_URL and owns_the_trail():
            logger.critical(OWNED)
    except DatabaseTrouble:
        pass  # told elsewhere and later


def owns_the_trail() -> bool:
    """Whether this process could switch off the triggers of the audit trail."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(%s)",
            [AuditEntry._meta.db_table],
        )
        return cursor.fetchone() == (True,)
