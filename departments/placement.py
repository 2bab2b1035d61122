"""What a department may be called and where it may stand when a person says so: the sync's rules. Pure, no database."""

from collections.abc import Mapping
from dataclasses import dataclass

from departments.tree import MAX_LEVEL, descend, find_loops, measure_levels

NEW = 0  # stands for a department that has no number yet


@dataclass(frozen=True, slots=True)
class Place:
    """What is unique about a department, and below which one it stands (None: a root)."""

    name: str
    code: str
    parent: int | None


def judge(wanted: Place, tree: Mapping[int, Place], pk: int | None) -> dict[str, str]:
    """Field → what is wrong with it, in words; empty where the department may be stored.

    `tree` holds all departments as they are, this one (`pk`, None for a new one) too. Only what would change is judged:
    a tree that came to us in a bad state can still be mended step by step.
    """
    node = NEW if pk is None else pk
    was = tree.get(node)
    others = {number: place for number, place in tree.items() if number != node}
    found: dict[str, str] = {}
    if was is None or was.name != wanted.name:
        holder = next((place for place in others.values() if place.name.strip() == wanted.name), None)
        if holder:
            code = f"部署コード {holder.code}" if holder.code else "コードなし"
            found["name"] = f"部署名「{wanted.name}」は、別の部署（{code}）が使用しています。"
    if wanted.code and (was is None or was.code != wanted.code):
        holder = next((place for place in others.values() if place.code.strip() == wanted.code), None)
        if holder:
            found["code"] = f"部署コード「{wanted.code}」は、部署「{holder.name}」が使用しています。"
    if was is None or was.parent != wanted.parent:
        parents = {number: place.parent for number, place in others.items()} | {node: wanted.parent}
        if problem := judge_place(node, parents):
            found["parent"] = problem
    return found


def judge_place(node: int, parents: Mapping[int, int | None]) -> str:
    """Why the department, with everything below it, cannot stand where `parents` puts it, or ""."""
    if node in find_loops(parents):
        return "自分自身や、その下位の部署を親部署にすることはできません。"
    levels = measure_levels(parents)
    lowest = max(levels.get(lower, 0) for lower in descend(parents, [node]))
    if lowest <= MAX_LEVEL:
        return ""
    which = "この部署" if levels[node] == lowest else "最も下位の部署"
    return f"部署の階層は{MAX_LEVEL}階層までです（{which}が{lowest}階層目になります）。"
