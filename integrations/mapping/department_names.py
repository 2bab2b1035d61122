"""部署, the names: which rows get the name that they ask for, judged on the final tree (product rule 2.5)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from departments.tree import measure_levels
from integrations.mapping.department_rows import Node, Place, Tree, among_siblings, overlay, sort_tree


class Claims:
    """Who asks for a name that it does not hold here, and what a refusal brings down with it.

    `candidates` are the rows that nothing else speaks against; all other departments stay as they are in `ours`.
    """

    def __init__(self, places: Mapping[str, Place], ours: Tree, candidates: AbstractSet[str]) -> None:
        self.candidates = candidates
        claimers = [code for code in candidates if code not in ours or ours[code].name != places[code].name]
        rank = rank_rows(places, ours)
        self.by_name: dict[str, list[str]] = defaultdict(list)  # each list in the order in which a name is given away
        for code in sorted(claimers, key=rank.__getitem__):
            self.by_name[places[code].name].append(code)

        # A name is compared trimmed, and one that was typed in here may not be.
        leaving = set(claimers)
        self.hopeless = [
            code
            for node, place in ours.items()
            if node not in leaving
            for code in self.by_name.get(place.name.strip(), ())
        ]
        # A department that keeps its name bars those who wait for it; a new one that is refused leaves its rows in the air.
        self.dependants: dict[str, list[str]] = defaultdict(list)
        for code in leaving:
            if code in ours:
                waiting = self.by_name.get(ours[code].name.strip(), ())
                self.dependants[code] += [other for other in waiting if other != code]
        for code in candidates:
            parent = places[code].parent
            if isinstance(parent, str) and parent in candidates and parent not in ours:
                self.dependants[parent].append(code)

    def settle(self) -> set[str]:
        """The candidates that are taken. No two of them, and none and a department that stays, have the same name.

        Of several that ask for one name the first gets it, if it is taken itself: its parent may be refused, or whoever
        holds the name may have to stay. So at first everybody is possible, and certain are those who are taken even if
        every rival before them is. Whoever comes after a certain one is not possible any more, which makes others certain.
        What stays open in the end is a ring, where each would have to be refused for the next to be taken: all of it is
        refused, until somebody renames one of them.
        """
        possible = self.without(self.candidates, self.hopeless)
        contested = list(self.by_name.values())
        while True:
            contested = [
                still for claimers in contested if len(still := [code for code in claimers if code in possible]) > 1
            ]
            certain = self.without(possible, [code for claimers in contested for code in claimers[1:]])
            beaten = [code for claimers in contested if claimers[0] in certain for code in claimers[1:]]
            if not beaten:
                return certain
            possible = self.without(possible, beaten)

    def without(self, codes: AbstractSet[str], refused: Iterable[str]) -> set[str]:
        """What is left of `codes` without those that are `refused`, and without all that depended on them."""
        left = set(codes)
        falling = list(refused)
        while falling:
            code = falling.pop()
            if code in left:
                left.remove(code)
                falling += self.dependants[code]
        return left


def rank_rows(places: Mapping[str, Place], ours: Tree) -> dict[Node, tuple[int, bool, int, str]]:
    """Tree order (level, `order`, code) in カオナビ's tree; above a parent that only we have, our own tree counts."""
    our_levels = measure_levels({node: place.parent for node, place in ours.items()})
    wanted = overlay({}, places)
    levels: dict[Node | None, int] = {None: 0}
    for code in sort_tree(wanted):
        parent = wanted[code].parent
        levels[code] = 1 + (levels[parent] if parent in levels else our_levels.get(parent or "", 0))
    return {code: (levels[code], *among_siblings(code, place)) for code, place in wanted.items()}
