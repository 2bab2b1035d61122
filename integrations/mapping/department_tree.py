"""部署, all rows together: which of them our tree cannot take, and why (product rules 2.3 to 2.6).

The rows are judged on the tree that would result. A refused row stays where it is here, which may push out another one,
so the rules are gone through again until nothing more happens.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from departments.tree import MAX_LEVEL, find_loops, measure_levels
from integrations.mapping.department_names import Claims
from integrations.mapping.department_rows import NAME_FIELD, PARENT_FIELD, Node, Place, SourceRows, Tree, overlay
from integrations.mapping.plan import Issue, issue
from integrations.reasons import Reason

STAYING = "取込元にない部署や取り込まなかった部署は、ミキワメの現在の位置に残ります。"

Refusals = dict[str, Issue]  # by code, each with its one reason


def judge_rows(rows: SourceRows, ours: Tree) -> Refusals:
    """The rows that cannot be taken, apart from those that rule 2.1 has refused. `ours` is the tree as it is here."""
    misplaced: Refusals = {}
    while True:
        refusals = judge_names(rows, ours, judge_source(rows, ours, misplaced))
        found = judge_result(rows, ours, refusals)
        if not found:
            return refusals
        misplaced |= found


def merge(rows: SourceRows, ours: Tree, refused: Collection[str]) -> dict[Node, Place]:
    """The tree after the run: ours, with every row that is not refused in its new place."""
    taken = {code: place for code, place in rows.places.items() if code not in rows.barred and code not in refused}
    return overlay(ours, taken)


def judge_source(rows: SourceRows, ours: Tree, misplaced: Refusals) -> Refusals:
    """Rules 2.3 and 2.4, on the source as it is; the `misplaced` rows are refused whatever these say."""
    refusals = dict(misplaced)
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
    levels = measure_levels(links)
    for code in standing(code for code, level in levels.items() if level > MAX_LEVEL):
        refusals[code] = depth_issue(rows, code, level=levels[code])
    return refusals


def find_orphans(rows: SourceRows, ours: Tree, refused: Collection[str]) -> set[str]:
    """The rows below a refused department that is new. One that exists here stays, so others can stand below it."""
    children: dict[str, list[str]] = defaultdict(list)
    for code, parent in rows.links.items():
        if parent is not None:
            children[parent].append(code)
    orphans: set[str] = set()
    absent = [code for code in refused if code not in ours]
    while absent:
        found = [code for code in children[absent.pop()] if code not in refused and code not in orphans]
        orphans.update(found)
        absent += [code for code in found if code not in ours]
    return orphans


def judge_names(rows: SourceRows, ours: Tree, refusals: Refusals) -> Refusals:
    """`refusals`, with those of rule 2.5 and of what would hang below them."""
    candidates = rows.places.keys() - rows.barred - refusals.keys()
    claims = Claims(rows.places, ours, candidates)
    lost = candidates - claims.settle()
    result = merge(rows, ours, refusals.keys() | lost)
    holders = {place.name.strip(): node for node, place in result.items()}
    refusals = dict(refusals)
    for code in lost:
        place = rows.places[code]
        if place.parent is not None and place.parent not in result:
            refusals[code] = parent_issue(rows, ours, code, Reason.DEPARTMENT_PARENT_REFUSED)
        else:
            # Nobody holds a name that is fought over in a ring (see Claims.settle): then the strongest rival is named.
            holder = holders.get(place.name) or next(other for other in claims.by_name[place.name] if other != code)
            refusals[code] = name_issue(rows, code, holder)
    return refusals


def judge_result(rows: SourceRows, ours: Tree, refusals: Refusals) -> Refusals:
    """Rule 2.6: new or moved rows that would put themselves on a loop, or something below level ten."""
    result = merge(rows, ours, refusals)
    links: dict[Node, Node | None] = {node: place.parent for node, place in result.items()}
    looped = find_loops(links)
    moved = {code for code in rows.places if code in result and (code not in ours or ours[code].parent != links[code])}
    misplaced = {
        code: parent_issue(rows, ours, code, Reason.DEPARTMENT_PARENT_LOOP, detail=STAYING) for code in moved & looped
    }
    levels = measure_levels(links)
    too_deep = [node for node, level in levels.items() if level > MAX_LEVEL]
    for node in sorted(too_deep, key=lambda node: (-levels[node], result[node].name)):  # the deepest is the one to tell
        mover = find_mover(node, links, moved)
        if mover is None or mover in misplaced:
            continue
        if levels[mover] > MAX_LEVEL:
            misplaced[mover] = depth_issue(rows, mover, level=levels[mover])
        else:
            misplaced[mover] = depth_issue(rows, mover, level=levels[node], below=result[node].name)
    return misplaced


def find_mover(node: Node, links: Mapping[Node, Node | None], moved: Collection[Node]) -> str | None:
    """The nearest new or moved row on the way up from `node`, itself included. None where all stand as before."""
    step: Node | None = node
    while step is not None and step not in moved:
        step = links.get(step)
    return step if isinstance(step, str) else None


def parent_issue(rows: SourceRows, ours: Tree, code: str, reason: Reason, *, detail: str = "") -> Issue:
    """An issue about where a row hangs. People know the parent by its name, so that stands there too where it is known."""
    row = rows.sent[code]
    parent_code = row.parent_code.strip()
    parent = rows.places.get(parent_code) or ours.get(parent_code)
    label = f"{parent.name}（{parent_code}）" if parent else parent_code
    return issue(
        reason, key=row.code, name=row.name, field=PARENT_FIELD, value=row.parent_code, detail=detail, parent=label
    )


def depth_issue(rows: SourceRows, code: str, *, level: int, below: str = "") -> Issue:
    """`level` is the row's own, or that of the deepest department that would come with it, whose name is `below`."""
    row = rows.sent[code]
    which = f"下位の部署「{below}」" if below else "この部署"
    return issue(
        Reason.DEPARTMENT_TOO_DEEP,
        key=row.code,
        name=row.name,
        field=PARENT_FIELD,
        value=row.parent_code,
        which=which,
        level=level,
    )


def name_issue(rows: SourceRows, code: str, holder: Node) -> Issue:
    row = rows.sent[code]
    return issue(
        Reason.DEPARTMENT_NAME_TAKEN,
        key=row.code,
        name=row.name,
        field=NAME_FIELD,
        value=row.name.strip(),
        holder_name=row.name.strip(),  # compared exactly, so the holder's name is the same
        holder_code=f"部署コード {holder}" if isinstance(holder, str) else "コードなし",
    )
