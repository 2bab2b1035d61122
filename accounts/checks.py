"""What a database must be before tables are made in it: asked by `migrate`, and by `check --database default`."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register(Tags.database)
def check_encoding(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """One of another encoding would refuse names and texts one by one, or keep them as bytes that nobody reads."""
    return [error for alias in databases or () for error in errors_of(alias)]


def errors_of(alias: str) -> list[CheckMessage]:
    if connections[alias].vendor != "postgresql":
        return []
    with connections[alias].cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        (encoding,) = cursor.fetchone()
    if encoding == "UTF8":
        return []
    told = f"PostgreSQL のデータベースの文字コードが {encoding} です。日本語を保存できないため、使えません。"
    remedy = (
        "CREATE DATABASE mikiwame ENCODING 'UTF8' TEMPLATE template0; で作り直し、DATABASE_URL に設定してください。"
    )
    return [Error(told, hint=remedy, id="accounts.E001")]
