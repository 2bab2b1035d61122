"""Short ways to say what カオナビ has and what we have, and to carry out a plan without a database."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count

from departments.tree import find_loops, measure_levels
from integrations.kaonavi.types import Department, Departments, Unreadable
from integrations.rules.departments.plan import LocalDepartment, plan_departments
from integrations.rules.draft import Plan
from tests.factories.findings import sentence


def theirs(code: str, name: str | None = None, parent: str = "", order: int | None = 1) -> Department:
    """A department of カオナビ; its name follows from its code unless a test is about names."""
    return Department(code=code, name=f"部署{code}" if name is None else name, parent_code=parent, order=order)


def ours(
    pk: int,
    code: str,
    name: str | None = None,
    parent: int | None = None,
    order: int | None = 1,
    *,
    linked: bool = True,
    missing: bool = False,
) -> LocalDepartment:
    """A department of ours, linked unless a test is about that."""
    return LocalDepartment(
        pk=pk,
        code=code,
        name=f"部署{code}" if name is None else name,
        parent_pk=parent,
        order=order,
        linked=linked,
        missing=missing,
    )


def plan(
    source: Iterable[Department], local: Sequence[LocalDepartment] = (), unreadable: Iterable[Unreadable] = ()
) -> Plan:
    return plan_departments(Departments(items=tuple(source), unreadable=tuple(unreadable)), local)


def refusals(made: Plan) -> dict[str, str]:
    """Code → reason, of what the plan reports. A code with two issues would be lost, so it fails here."""
    assert len({issue.subject_key for issue in made.issues}) == len(made.issues)
    return {issue.subject_key: issue.reason.value for issue in made.issues}


def detail(made: Plan, code: str) -> str:
    return next(sentence(issue) for issue in made.issues if issue.subject_key == code)


def chain(length: int, *, parent: str = "", prefix: str = "L") -> list[Department]:
    """Departments one below the other: L1, L2, …"""
    codes = [f"{prefix}{number}" for number in range(1, length + 1)]
    return [theirs(code, parent=above) for code, above in zip(codes, [parent, *codes], strict=False)]


def our_chain(length: int, *, pk: int = 1, parent: int | None = None, prefix: str = "L") -> list[LocalDepartment]:
    """The same in our tree, with numbers from `pk` on."""
    return [ours(pk + step, f"{prefix}{step + 1}", parent=pk + step - 1 if step else parent) for step in range(length)]


def carry_out(made: Plan, local: Sequence[LocalDepartment]) -> list[LocalDepartment]:
    """Our departments after the plan. Fails where the plan does not fit: an old value that is not ours, no such
    parent.
    """
    after = {department.pk: department for department in local}
    pks = {department.code: department.pk for department in local if department.code}
    fresh = count(max(after, default=0) + 1)
    for change in made.changes:
        if change.is_new:
            assert change.key not in pks
            assert [old for old, _ in change.fields.values()] == [None] * 4
            new = {field: value for field, (_, value) in change.fields.items()}
            pk = next(fresh)
            after[pk] = LocalDepartment(
                pk=pk,
                code=new["code"],
                name=new["name"],
                parent_pk=pks[new["parent"]] if new["parent"] else None,
                order=new["order"],
                linked=True,
                missing=False,
            )
            pks[change.key] = pk
        else:
            assert change.pk is not None
            assert change.fields
            department = after[change.pk]
            for field, (old, value) in change.fields.items():
                assert old != value
                if field == "parent":
                    above = after.get(department.parent_pk or 0)
                    assert old == ((above.code or above.name) if above else "")
                    department = replace(department, parent_pk=pks[value] if value else None)
                else:
                    assert old == getattr(department, field)
                    department = replace(department, **{field: value})
            after[change.pk] = replace(department, linked=True)
    for pk in made.linked:
        after[pk] = replace(after[pk], linked=True)
    for pk in made.vanished:
        after[pk] = replace(after[pk], missing=True)
    return list(after.values())


def tree_of(local: Iterable[LocalDepartment]) -> dict[int, int | None]:
    return {department.pk: department.parent_pk for department in local}


def is_sound(local: Sequence[LocalDepartment]) -> bool:
    """A forest of at most ten levels, with unique names and unique codes."""
    levels = measure_levels(tree_of(local))
    names = [department.name for department in local]
    codes = [department.code for department in local if department.code]
    return (
        not find_loops(tree_of(local))
        and max(levels.values(), default=0) <= 10
        and len(set(names)) == len(names)
        and len(set(codes)) == len(codes)
    )
