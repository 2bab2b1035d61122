"""Statements that Django has compiled once: half of what a world costs is to make the same few hundred of them again.

Only the simpler ones are kept (`shapes.py`); the text is to the letter what Django makes of them.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.models.sql.compiler import SQLCompiler, SQLDeleteCompiler, SQLUpdateCompiler

from tests.world import shapes
from tests.world.shapes import NotSimpleError, Shape

NO_SHAPE = NotSimpleError, EmptyResultSet, FullResultSet
select_anew = SQLCompiler.as_sql
update_anew = SQLUpdateCompiler.as_sql
delete_anew = SQLDeleteCompiler.as_sql
find_converters = SQLCompiler.get_converters
Statement = tuple[str, tuple[Any, ...]]


class Compiled:
    """What is the same each time: the text, and what the rows are made into."""

    def __init__(self, compiler: SQLCompiler, sql: str) -> None:
        self.sql = sql
        self.select, self.klass_info = compiler.select, compiler.klass_info
        self.annotation_col_map, self.col_count = compiler.annotation_col_map, compiler.col_count
        self.has_extra_select = compiler.has_extra_select
        self.converters: Any = None

    def lend(self, compiler: Any) -> None:
        compiler.select, compiler.klass_info = self.select, self.klass_info
        compiler.annotation_col_map, compiler.col_count = self.annotation_col_map, self.col_count
        compiler.has_extra_select, compiler.compiled = self.has_extra_select, self


kept: dict[Shape, Compiled] = {}
texts: dict[Shape, str] = {}  # of those that change something


def as_sql(self: Any, with_limits: bool = True, with_col_aliases: bool = False) -> Statement:  # noqa: FBT001, FBT002 - Django's
    """In place of `SQLCompiler.as_sql`."""
    values: list[Any] = []
    try:
        if type(self) is not SQLCompiler:
            raise NotSimpleError
        key = with_limits, with_col_aliases, self.elide_empty, shapes.of_select(self.query, self, values)
    except NO_SHAPE:
        return select_anew(self, with_limits, with_col_aliases)
    found = kept.get(key)
    if found is not None:
        found.lend(self)
        return found.sql, tuple(values)
    sql, params = select_anew(self, with_limits, with_col_aliases)
    if is_same(params, values):
        kept[key] = Compiled(self, sql)
        kept[key].lend(self)
    return sql, params


def keeping(shape: Callable[..., Shape], compile_anew: Callable[[Any], Statement]) -> Callable[[Any], Statement]:
    """What stands in place of the `as_sql` of those that change something."""

    def as_sql(self: Any) -> Statement:
        values: list[Any] = []
        try:
            key = type(self), shape(self.query, self, values)
        except NO_SHAPE:
            return compile_anew(self)
        text = texts.get(key)
        if text is not None:
            return text, tuple(values)
        sql, params = compile_anew(self)
        if sql and is_same(params, values):
            texts[key] = sql
        return sql, params

    return as_sql


def is_same(params: Any, values: list[Any]) -> bool:
    """Also what PostgreSQL's JSON is wrapped in, which equals nothing."""
    return [getattr(each, "obj", each) for each in params] == [getattr(each, "obj", each) for each in values]


def get_converters(self: Any, expressions: Any) -> Any:
    """In place of `SQLCompiler.get_converters`."""
    compiled = getattr(self, "compiled", None)
    if compiled is None:
        return find_converters(self, expressions)
    if compiled.converters is None:
        compiled.converters = find_converters(self, expressions)
    return compiled.converters


REPLACEMENTS = [
    (SQLCompiler, "as_sql", as_sql),
    (SQLCompiler, "get_converters", get_converters),
    (SQLUpdateCompiler, "as_sql", keeping(shapes.of_update, update_anew)),
    (SQLDeleteCompiler, "as_sql", keeping(shapes.of_delete, delete_anew)),
]
