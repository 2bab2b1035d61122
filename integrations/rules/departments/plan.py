"""部署, the plan: what a run of 部署情報取込 writes, marks and reports (product rule 2). No database, no network."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from integrations.kaonavi.types import Departments
from integrations.reasons import Reason, Severity
from integrations.rules.departments.row import (
    PARENT_FIELD,
    Node,
    Place,
    SourceRows,
    Tree,
    about,
    holders_of,
    overlay,
    read_rows,
    sort_tree,
)
from integrations.rules.departments.tree import Judgement, judge_rows, warn_of_longer_names
from integrations.rules.draft import Plan
from integrations.rules.guards import MISSING, shrinking
from integrations.rules.plan import Change, Finding, Outcome


@dataclass(frozen=True, slots=True)
class LocalDepartment:
    """A department as it is here. `linked`: a run has seen it; `missing`: it is marked as gone from カオナビ."""

    pk: int
    code: str
    name: str
    parent_pk: int | None
    order: int | None
    linked: bool
    missing: bool


def plan_departments(
    source: Departments,
    local: Sequence[LocalDepartment],
    *,
    qualify: bool = False,
    deep_stays: bool = False,
    guard_percent: int = 0,
    kept: frozenset[str] = frozenset(),
) -> Plan:
    """Compare カオナビ's departments with ours. The order of neither list makes a difference.

    New departments come first in the plan, parents before their children, then changed ones. Departments may swap names
    or pass them on, so under a constraint on names they cannot be written one by one.

    `guard_percent` is the share that raises an alarm, 0 for none; `kept` is what a person chose to leave as it is.

    `local` must be a forest with unique names and unique codes (blank ones apart); so is the tree that the plan leaves,
    and none of its rows is below level ten unless it was before. With `qualify` a row whose name is taken gets a longer
    one. With `deep_stays` a row below level ten is refused only where it is new or moved.
    """
    if not source.items and not source.unreadable and any(department.linked for department in local):
        return Plan(is_empty_source=True)

    rows = read_rows(source)
    here = {node_of(department): department for department in local}
    before = read_tree(local)
    judgement, after = settle(rows, before, qualify=qualify, deep_stays=deep_stays)
    refusals = judgement.refusals

    created: list[Change] = []
    updated: list[Change] = []
    unchanged: list[LocalDepartment] = []
    warnings = warn_of_longer_names(rows, judgement, after)
    rank = {node: number for number, node in enumerate(sort_tree(after))}
    for code in sorted(judgement.taken, key=rank.__getitem__):
        place = after[code]
        department = here.get(code)
        if department is None:
            created.append(creation(code, place))
            continue
        warnings += warn_of_new_root(rows, code, department, before)
        if fields := compare(department, place, before):
            updated.append(Change(key=code, name=place.name, fields=fields, pk=department.pk))
        else:
            unchanged.append(department)

    issues = [*rows.issues, *point_at_holders(refusals.values(), after, here), *warnings]
    issues.sort(key=lambda found: (found.subject_key, found.subject_name, found.reason, found.detail))
    absent, back = call_roll(rows, local)
    taken = {change.pk for change in updated}
    gone = () if rows.has_unreadable or MISSING in kept else absent
    linked = sum(department.linked and not department.missing for department in local)
    return Plan(
        changes=(*created, *updated, *(returns(department) for department in back if department.pk not in taken)),
        vanished=gone,
        unseen=() if gone else absent,
        is_unsure=rows.has_unreadable,
        alarms=tuple(shrinking(gone, linked, guard_percent, "件")),
        linked={department.pk: department.code for department in unchanged if not department.linked},
        issues=tuple(issues),
        outcomes=(
            *(Outcome.SKIPPED if found.severity == Severity.SKIPPED else Outcome.FAILED for found in rows.issues),
            *[Outcome.FAILED] * len(refusals),
            *[Outcome.CREATED] * len(created),
            *[Outcome.UPDATED] * len(updated),
            *[Outcome.UNCHANGED] * len(unchanged),
        ),
    )


def node_of(department: LocalDepartment) -> Node:
    return department.code if department.code.strip() else department.pk


def read_tree(local: Sequence[LocalDepartment]) -> dict[Node, Place]:
    nodes = {department.pk: node_of(department) for department in local}
    return {
        nodes[department.pk]: Place(
            name=department.name,
            parent=None if department.parent_pk is None else nodes[department.parent_pk],
            order=department.order,
        )
        for department in local
    }


def settle(rows: SourceRows, before: Tree, *, qualify: bool, deep_stays: bool) -> tuple[Judgement, Tree]:
    """What is refused, and the tree after the run: one in which a second run with the same source changes nothing.

    A row that is refused for its place stays refused while the others are judged. Once these are settled it may fit
    after all, and the next run would take it; so it is taken now. Whatever is taken once stays so: it is neither new
    nor moved then and keeps its name, and what it hangs below is no reason any more.
    """
    tree = before
    taken: set[str] = set()
    while True:
        judgement = judge_rows(rows, tree, qualify=qualify, deep=rows.places.keys() if deep_stays else taken)
        after = overlay(tree, judgement.taken)
        if after == tree:
            return judgement, tree
        taken |= judgement.taken.keys()
        tree = after


def creation(code: str, place: Place) -> Change:
    values = {"code": code, "name": place.name, "parent": place.parent or "", "order": place.order}
    return Change(code, place.name, {field: (None, value) for field, value in values.items()})


def compare(department: LocalDepartment, place: Place, before: Tree) -> Mapping[str, tuple[Any, Any]]:
    """The fields of a department that the run changes: field → (old, new). Empty where nothing differs."""
    was = before[node_of(department)]
    fields: dict[str, tuple[Any, Any]] = {}
    if was.name != place.name:
        fields["name"] = (was.name, place.name)
    if was.parent != place.parent:
        old = before[was.parent].name if isinstance(was.parent, int) else was.parent
        fields["parent"] = (old or "", place.parent or "")
    if was.order != place.order:
        fields["order"] = (was.order, place.order)
    if department.missing:
        fields["missing"] = (True, False)
    return fields


def warn_of_new_root(rows: SourceRows, code: str, department: LocalDepartment, before: Tree) -> list[Finding]:
    """Rule 2.3: カオナビ gives a child of a department without a code no parent code, so it looks like a root."""
    old = before[code].parent
    if not department.linked or old is None or rows.places[code].parent is not None or not rows.codeless_names:
        return []
    label = before[old].name if isinstance(old, int) else f"{before[old].name}（{old}）"
    return [about(rows.sent[code], Reason.DEPARTMENT_BECAME_ROOT, field=PARENT_FIELD, parent=label)]


def point_at_holders(
    refusals: Iterable[Finding], after: Tree, here: Mapping[Node, LocalDepartment]
) -> Iterator[Finding]:
    """The refusals; one for a taken name knows which department of ours has that name after the run, if one has."""
    holders = {name: here[node].pk for name, node in holders_of(after).items() if node in here}
    for found in refusals:
        is_about_a_name = found.reason is Reason.DEPARTMENT_NAME_TAKEN
        yield replace(found, object_id=holders.get(found.value)) if is_about_a_name else found


def call_roll(
    rows: SourceRows, local: Sequence[LocalDepartment]
) -> tuple[tuple[int, ...], tuple[LocalDepartment, ...]]:
    """The linked departments (pk) that the source does not have and that are not marked, and marked ones that it has.

    A refused row is there all the same; one without a code is known by its name, which is unique here.
    """
    codes = rows.codes
    absent: list[int] = []
    back: list[LocalDepartment] = []
    for department in local:
        is_present = node_of(department) in codes or department.name.strip() in rows.codeless_names
        if department.missing:
            if is_present:
                back.append(department)
        elif department.linked and not is_present:
            absent.append(department.pk)
    return tuple(sorted(absent)), tuple(back)


def returns(department: LocalDepartment) -> Change:
    """A marked department that カオナビ has again, and of which nothing else is taken."""
    return Change(department.code, department.name, {"missing": (True, False)}, pk=department.pk)
