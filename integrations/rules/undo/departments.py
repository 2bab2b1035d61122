"""What an undo may do to the tree of departments. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from departments.tree import MAX_LEVEL
from integrations.rules.plan import Action
from integrations.rules.undo.steps import WHOLE, Step, settle
from integrations.rules.undo.unique import taken

LABELS = {
    "code": "部署コード",
    "name": "部署名",
    "parent": "親部署",
    "order": "表示順",
    "missing": "「カオナビになし」の印",
}
NAME_TAKEN = "元の部署名は、ほかの部署が使っています"
CODE_TAKEN = "部署コードは、ほかの部署が使っています"
NO_PARENT = "元の親部署がありません"
MISPLACED = "元の親部署に戻すと、階層が正しくなくなります"
HAS_CHILDREN = "下に部署があります"


def settle_tree(
    steps: Sequence[Step],
    parents: Mapping[int, int | None],
    numbers: Mapping[str, int],
    names: Mapping[str, Iterable[int]],
    codes: Mapping[str, Iterable[int]],
) -> None:
    """Give up what cannot be. `parents` is the tree by numbers (pk) as it is now, `numbers` are the departments by what
    a change tells of a parent, `names` and `codes` by those of theirs.
    """

    def obstacles() -> Iterator[tuple[Step, str, str]]:
        found = [*taken("name", steps, names, NAME_TAKEN), *taken("code", steps, codes, CODE_TAKEN)]
        yield from found or misplaced(steps, parents, numbers)

    settle(obstacles)


def misplaced(
    steps: Sequence[Step], parents: Mapping[int, int | None], numbers: Mapping[str, int]
) -> Iterator[tuple[Step, str, str]]:
    """Those whose parent is not there, on a loop, too deep, or that still have departments below them."""
    known = dict(numbers)
    known |= {step.back["code"]: step.record.pk for step in steps if step.action is Action.CREATE and step.record.pk}
    gone = {step.record.pk for step in steps if step.action is Action.DELETE}
    after: dict[int, int | None] = {pk: parent for pk, parent in parents.items() if pk not in gone}
    moved: dict[int, Step] = {}
    lost = []
    for step in steps:
        if "parent" not in step.back or step.record.pk is None:
            continue
        label = step.back["parent"]
        if label and known.get(label) in {None, *gone}:
            lost.append((step, "parent", NO_PARENT))
        after[step.record.pk] = known.get(label)
        moved[step.record.pk] = step
    if lost:
        yield from lost
        return
    above = {parent for parent in after.values() if parent is not None}
    found = False
    for step in steps:
        if step.action is Action.DELETE and step.record.pk in above:
            found = True
            yield step, WHOLE, HAS_CHILDREN
    if not found and moved:
        blamed = {cause for pk in after if (cause := cause_of(pk, after, moved)) is not None}
        yield from ((moved[pk], "parent", MISPLACED) for pk in sorted(blamed))


def cause_of(pk: int, parents: Mapping[int, int | None], moved: Mapping[int, Step]) -> int | None:
    """The nearest department on the way up that moves, where that way has more than ten levels or never ends."""
    path = [pk]
    while (above := parents.get(path[-1])) is not None:
        path.append(above)
        if len(path) > MAX_LEVEL:
            return next((each for each in path if each in moved), None)
    return None
