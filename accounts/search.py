"""What people look for in lists, in any spelling: one search for every list."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.lookups import Regex
from django.db.models.sql.compiler import SQLCompiler
from django.http import QueryDict

from accounts.spelling import BORDER, pattern, search_key, words_of

LONGEST_SEARCH = 100
FEW = 500  # rows; of so many a statement can carry the numbers

Rows = TypeVar("Rows", bound=QuerySet[Any])


def searched(query: QueryDict) -> str:
    """What somebody looks for, without the one character that PostgreSQL refuses, and of a length that costs little."""
    return query.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]


class Joined(Func):
    """Texts one behind the other, none of them null. Flat: `Concat` nests them deeper than SQLite parses."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = TextField()


class Spelled(Regex):
    """Whether a text has a word in it, in any spelling: by its pattern, on SQLite by a function of ours.

    SQLite hands a function all that it takes for each row anew, and to read a pattern of kilobytes takes Python ten
    times as long as to look for it.
    """

    def __init__(self, text: F | Func, word: str) -> None:
        super().__init__(text, pattern(word))
        self.word = word

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Sequence[Any]]:
        text, values = self.process_lhs(compiler, connection)
        return f"has_spelled(%s, {text})", [self.word, *values]


def know_spellings(connection: BaseDatabaseWrapper, **_: object) -> None:
    """Give a new connection of SQLite's the function."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("has_spelled", 2, has_spelled, deterministic=True)


def has_spelled(word: str, text: str) -> bool:
    return search_of(word)(text) is not None


@lru_cache(64)  # words
def search_of(word: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile(pattern(word)).search


def mentions(words: str, *fields: str | tuple[str, str]) -> Q:
    """Rows that have each of the words in one of the fields; two in brackets, as 姓 and 名, are one.

    No words fit every row; words of which nothing is left (a hyphen) fit none.
    """
    parts = [part for field in fields for part in (Value(BORDER), *((field,) if isinstance(field, str) else field))][1:]
    text = Joined(*parts) if len(parts) > 1 else F(*parts)
    wanted = words_of(words)
    return Q(*(Spelled(text, word) if search_key(word) else Q(pk__in=[]) for word in wanted))


def few_of(found: QuerySet[Any]) -> list[int] | None:
    """The primary keys of the rows that a search has found, where they are few."""
    numbers = list(found.order_by().values_list("pk", flat=True)[: FEW + 1])
    return numbers if len(numbers) <= FEW else None


def looked_for_once(found: Rows, among: Rows) -> Rows:
    """Those of the rows that a search has found, so that no further statement looks for them, where they are few."""
    numbers = few_of(found)
    return found if numbers is None else among.filter(pk__in=numbers)
