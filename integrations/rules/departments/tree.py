"""部署, all rows together: which of them our tree cannot take, and why (product rules 2.3 to 2.6).

The rows are judged on the tree that would result. A refused row stays where it is here, which may push out another one,
so the rules are gone through again until nothing more happens.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from departments.tree import MAX_LEVEL, find_loops, measure_levels, order_parents_first
from integrations.reasons import Reason
from integrations.rules.departments.names import give_names
from integrations.rules.departments.row import (
    NAME_FIELD,
    PARENT_FIELD,
    Node,
    Place,
    SourceRows,
    Tree,
    about,
    holders_of,
    overlay,
)
from integrations.rules.plan import Finding

STAYING = "取込元にない部署や取り込まなかった部署は、ミキワメの現在の位置に残ります。"

Refusals = dict[str, Finding]  # by code, each with its one reason


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of all rows that rule 2.1 lets through: taken to a place, with a name of their own, or refused."""

    taken: Mapping[str, Place]
    refusals: Refusals


def judge_rows(rows: SourceRows, ours: Tree, *, qualify: bool, deep: Collection[str]) -> Judgement:
    """Judge the rows on `ours`, the tree as it is here. The source's level does not count against those in `deep`."""
    levels = measure_source(rows, ours)
    refusals = judge_source(rows, ours, {code: level for code, level in levels.items() if code not in deep})
    while True:
        out = rows.barred.union(refusals)
        candidates = {code: place for code, place in rows.places.items() if code not in out}
        names, lost = give_names(candidates, levels, ours, qualify=qualify)
        taken = {code: replace(candidates[code], name=name) for code, name in names.items()}
        result = overlay(ours, taken)
        found = {
            code: parent_issue(rows, ours, code, Reason.DEPARTMENT_PARENT_REFUSED)
            for code in find_orphans(rows, ours, out, lost)
        }
        found = found or judge_result(rows, ours, taken, result)
        if not found:
            break
        refusals |= found
    return Judgement(taken, tell_loops(rows, ours, result, refusals | judge_lost(rows, result, lost)))


def measure_source(rows: SourceRows, ours: Tree) -> dict[str, int]:
    """The level of each row in the source (product rule 2.4), refused ones too.

    Where the source does not say on which level the parent is, our tree does: by the parent, else by the row itself.
    """
    links = rows.links
    looped = find_loops(links)
    here = measure_levels({node: place.parent for node, place in ours.items()})
    levels: dict[str, int] = {}
    for code in order_parents_first(links, key=str):
        parent = links[code]
        if parent in levels and parent not in looped:
            levels[code] = levels[parent] + 1
        elif parent in here:
            levels[code] = here[parent] + 1
        else:
            levels[code] = 1 if parent is None else here.get(code, 1)
    return levels


def judge_source(rows: SourceRows, ours: Tree, levels: Mapping[str, int]) -> Refusals:
    """Rules 2.3 and 2.4, on the source as it is."""
    refusals: Refusals = {}
    links = rows.links

    def standing(codes: Iterable[str]) -> list[str]:
        return [code for code in codes if code not in rows.barred and code not in refusals]

    known = rows.codes.union(ours)
    for code in standing(code for code, parent in links.items() if parent is not None and parent not in known):
        refusals[code] = parent_issue(rows, ours, code, Reason.DEPARTMENT_PARENT_UNKNOWN)
    for code in standing(find_loops(links)):
        refusals[code] = parent_issue(rows, ours, code, Reason.DEPARTMENT_PARENT_LOOP)
    for code in standing(find_orphans(rows, ours, rows.barred.union(refusals))):
        refusals[code] = parent_issue(rows, ours, code, Reason.DEPARTMENT_PARENT_REFUSED)
    for code in standing(code for code, level in levels.items() if level > MAX_LEVEL):
        refusals[code] = depth_issue(rows, code, level=levels[code])
    return refusals


def find_orphans(rows: SourceRows, ours: Tree, refused: Collection[str], nameless: Collection[str] = ()) -> set[str]:
    """The rows below a refused department that is new. One that exists here stays, so others can stand below it.

    The `nameless` are refused as well, but told as orphans where they are some.
    """
    children: dict[str, list[str]] = defaultdict(list)
    for code, parent in rows.links.items():
        if parent is not None:
            children[parent].append(code)
    orphans: set[str] = set()
    absent = [code for codes in (refused, nameless) for code in codes if code not in ours]
    while absent:
        found = [code for code in children[absent.pop()] if code not in refused and code not in orphans]
        orphans.update(found)
        absent += [code for code in found if code not in ours]
    return orphans


