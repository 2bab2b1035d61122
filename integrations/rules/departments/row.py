"""部署, the source row by row: texts trimmed, and each row that is bad in itself told apart (product rule 2.1)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from departments.tree import order_parents_first
from integrations.kaonavi.types import Department, Departments, Unreadable
from integrations.reasons import Reason
from integrations.rules.answers import positions
from integrations.rules.plan import Finding, finding
from integrations.rules.text import HAS_NUL, storable

CODE_LENGTH = 50
NAME_LENGTH = 200
LARGEST_ORDER = 2**31 - 1

CODE_FIELD = "所属コード"
NAME_FIELD = "所属名"
PARENT_FIELD = "1階層上位の所属"

# A department in our tree: its code, or its number here where it has no code.
Node = str | int


@dataclass(frozen=True, slots=True)
class Place:
    """What a sync decides about one department. `parent` is None for a root, `order` None for last."""

    name: str
    parent: Node | None
    order: int | None


Tree = Mapping[Node, Place]


def overlay(tree: Tree, places: Mapping[str, Place]) -> dict[Node, Place]:
    """`tree` with the departments of `places` put where these have them."""
    return dict[Node, Place]([*tree.items(), *places.items()])


def holders_of(tree: Tree) -> dict[str, Node]:
    """Who has which name. Names are compared trimmed; of two that differ by blanks alone the trimmed one has it."""
    by_trimmed = sorted(tree.items(), key=lambda entry: entry[1].name == entry[1].name.strip())
    return {place.name.strip(): node for node, place in by_trimmed}


def sort_tree(tree: Tree) -> list[Node]:
    """All nodes in tree order: level, `order`, code. So parents come before their children."""
    links = {node: place.parent for node, place in tree.items()}
    return order_parents_first(links, key=lambda node: among_siblings(node, tree[node]))


def among_siblings(node: Node, place: Place) -> tuple[bool, int, str]:
    """What カオナビ sorts siblings by; those without an order come last."""
    return place.order is None, place.order or 0, str(node)


@dataclass(frozen=True, slots=True)
class SourceRows:
    """The source after rule 2.1.

    `places` holds each row that can be told apart by its code, refused ones too, because others may stand below them;
    `sent` the same rows as カオナビ sent them. `barred` are the codes that are in the source but refused here.
    """

    places: Mapping[str, Place]
    sent: Mapping[str, Department]
    barred: frozenset[str]
    issues: tuple[Finding, ...]
    codeless_names: frozenset[str]
    has_unreadable: bool

    @property
    def codes(self) -> frozenset[str]:
        """Every code that the source has, also of refused and unreadable rows."""
        return self.barred.union(self.places)

    @property
    def links(self) -> dict[str, str | None]:
        """The source's own tree, code → code of its parent."""
        return {code: row.parent_code.strip() or None for code, row in self.sent.items()}


def read_rows(source: Departments) -> SourceRows:
    """Trim the source and judge each row by itself. The order of the list makes no difference."""
    readable, unreadable = divide(source)
    coded = [row for row in readable if row.code.strip()]
    codeless = [row for row in readable if not row.code.strip()]
    times = Counter(row.code.strip() for row in coded)
    unreadable_codes = [code for element in unreadable if (code := element.key.strip())]
    times.update(unreadable_codes)

    issues = [finding(Reason.DEPARTMENT_CODE_MISSING, name=row.name, field=CODE_FIELD) for row in codeless]
    issues += [unreadable_issue(element) for element in unreadable]
    barred = set(unreadable_codes)
    for row in coded:
        found = judge_row(row, times=times[row.code.strip()])
        if found:
            issues.append(found)
            barred.add(row.code.strip())

    # Of a code that stands twice nobody can say which parent is meant.
    sent = {code: row for row in coded if times[code := row.code.strip()] == 1}
    return SourceRows(
        places={
            code: Place(row.name.strip(), row.parent_code.strip() or None, row.order) for code, row in sent.items()
        },
        sent=sent,
        barred=frozenset(barred),
        issues=tuple(issues),
        codeless_names=frozenset(row.name.strip() for row in codeless),
        has_unreadable=bool(unreadable),
    )


def judge_row(row: Department, *, times: int) -> Finding | None:
    """The first thing that is wrong with a row that has a code; `times` is how often the source has this code."""
    code, name = row.code.strip(), row.name.strip()
    if times > 1:
        return about(row, Reason.DEPARTMENT_CODE_DUPLICATE, field=CODE_FIELD, value=row.code, times=times)
    if not name:
        return about(row, Reason.DEPARTMENT_NAME_MISSING, field=NAME_FIELD)
    for field, text, limit in ((CODE_FIELD, code, CODE_LENGTH), (NAME_FIELD, name, NAME_LENGTH)):
        if len(text) > limit:
            return about(row, Reason.DEPARTMENT_VALUE_TOO_LONG, field=field, value=text, limit=limit, length=len(text))
    return None


def about(row: Department, reason: Reason, **words: Any) -> Finding:
    """An issue of a row, as the source has it."""
    return finding(reason, key=row.code, name=row.name, **words)


def divide(source: Departments) -> tuple[list[Department], list[Unreadable]]:
    """The rows, and the elements that cannot be stored as they are, whether or not they have the right shape."""
    readable: list[Department] = []
    unreadable = list(source.unreadable)
    for position, row in zip(positions(source), source.items, strict=False):
        if problem := find_problem(row):
            unreadable.append(Unreadable(position, row.code, problem))
        else:
            readable.append(row)
    return readable, unreadable


def find_problem(row: Department) -> str:
    """Why no database of ours could hold the row, or "". PostgreSQL takes no NUL in a text."""
    if "\x00" in row.code + row.name + row.parent_code:
        return HAS_NUL
    if row.order is not None and not 0 <= row.order <= LARGEST_ORDER:
        return "表示順が扱える範囲の数ではありません。"
    return ""


def unreadable_issue(element: Unreadable) -> Finding:
    return finding(
        Reason.DEPARTMENT_UNREADABLE,
        key=storable(element.key),
        detail=storable(element.problem),
        position=element.position,
    )
