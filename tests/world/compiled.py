"""Statements that Django has compiled once: half of what a world costs is to make the same few hundred of them again.

Only the simpler ones are kept, with plain conditions and without groups; the text is to the letter what Django makes of
them.
"""

from typing import Any

from django.db.models import Count, Value
from django.db.models.expressions import Col, Star
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, In, IsNull, LessThan, LessThanOrEqual
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.datastructures import BaseTable, Join
from django.db.models.sql.where import WhereNode

PLAIN = (Exact, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual)
ROOMS = {"django.db.models.lookups", "django.db.models.fields.related_lookups"}
compile_anew = SQLCompiler.as_sql
find_converters = SQLCompiler.get_converters
Statement = tuple[str, tuple[Any, ...]]


class NotSimpleError(Exception):
    pass


class Compiled:
    """What is the same each time: the text, the parameters before the conditions, and what the rows are made into."""

    def __init__(self, compiler: SQLCompiler, sql: str, before: tuple[Any, ...]) -> None:
        self.sql, self.before = sql, before
        self.select, self.klass_info = compiler.select, compiler.klass_info
        self.annotation_col_map, self.col_count = compiler.annotation_col_map, compiler.col_count
        self.has_extra_select = compiler.has_extra_select
        self.converters: Any = None

    def lend(self, compiler: Any) -> None:
        compiler.select, compiler.klass_info = self.select, self.klass_info
        compiler.annotation_col_map, compiler.col_count = self.annotation_col_map, self.col_count
        compiler.has_extra_select, compiler.compiled = self.has_extra_select, self


kept: dict[tuple[Any, ...], Compiled] = {}


def as_sql(self: Any, with_limits: bool = True, with_col_aliases: bool = False) -> Statement:  # noqa: FBT001, FBT002 - Django's
    """In place of `SQLCompiler.as_sql`."""
    if type(self) is not SQLCompiler or not with_limits or with_col_aliases or not self.elide_empty:
        return compile_anew(self, with_limits, with_col_aliases)
    values: list[Any] = []
    try:
        key = shape(self, values)
    except NotSimpleError:
        return compile_anew(self, with_limits, with_col_aliases)
    found = kept.get(key)
    if found is not None:
        found.lend(self)
        return found.sql, (*found.before, *values)
    sql, params = compile_anew(self, with_limits, with_col_aliases)
    before = len(params) - len(values)
    if list(params[before:]) == values:
        kept[key] = Compiled(self, sql, tuple(params[:before]))
        kept[key].lend(self)
    return sql, params


def get_converters(self: Any, expressions: Any) -> Any:
    """In place of `SQLCompiler.get_converters`."""
    compiled = getattr(self, "compiled", None)
    if compiled is None:
        return find_converters(self, expressions)
    if compiled.converters is None:
        compiled.converters = find_converters(self, expressions)
    return compiled.converters


def shape(compiler: Any, values: list[Any]) -> tuple[Any, ...]:
    """What the text depends on; what stands for its placeholders goes to `values`. Raises NotSimpleError."""
    query = compiler.query
    if (
        query.combinator
        or query.group_by is not None
        or query.distinct
        or query.extra
        or query.extra_tables
        or query.extra_order_by
        or query.explain_info
        or query._filtered_relations
        or query.subquery
        or (query.select_for_update and compiler.connection.features.has_select_for_update)
    ):
        raise NotSimpleError
    return (
        query.model,
        *[source(each) for alias, each in query.alias_map.items() if query.alias_refcount[alias]],
        frozen(query.select_related),
        query.default_cols,
        frozenset(query.deferred_loading[0]),
        query.deferred_loading[1],
        tuple([column(each) for each in query.select]),
        tuple([annotation(name, each) for name, each in query.annotations.items()]),
        ordering(query),
        query.low_mark,
        query.high_mark,
        conditions(query.where, compiler, values),
    )


def source(table: BaseTable | Join) -> tuple[Any, ...]:
    """One of the tables that are read, and how it is joined."""
    if type(table) is BaseTable:
        return table.table_alias, table.table_name
    if type(table) is not Join or table.filtered_relation is not None:
        raise NotSimpleError
    return table.table_alias, table.table_name, table.parent_alias, table.join_type, table.join_field


def frozen(followed: Any) -> Any:
    """What `select_related` names."""
    if isinstance(followed, dict):
        return tuple([(name, frozen(each)) for name, each in followed.items()])
    return followed


def column(expression: Any) -> tuple[Any, ...]:
    if type(expression) is not Col:
        raise NotSimpleError
    return expression.alias, expression.target


def annotation(name: str, expression: Any) -> tuple[Any, ...]:
    """Those of `count()` and `exists()`."""
    if type(expression) is Value and expression.value == 1:
        return name, Value
    if type(expression) is Count and expression.filter is None and not expression.distinct:
        (source,) = (each for each in expression.get_source_expressions() if each is not None)
        if type(source) is Star:
            return name, Count
    raise NotSimpleError


def ordering(query: Any) -> tuple[Any, ...]:
    if not all(type(name) is str and name != "?" for name in query.order_by):
        raise NotSimpleError
    return query.default_ordering, query.standard_ordering, *query.order_by


def conditions(node: WhereNode, compiler: Any, values: list[Any]) -> tuple[Any, ...]:
    found: list[Any] = [node.connector, node.negated]
    for each in node.children:
        if type(each) is WhereNode:
            found.append(conditions(each, compiler, values))
            continue
        kind, rhs = type(each), getattr(each, "rhs", None)
        if kind.__module__ not in ROOMS or type(each.lhs) is not Col or hasattr(rhs, "as_sql"):
            raise NotSimpleError
        found += (kind, each.lhs.alias, each.lhs.target)
        if isinstance(each, IsNull) or (isinstance(each, Exact) and isinstance(rhs, bool)):
            found.append(rhs)
        elif isinstance(each, PLAIN):
            values += each.process_rhs(compiler, compiler.connection)[1]
        elif isinstance(each, In) and each.rhs_is_direct_value() and rhs:
            before = len(values)
            values += each.process_rhs(compiler, compiler.connection)[1]
            found.append(len(values) - before)
        else:
            raise NotSimpleError
    return tuple(found)
