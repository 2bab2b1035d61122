"""Fewer than three people: no figures of them for those who may see no single result. Pure.

A group that is hidden alone would be what its upper department has beyond the others, so another goes with it, and
whatever lies below a hidden department: of what is shown, no difference is a group of one or two.
"""

from collections.abc import Mapping, Sequence

from departments.outline import Branch

FEWEST = 3
TOO_FEW = f"{FEWEST}人未満"
HIDDEN = "非表示"  # a larger one, by which one could work out a small one


def untold_words(size: int) -> str:
    """What stands in place of the number of a group whose figures are not told."""
    return TOO_FEW if size < FEWEST else HIDDEN


def hidden_parts(sizes: Sequence[int]) -> set[int]:
    """The places of parts of a whole that are not to be told: the small ones, together nobody or at least three."""
    hidden = {place for place, size in enumerate(sizes) if 0 < size < FEWEST}
    shown = sorted((size, place) for place, size in enumerate(sizes) if size >= FEWEST)
    for _, place in shown:
        if not hidden or sum(sizes[each] for each in hidden) >= FEWEST:
            break
        hidden.add(place)
    return hidden


def hidden_departments(branches: Sequence[Branch], direct: Mapping[int | None, int]) -> set[int | None]:
    """The departments whose figures, with all below, are not to be told; None in it: nor those of 所属なし.

    `direct` counts the people of each department itself. A department's own people are a part of it as what lies below.
    """
    sizes: dict[int | None, int] = {None: direct.get(None, 0)}
    for branch in reversed(branches):
        below = sum(sizes[each.department.pk] for each in branch.below)
        sizes[branch.department.pk] = below + direct.get(branch.department.pk, 0)
    hidden: set[int | None] = set()
    roots = [branch for branch in branches if branch.level == 1]
    tops: list[int | None] = [*(branch.department.pk for branch in roots), None]
    hidden |= {tops[place] for place in hidden_parts([sizes[top] for top in tops])}
    for branch in branches:
        pk = branch.department.pk
        parts = [each.department.pk for each in branch.below]
        if pk in hidden:
            hidden |= set(parts)
        else:
            # its own people are never told alone to those for whom this is reckoned
            told = hidden_parts([sizes[part] for part in parts] + [direct.get(pk, 0)])
            hidden |= {parts[place] for place in told if place < len(parts)}
    return hidden
