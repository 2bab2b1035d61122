"""The company's tree as a person reads it: from the top down, each department followed by what lies below it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from departments.models import Department
from departments.tree import find_loops


@dataclass(slots=True)
class Branch:
    """A department in its place.

    `level` is 1 for a root, `path` names the way to it (「本社 ＞ 東日本 ＞ 営業部」), `short_path` the last step of it
    (「東日本 ＞ 営業部」), `lower` counts the departments below it.
    `people` counts those in it and below it, where the departments came with head counts.
    """

    department: Department
    level: int
    path: str
    short_path: str
    people: int = 0
    lower: int = 0
    below: list["Branch"] = field(default_factory=list)

    @property
    def above(self) -> str:
        """The path without the department itself; "" for a root."""
        return self.path.removesuffix(self.department.name).removesuffix(" ＞ ")

    @property
    def scope(self) -> str:
        """The path of a department that stands for what lies below it too: 「営業本部（配下の12部署を含む）」."""
        return f"{self.path}（配下の{self.lower:,}部署を含む）" if self.lower else self.path


def outline(departments: Iterable[Department]) -> list[Branch]:
    """All branches in reading order; siblings stay in the order in which the departments came."""
    known = {department.pk: department for department in departments}
    parents = {pk: department.parent_id for pk, department in known.items()}
    looped = find_loops(parents)  # cannot be stored by any of our own ways; shown at the top rather than nowhere
    children: dict[int | None, list[Department]] = defaultdict(list)
    for department in known.values():
        is_root = department.pk in looped or department.parent_id not in known
        children[None if is_root else department.parent_id].append(department)

    branches: list[Branch] = []
    waiting: list[tuple[Department, Branch | None]] = [(root, None) for root in reversed(children[None])]
    while waiting:
        department, parent = waiting.pop()
        level, path, short = 1, department.name, department.name
        if parent:
            level, path = parent.level + 1, f"{parent.path} ＞ {path}"
            short = f"{parent.department.name} ＞ {short}"
        branch = Branch(department, level, path, short, people=getattr(department, "headcount", 0))
        if parent:
            parent.below.append(branch)
        branches.append(branch)
        waiting.extend((child, branch) for child in reversed(children[department.pk]))

    for branch in reversed(branches):
        branch.people += sum(child.people for child in branch.below)
        branch.lower = sum(1 + child.lower for child in branch.below)
    return branches


def unfolded(tops: Sequence[Branch], most: int, widest: int) -> set[int]:
    """The numbers of the departments below which a page shows what there is: level by level, as long as it has no more
    than `most` rows. Below each it shows `widest` at most.
    """
    open_ones: set[int] = set()
    rows, level = len(tops), list(tops)
    while level:
        wide = [branch for branch in level if branch.below]
        lower = [child for branch in wide for child in branch.below[:widest]]
        rows += len(lower)
        if rows > most:
            break
        open_ones.update(branch.department.pk for branch in wide)
        level = lower
    return open_ones


def at_and_below(branches: Iterable[Branch], number: str) -> list[int]:
    """The numbers of the department that has this one and of everything below it; [] where there is no such branch."""
    found: list[int] = []
    waiting = [branch for branch in branches if str(branch.department.pk) == number]
    while waiting:
        branch = waiting.pop()
        found.append(branch.department.pk)
        waiting.extend(branch.below)
    return found


def path_to(branches: Iterable[Branch], pk: int) -> list[Branch]:
    """The way from the top down to the department with this number, itself last; [] where there is no such branch."""
    by_number = {branch.department.pk: branch for branch in branches}
    path: list[Branch] = []
    step: int | None = pk
    while step is not None and (branch := by_number.pop(step, None)):
        path.append(branch)
        step = branch.department.parent_id
    return path[::-1]
