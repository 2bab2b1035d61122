"""Writes thousands of rows in few statements: the only module with SQL of one database kind.

SQLite takes prepared statements over and over (`executemany`), PostgreSQL takes a stream (`COPY`). Both are many times
as fast as Django's own bulk methods, which build every statement from expressions. Values come as the columns hold
them: texts (JSON too), numbers, booleans; dates and aware times go through `prepared` before the transaction.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from itertools import chain
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

Row = Sequence[Any]


def new_numbers(model: type[models.Model], count: int) -> Sequence[int]:
    """Primary keys for so many new rows, in rising order. Call it in the transaction that inserts them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return sorted(number for (number,) in cursor.fetchall())
        # AUTOINCREMENT keeps the highest number that was ever used; the transaction holds the only write lock
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
        first = (last[0] if last else 0) + 1
        return range(first, first + count)


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows; every column without a value in `columns` must have a default in the database or be nullable."""
    kept = unless_empty(rows)
    if kept is None:
        return
    table, names = quoted(model._meta.db_table), ", ".join(map(quoted, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            copy(cursor, f"COPY {table} ({names}) FROM STDIN", kept)
        else:
            marks = ", ".join("?" * len(columns))
            with connection.wrap_database_errors:  # not by Django's cursor, which keeps every row until the last is in
                connection.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", kept)  # noqa: S608 - names of our own models


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Set the columns of existing rows; a row is the new values, then the primary key. Deleted rows are passed over."""
    kept = unless_empty(rows)
    if kept is None:
        return
    table = quoted(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(map(quoted, [*columns, "id"]))
            pairs = ", ".join(f"{quoted(name)} = new_values.{quoted(name)}" for name in columns)
            cursor.execute(f"CREATE TEMPORARY TABLE new_values ON COMMIT DROP AS SELECT {names} FROM {table} LIMIT 0")  # noqa: S608 - names of our own models
            copy(cursor, f"COPY new_values ({names}) FROM STDIN", kept)
            cursor.execute(f"UPDATE {table} SET {pairs} FROM new_values WHERE {table}.id = new_values.id")  # noqa: S608 - names of our own models
            cursor.execute("DROP TABLE new_values")
        else:
            pairs = ", ".join(f"{quoted(name)} = %s" for name in columns)
            cursor.executemany(f"UPDATE {table} SET {pairs} WHERE id = %s", kept)  # type: ignore[arg-type]  # noqa: S608 - any iterable will do; names of our own models


def unless_empty(rows: Iterable[Row]) -> Iterable[Row] | None:
    """The rows, unread, or None where there is none: then no statement is due."""
    rest = iter(rows)
    first = next(rest, None)
    return None if first is None else chain([first], rest)


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def copy(cursor: CursorWrapper, statement: str, rows: Iterable[Row]) -> None:
    """Stream the rows into a table. Errors are Django's, as those of every other statement are."""
    with connection.wrap_database_errors, cursor.copy(statement) as stream:
        for row in rows:
            stream.write_row(row)


def prepared(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """The rows with dates and times as the database takes them: SQLite keeps them as text, as Django reads them."""
    ready = [[*row] for row in rows]
    if connection.vendor == "sqlite":
        dated = {field.attname for field in model._meta.concrete_fields if isinstance(field, models.DateField)}
        text = cache(sqlite_text)  # few days and one moment, many times
        for place in (place for place, column in enumerate(columns) if column in dated):
            for row in ready:
                row[place] = text(row[place])
    return ready


def sqlite_text(moment: date | None) -> Any:
    if moment is None:
        return None
    if isinstance(moment, datetime):
        return connection.ops.adapt_datetimefield_value(moment)
    return moment.isoformat()
