"""Random little trees: ours and the reference must say the same of each."""

from collections.abc import Mapping
from random import SystemRandom

import pytest

from integrations.kaonavi.types import Departments
from integrations.reasons import Reason, Severity
from integrations.rules.departments.plan import LocalDepartment, plan_departments
from integrations.rules.draft import Plan
from tests.integrations.rules.departments.company import carry_out, ours, theirs
from tests.integrations.rules.departments.drawing import Company, draw_companies
from tests.integrations.rules.departments.reference import Here, Key, Row, Verdict, run


def key_of(department: LocalDepartment) -> Key:
    return department.code or department.pk


def mirror(local: list[LocalDepartment]) -> dict[Key, Here]:
    """Our departments as the reference has them. A new one has no number that both would know, but always a code."""
    keys = {one.pk: key_of(one) for one in local}
    return {
        keys[one.pk]: Here(
            one.name, keys[one.parent_pk] if one.parent_pk else None, one.order, linked=one.linked, missing=one.missing
        )
        for one in local
    }


def ask_the_reference(company: Company, *, qualify: bool = False) -> Verdict:
    source, local = company
    rows = [Row(row.code, row.name, row.parent_code, row.order) for row in source.items]
    return run(rows, [element.key for element in source.unreadable], mirror(local), qualify=qualify)


def tell(made: Plan, local: list[LocalDepartment]) -> dict[str, object]:
    refused = {
        issue.subject_key.strip(): issue.reason.value
        for issue in made.issues
        if issue.severity == Severity.ERROR and issue.reason is not Reason.DEPARTMENT_UNREADABLE
    }
    return {
        "outcomes": sorted(outcome.value for outcome in made.outcomes),
        "refused": refused,
        "roots": about(made, Reason.DEPARTMENT_BECAME_ROOT),
        "qualified": about(made, Reason.DEPARTMENT_NAME_QUALIFIED),
        "after": show(mirror(carry_out(made, local))),
    }


def about(made: Plan, reason: Reason) -> set[str]:
    return {issue.subject_key.strip() for issue in made.issues if issue.reason is reason}


def tell_reference(verdict: Verdict) -> dict[str, object]:
    return {
        "outcomes": sorted(verdict.outcomes),
        "refused": verdict.reasons,
        "roots": verdict.became_root,
        "qualified": verdict.qualified,
        "after": show(verdict.after),
    }


def show(tree: Mapping[Key, Here]) -> dict[Key, tuple[object, ...]]:
    return {key: (one.name, one.parent, one.order, one.linked, one.missing) for key, one in tree.items()}


def compare(company: Company, *, qualify: bool = False) -> None:
    source, local = company
    made = plan_departments(source, local, qualify=qualify)
    verdict = ask_the_reference(company, qualify=qualify)
    assert made.is_empty_source == verdict.source_empty, company
    if verdict.source_empty:
        return
    assert tell(made, local) == tell_reference(verdict), company
    for issue in made.issues:
        code = issue.subject_key.strip()
        if issue.reason is Reason.DEPARTMENT_TOO_DEEP:
            assert issue.params["level"] == verdict.levels.get(code, issue.params["level"]), company
        if issue.reason is Reason.DEPARTMENT_NAME_TAKEN:
            holder = verdict.holders[code]
            assert issue.params["holder_code"] == (
                f"部署コード {holder}" if isinstance(holder, str) else "コードなし"
            ), company


def run_again(company: Company, *, qualify: bool = False) -> None:
    source, local = company
    first = plan_departments(source, local, qualify=qualify)
    second = plan_departments(source, carry_out(first, local), qualify=qualify)
    assert (second.changes, second.vanished) == ((), ()), company


@pytest.mark.parametrize("qualify", [False, True])
def test_it_agrees_with_the_reference(qualify):
    for company in draw_companies(seed=1, count=200):
        compare(company, qualify=qualify)


@pytest.mark.parametrize("qualify", [False, True])
def test_a_second_run_is_idle(qualify):
    for company in draw_companies(seed=2, count=200):
        run_again(company, qualify=qualify)


# Somebody loses every longer name, while nobody has its own in the end: two companies in 100,000.
BECAME_FREE: list[Company] = [
    (
        Departments(
            items=(
                theirs("c1", "n2", "c6", 2),
                theirs("c4", "n2 n1 n0", "c6"),
                theirs("c6", "n0", "c2"),
                theirs("c3", "n1 n0", "c2", 2),
                theirs("c2", "n1"),
                theirs("c5", "n1 n0", "c4"),
            )
        ),
        [
            ours(1, "c1", "n2 n1 n0"),
            ours(2, "c2", "n0", order=2, linked=False),
            ours(3, "c3", "n1", missing=True),
            ours(4, "", "n1 n0", linked=False),
        ],
    ),
    (
        Departments(
            items=(
                theirs("c3", "n2", "c3", 2),
                theirs("c2", "n1", order=2),
                theirs("c1", "n1 n0", "c6"),
                theirs("c5", "n1 n0", "c4", None),
                theirs("c6", "n0", "c2", 2),
            )
        ),
        [
            ours(1, "c1", "n2", order=2),
            ours(2, "c2", "n0", 1, 2, missing=True),
            ours(3, "c3", "n3", 1, None),
            ours(4, "c4", "n1 n0", 1, 2),
            ours(5, "c5", "n1", 4, None),
        ],
    ),
]


@pytest.mark.parametrize("company", BECAME_FREE)
def test_it_agrees_with_the_reference_where_a_name_becomes_free_again(company):
    compare(company, qualify=True)
    run_again(company, qualify=True)


@pytest.mark.long
@pytest.mark.parametrize("qualify", [False, True])
def test_it_agrees_with_the_reference_on_very_many(qualify):
    for company in draw_companies(SystemRandom().randrange(2**32), count=4_000):
        compare(company, qualify=qualify)
        run_again(company, qualify=qualify)
