"""What the text of a statement of Django's depends on, for `compiled.py`: two of the same shape have the same text.

What stands for its placeholders goes to `values`, in their order. Fields go by their place in memory: they are those of
the models, which stay, and slow to compare.
"""

from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OrderBy, Subquery, Sum, Value
from django.db.models.expressions import Col, CombinedExpression, NegatedExpression, Ref, Star
from django.db.models.functions import Coalesce, Greatest
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, In, IsNull, LessThan, LessThanOrEqual
from django.db.models.sql.datastructures import BaseTable, Join
from django.db.models.sql.query import Query
from django.db.models.sql.where import WhereNode

PLAIN = (Exact, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual)
ROOMS = {"django.db.models.lookups", "django.db.models.fields.related_lookups"}
KINDS: dict[type, tuple[str, ...]] = {  # of expressions, and what their text depends on besides their parts
    **dict.fromkeys((Coalesce, Exists, Greatest, NegatedExpression, Star, Subquery), ()),
    **dict.fromkeys((Count, Max, Min, Sum), ("distinct",)),
    CombinedExpression: ("connector",),
    OrderBy: ("descending", "nulls_first", "nulls_last"),
    Ref: ("refs",),
}
FIELDS = "django.db.models.fields"  # of others a value may be another each time, as what is encrypted
Shape = tuple[Any, ...]


class NotSimpleError(Exception):
    pass


def of_select(query: Query, compiler: Any, values: list[Any]) -> Shape:
    """Raises NotSimpleError, as all of these do."""
    if (
        query.combinator
        or query.extra
        or query.extra_tables
        or query.extra_order_by
        or query.explain_info
        or query._filtered_relations
    ):
        raise NotSimpleError
    return (
        query.model,
        query.subquery,
        *query.external_aliases.items(),
        *[source(each) for alias, each in query.alias_map.items() if query.alias_refcount[alias]],
        frozen(query.select_related),
        query.default_cols,
        frozenset(query.deferred_loading[0]),
        query.deferred_loading[1],
        query.distinct,
        query.distinct_fields,
        selected(query, compiler, values),
        conditions(query.where, compiler, values),
        grouped(query, compiler),
        query.default_ordering,
        query.standard_ordering,
        tuple([name if type(name) is str else without_values(name, compiler) for name in query.order_by]),
        query.low_mark,
        query.high_mark,
        query.select_for_update and locked(query, compiler),
    )


def of_update(query: Any, compiler: Any, values: list[Any]) -> Shape:
    query.get_initial_alias()
    if query.related_updates or query.count_active_tables() != 1:
        raise NotSimpleError
    found: list[Any] = [query.model]
    for field, _, value in query.values:
        if not type(field).__module__.startswith(FIELDS) or hasattr(field, "get_placeholder"):
            raise NotSimpleError
        if hasattr(value, "resolve_expression"):
            found += (id(field), expression(value, compiler, values))
            continue
        if hasattr(value, "prepare_database_save"):
            raise NotSimpleError
        prepared = field.get_db_prep_save(value, connection=compiler.connection)
        if hasattr(prepared, "as_sql"):
            raise NotSimpleError
        found += (id(field), prepared is None)
        if prepared is not None:
            values.append(prepared)
    return (*found, conditions(query.where, compiler, values))


def of_delete(query: Any, compiler: Any, values: list[Any]) -> Shape:
    if not compiler.single_alias:
        raise NotSimpleError
    return query.base_table, conditions(query.where, compiler, values)


def source(table: BaseTable | Join) -> Shape:
    """One of the tables that are read, and how it is joined."""
    if type(table) is BaseTable:
        return table.table_alias, table.table_name
    if type(table) is not Join or table.filtered_relation is not None:
        raise NotSimpleError
    return table.table_alias, table.table_name, table.parent_alias, table.join_type, id(table.join_field)


def frozen(followed: Any) -> Any:
    """What `select_related` names."""
    if isinstance(followed, dict):
        return tuple([(name, frozen(each)) for name, each in followed.items()])
    return followed


def selected(query: Query, compiler: Any, values: list[Any]) -> Shape:
    """The columns, in their order, and annotations beside them that only conditions or the order name."""
    found: list[Any]
    named = query.annotation_select
    if query.selected is None:
        found = [expression(each, compiler, values) for each in query.select]
        found += [(name, expression(each, compiler, values)) for name, each in named.items()]
    else:
        found = [None]
        for name, each in query.selected.items():
            column = query.annotations[each] if type(each) is str else query.select[each] if type(each) is int else each
            found.append((name, expression(column, compiler, values)))
    if len(named) != len(query.annotations):
        rest = [(name, each) for name, each in query.annotations.items() if name not in named]
        found.append(tuple([(name, without_values(each, compiler)) for name, each in rest]))
    return tuple(found)


def grouped(query: Query, compiler: Any) -> Any:
    if not isinstance(query.group_by, tuple):
        return query.group_by
    return tuple([without_values(each, compiler) for each in query.group_by])


def locked(query: Query, compiler: Any) -> Shape | bool:
    if not compiler.connection.features.has_select_for_update:
        return True
    if compiler.connection.get_autocommit():  # Django refuses it
        raise NotSimpleError
    return (
        query.select_for_update_nowait,
        query.select_for_update_skip_locked,
        query.select_for_update_of,
        query.select_for_no_key_update,
    )


def without_values(each: Any, compiler: Any) -> Shape:
    values: list[Any] = []
    found = expression(each, compiler, values)
    if values:
        raise NotSimpleError
    return found


def expression(each: Any, compiler: Any, values: list[Any]) -> Shape:
    kind = type(each)
    if kind is Col:
        return each.alias, id(each.target)
    if kind is Value:
        text, found = compiler.compile(each)
        values += found
        return Value, text, type(each.value)
    if kind is F:
        return F, each.name
    if kind not in KINDS or getattr(each, "extra", None):
        raise NotSimpleError
    if isinstance(each, Subquery):
        return kind, of_select(each.query, compiler, values)
    parts = [one for one in each.get_source_expressions() if one is not None]
    how = [getattr(each, name) for name in KINDS[kind]]
    return kind, *how, *[expression(one, compiler, values) for one in parts]


def conditions(node: Any, compiler: Any, values: list[Any]) -> Shape:
    found: list[Any] = [node.connector, node.negated]
    for each in node.children:
        kind = type(each)
        if kind is WhereNode:
            found.append(conditions(each, compiler, values))
        elif kind.__module__ not in ROOMS:
            found.append(expression(each, compiler, values))
        elif type(each.lhs) is Col:
            found += (kind, each.lhs.alias, id(each.lhs.target), compared(each, compiler, values))
        else:
            raise NotSimpleError
    return tuple(found)


def compared(lookup: Any, compiler: Any, values: list[Any]) -> Any:
    """The right side of a comparison."""
    rhs = lookup.rhs
    if isinstance(lookup, IsNull) or (isinstance(lookup, Exact) and isinstance(rhs, bool)):
        return rhs
    if isinstance(lookup, (*PLAIN, In)):
        if type(rhs) is Query:
            return of_select(rhs, compiler, values)
        if type(rhs) is Col:
            return expression(rhs, compiler, values)
        if not hasattr(rhs, "as_sql") and not (isinstance(lookup, In) and not rhs):
            before = len(values)
            values += lookup.process_rhs(compiler, compiler.connection)[1]
            return len(values) - before
    raise NotSimpleError
