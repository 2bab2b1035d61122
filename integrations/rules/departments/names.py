"""部署, the names: which rows get the name that they ask for, judged on the final tree (product rule 2.5)."""

from collections.abc import Mapping

from departments.tree import find_loops
from integrations.rules.departments.row import NAME_LENGTH, Node, Place, Tree, among_siblings, holders_of, overlay

Candidates = Mapping[str, Place]
Rank = tuple[object, ...]  # who comes first gets the name


def give_names(
    candidates: Candidates, levels: Mapping[str, int], ours: Tree, *, qualify: bool
) -> tuple[dict[str, str], set[str]]:
    """Share out the names among the rows that nothing else speaks against: code → name, and the codes that get none.

    With `qualify` a row that loses its name asks for the next longer one (see `say`). It does so only once whoever has
    its name is sure to keep it: one who loses as well may still go away to a longer name. One that got no longer name
    while its own became free asks for that again, once: nobody is told that a name is taken which is not.
    """
    tree = overlay(ours, candidates)
    ways = {code: say(code, tree) if qualify else [place.name] for code, place in candidates.items()}
    step = dict.fromkeys(candidates, 0)
    back: set[str] = set()  # asked for their own name again
    while True:
        wanted = {code: ways[code][number] for code, number in step.items()}
        ranks: dict[str, Rank] = {
            code: (step[code] > 0, code not in ours, levels[code], *among_siblings(code, place))
            for code, place in candidates.items()
        }
        owners = share(wanted, ranks, ours)
        lost = {code for code, name in wanted.items() if owners[name] != code}
        going_on = {code for code in lost - back if step[code] + 1 < len(ways[code])}
        for code in going_on:
            step[code] += owners[wanted[code]] not in going_on
        if going_on:
            continue
        names = {code: name for code, name in wanted.items() if code not in lost}
        held = {*names.values(), *(place.name.strip() for node, place in ours.items() if node not in names)}
        returning = {code for code in lost - back if candidates[code].name not in held}
        if not returning:
            return names, lost
        back |= returning
        step |= dict.fromkeys(returning, 0)


def say(code: str, tree: Tree) -> list[str]:
    """The name, 「親部署名 部署名」, the same with both departments above it, and so on, as far as our column goes.

    A department above is called as カオナビ calls it where that is taken over: it does not hang on names being shared out.
    """
    ways = [tree[code].name]
    above = tree[code].parent
    passed: set[Node] = {code}
    while above is not None and above in tree and above not in passed:
        passed.add(above)
        place = tree[above]
        ways.append(f"{place.name.strip()} {ways[-1]}")
        above = place.parent
    return [way for way in ways if len(way) <= NAME_LENGTH]


def share(wanted: Mapping[str, str], ranks: Mapping[str, Rank], ours: Tree) -> dict[str, Node]:
    """Wanted name → who has it in the end. Departments that are not in `wanted`, or do not get their name, keep theirs.

    Whoever passes names on in a ring keeps to it: nobody else can get one of these names anyway, since none of them
    becomes free. Every other name that is free, or becomes so, goes to the first by rank.
    """
    holders = holders_of(ours)
    leaving = {node: name for name, node in holders.items() if node in wanted}  # also for the name that they have
    passing_on: dict[Node, Node | None] = {code: holders.get(name) for code, name in wanted.items() if code in leaving}
    in_ring = [code for code in find_loops(passing_on) if isinstance(code, str)]

    owners: dict[str, Node] = {wanted[code]: code for code in in_ring}
    first: dict[str, str] = {}
    for code in sorted(wanted, key=ranks.__getitem__):
        first.setdefault(wanted[code], code)
    free = [name for name in first if name not in holders]
    while free:
        name = free.pop()
        owners[name] = code = first[name]
        if (left := leaving.get(code)) in first:
            free.append(left)
    return {name: owners[name] if name in owners else holders[name] for name in first}
