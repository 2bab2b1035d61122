"""The shape of a tree that is given as node → parent. Pure: no database, no カオナビ.

A parent of None, or one that is not a node itself, makes a root. Nothing here recurses, so depth has no limit.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar

Node = TypeVar("Node", bound=Hashable)

MAX_LEVEL = 10  # a root is level 1


def find_loops(parents: Mapping[Node, Node | None]) -> set[Node]:
    """The nodes from which the way up leads back to themselves. Those that merely hang below a loop are not in it."""
    looped: set[Node] = set()
    visited: set[Node] = set()
    for start in parents:
        path: list[Node] = []
        node: Node | None = start
        while node is not None and node in parents and node not in visited:
            visited.add(node)
            path.append(node)
            node = parents[node]
        if node in path:
            looped.update(path[path.index(node) :])
    return looped


def measure_levels(parents: Mapping[Node, Node | None]) -> dict[Node, int]:
    """The level of each node, 1 for a root. Nodes on a loop or below one have none and are left out."""
    children: dict[Node, list[Node]] = defaultdict(list)
    generation: list[Node] = []
    for node, parent in parents.items():
        if parent is None or parent not in parents:
            generation.append(node)
        else:
            children[parent].append(node)
    levels: dict[Node, int] = {}
    level = 1
    while generation:
        levels.update(dict.fromkeys(generation, level))
        generation = [child for node in generation for child in children[node]]
        level += 1
    return levels


def order_parents_first(parents: Mapping[Node, Node | None], *, key: Callable[[Node], Any]) -> list[Node]:
    """All nodes by level, and by `key` within a level. A loop is opened by counting each of its members as a root."""
    looped = find_loops(parents)
    levels = measure_levels({node: None if node in looped else parent for node, parent in parents.items()})
    return sorted(parents, key=lambda node: (levels[node], key(node)))


def descend(parents: Mapping[Node, Node | None], starts: Iterable[Node]) -> set[Node]:
    """The nodes among `starts` and everything below them."""
    children: dict[Node, list[Node]] = defaultdict(list)
    for node, parent in parents.items():
        if parent is not None:
            children[parent].append(node)
    found: set[Node] = set()
    waiting = [node for node in starts if node in parents]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(children[node])
    return found