def judge_lost(rows: SourceRows, result: Tree, lost: Collection[str]) -> Refusals:
    """Rule 2.5, told with the department that has the name in the end."""
    holders = holders_of(result)
    return {
        code: name_issue(rows, code, holders[rows.places[code].name], Reason.DEPARTMENT_NAME_TAKEN) for code in lost
    }


def warn_of_longer_names(rows: SourceRows, judgement: Judgement, result: Tree) -> list[Finding]:
    """One warning for each row that has 「親部署名 部署名」 in the `result`, since another department has its name."""
    holders = holders_of(result)
    return [
        name_issue(rows, code, holders[name], Reason.DEPARTMENT_NAME_QUALIFIED, taken_name=place.name)
        for code, place in judgement.taken.items()
        if place.name != (name := rows.places[code].name)
    ]


def tell_loops(rows: SourceRows, ours: Tree, result: Tree, refusals: Refusals) -> Refusals:
    """`refusals`, with each row that would put itself on a loop told as one, whatever else was found first."""
    told = dict(refusals)
    for code, found in refusals.items():
        if found.reason in {Reason.DEPARTMENT_NAME_TAKEN, Reason.DEPARTMENT_TOO_DEEP} and code in climb(
            rows.places[code].parent, result
        ):
            told[code] = parent_issue(rows, ours, code, Reason.DEPARTMENT_PARENT_LOOP, detail=STAYING)
    return told


def climb(node: Node | None, tree: Tree) -> set[Node]:
    """`node` and all that are above it."""
    passed: set[Node] = set()
    while node is not None and node in tree and node not in passed:
        passed.add(node)
        node = tree[node].parent
    return passed


def judge_result(rows: SourceRows, ours: Tree, taken: Mapping[str, Place], result: Tree) -> Refusals:
    """Rule 2.6: new or moved rows that put themselves on a loop, else those that bring something below level ten."""
    links: dict[Node, Node | None] = {node: place.parent for node, place in result.items()}
    moved = {code for code, place in taken.items() if code not in ours or ours[code].parent != place.parent}
    looped = find_loops(links)
    misplaced = {
        code: parent_issue(rows, ours, code, Reason.DEPARTMENT_PARENT_LOOP, detail=STAYING)
        for code in moved
        if code in looped
    }
    if misplaced:
        return misplaced
    levels = measure_levels(links)
    too_deep = [node for node, level in levels.items() if level > MAX_LEVEL]
    for node in sorted(too_deep, key=lambda node: (-levels[node], result[node].name)):  # the deepest is the one to tell
        mover = find_mover(node, links, moved)
        if not isinstance(mover, str) or mover in misplaced:
            continue
        if levels[mover] > MAX_LEVEL:
            misplaced[mover] = depth_issue(rows, mover, level=levels[mover])
        else:
            misplaced[mover] = depth_issue(rows, mover, level=levels[node], below=result[node].name)
    return misplaced


def find_mover(node: Node | None, links: Mapping[Node, Node | None], moved: Collection[Node]) -> Node | None:
    """The nearest new or moved row on the way up from `node`, itself included. None where all stand as before."""
    while node is not None and node not in moved:
        node = links.get(node)
    return node


def parent_issue(rows: SourceRows, ours: Tree, code: str, reason: Reason, *, detail: str = "") -> Finding:
    """An issue about where a row hangs. People know the parent by its name, so that is told where it is known."""
    row = rows.sent[code]
    parent_code = row.parent_code.strip()
    parent = rows.places.get(parent_code) or ours.get(parent_code)
    label = f"{parent.name}（{parent_code}）" if parent else parent_code
    return about(row, reason, field=PARENT_FIELD, value=row.parent_code, detail=detail, parent=label)


def depth_issue(rows: SourceRows, code: str, *, level: int, below: str = "") -> Finding:
    """`level` is the row's own, or that of the deepest department that would come with it, whose name is `below`."""
    row = rows.sent[code]
    which = f"下位の部署「{below}」" if below else "この部署"
    return about(row, Reason.DEPARTMENT_TOO_DEEP, field=PARENT_FIELD, value=row.parent_code, which=which, level=level)


def name_issue(rows: SourceRows, code: str, holder: Node, reason: Reason, **words: Any) -> Finding:
    name = rows.sent[code].name.strip()  # compared exactly, so the holder's name is the same
    number = f"部署コード {holder}" if isinstance(holder, str) else "コードなし"
    return about(rows.sent[code], reason, field=NAME_FIELD, value=name, holder_name=name, holder_code=number, **words)
