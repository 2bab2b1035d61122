"""Whatever カオナビ sends and whatever stands here: what every plan keeps to."""

from collections import Counter

from hypothesis import event, given
from hypothesis import strategies as st

from departments.tree import measure_levels
from integrations.kaonavi.types import Department, Departments, Unreadable
from integrations.reasons import Reason, Severity
from integrations.rules.departments.plan import LocalDepartment, plan_departments
from integrations.rules.plan import Outcome
from tests.integrations.rules.departments.company import carry_out, is_sound, tree_of

CODES = [f"D{number}" for number in range(1, 17)]
NAMES = [f"{number}課" for number in range(1, 21)]
ODD_CODES = ["", "　", "X" * 51, "\x00", " D1　", "D2 ", "d3"]
ODD_NAMES = ["", " 　", "名" * 201, " 1課　", "2\x00課"]

dice = st.integers(0, 19)  # 0 is the odd case
orders = st.none() | st.integers(0, 2)


@st.composite
def companies(draw: st.DrawFn) -> list[LocalDepartment]:
    """Our departments: a forest of at most ten levels with unique names and codes, some codes blank."""
    local: list[LocalDepartment] = []
    is_deep = draw(st.booleans())
    for pk, code in enumerate(draw(st.lists(st.sampled_from(CODES), unique=True, max_size=14)), start=1):
        levels = measure_levels(tree_of(local))
        parents = [None, *(above for above in range(1, pk) if levels[above] < 10)]
        seen = draw(dice)
        local.append(
            LocalDepartment(
                pk=pk,
                code=code if draw(dice) else "",
                name=NAMES[pk],
                parent_pk=parents[-1] if is_deep else draw(st.sampled_from(parents)),
                order=draw(orders),
                linked=seen > 0,
                missing=seen > 16,
            )
        )
    return local


@st.composite
def sources(draw: st.DrawFn, local: list[LocalDepartment]) -> Departments:
    """What カオナビ sends: our departments renamed and moved, new ones, and every kind of bad row."""
    here = {department.code: department for department in local}
    above = {department.pk: department.code for department in local}
    is_deep = draw(st.booleans())
    items: list[Department] = []
    is_clean = draw(st.booleans())
    size = 11 if is_deep else 0
    for code in draw(st.lists(st.sampled_from(CODES), min_size=size, max_size=16, unique=is_clean or bool(draw(dice)))):
        known = here.get(code)
        keeps_name, keeps_parent = draw(st.booleans()), draw(st.booleans())
        name = known.name if known and keeps_name else draw(st.sampled_from(NAMES))
        if is_deep and items:
            parent = items[-1].code
        elif known and keeps_parent:
            parent = above.get(known.parent_pk or 0, "")
        else:
            parent = draw(st.sampled_from(["", *CODES]))
        items.append(
            Department(
                code=code if is_clean or draw(dice) else draw(st.sampled_from(ODD_CODES)),
                name=name if is_clean or draw(dice) else draw(st.sampled_from(ODD_NAMES)),
                parent_code=parent if draw(dice) else f" {parent}　",
                order=draw(orders),
            )
        )
    unreadable = []
    if not is_clean and draw(dice) < 5:
        unreadable.append(Unreadable(position=len(items) + 1, key=draw(st.sampled_from(["", *CODES])), problem="?"))
    return Departments(items=tuple(draw(st.permutations(items))), unreadable=tuple(unreadable))


RETURNED = {"missing": (True, False)}
situations = companies().flatmap(lambda local: st.tuples(sources(local), st.just(local)))


@given(situations)
def test_it_leaves_a_forest_of_ten_levels_with_unique_names_and_codes(situation):
    source, local = situation
    made = plan_departments(source, local)
    for issue in made.issues:
        event(issue.reason)
    assert is_sound(carry_out(made, local))


@given(situations)
def test_it_gives_every_source_row_exactly_one_outcome(situation):
    source, local = situation
    made = plan_departments(source, local)
    outcomes = Counter(made.outcomes)
    severities = Counter(issue.severity for issue in made.issues)
    if made.is_empty_source:
        return
    assert len(made.outcomes) == len(source.items) + len(source.unreadable)
    assert outcomes[Outcome.FAILED] == severities[Severity.ERROR]
    assert outcomes[Outcome.SKIPPED] == severities[Severity.SKIPPED]
    assert outcomes[Outcome.CREATED] == sum(change.is_new for change in made.changes)
    written = [change for change in made.changes if not change.is_new]
    # what is back but refused or left out has the mark taken away, and another outcome
    back = sum(dict(change.fields) == RETURNED for change in written)
    assert len(written) - back <= outcomes[Outcome.UPDATED] <= len(written)


@given(situations)
def test_it_changes_nothing_when_it_runs_again(situation):
    source, local = situation
    first = plan_departments(source, local)
    second = plan_departments(source, carry_out(first, local))
    assert second.changes == ()
    assert second.vanished == ()
    lasting = [issue for issue in first.issues if issue.severity != Severity.WARNING]
    assert [(issue.subject_key, issue.reason) for issue in second.issues] == [
        (issue.subject_key, issue.reason) for issue in lasting
    ]


@given(situations, st.randoms(use_true_random=False))
def test_it_does_not_depend_on_the_order_of_either_list(situation, chance):
    source, local = situation
    made = plan_departments(source, local)
    items, shuffled = list(source.items), list(local)
    chance.shuffle(items)
    chance.shuffle(shuffled)
    again = plan_departments(Departments(items=tuple(items), unreadable=source.unreadable), shuffled)
    assert (again.changes, again.vanished, again.outcomes) == (made.changes, made.vanished, made.outcomes)
    assert [(issue.subject_key, issue.subject_name, issue.reason) for issue in again.issues] == [
        (issue.subject_key, issue.subject_name, issue.reason) for issue in made.issues
    ]


@given(situations)
def test_it_leaves_refused_and_absent_departments_as_they_are(situation):
    source, local = situation
    made = plan_departments(source, local)
    refused = {issue.subject_key.strip() for issue in made.issues if issue.severity != Severity.WARNING}
    sent = {row.code.strip() for row in source.items}
    changed = {change.key for change in made.changes if dict(change.fields) != RETURNED}
    assert not changed & refused
    assert changed <= sent


@given(situations)
def test_it_refuses_nothing_without_the_cause_being_there_afterwards(situation):
    source, local = situation
    made = plan_departments(source, local)
    after = carry_out(made, local)
    codes = {department.code for department in after}
    names = Counter(department.name for department in after)
    wanted = Counter(row.name.strip() for row in source.items)
    own = {department.code: department.name for department in after if department.code}
    for issue in made.issues:
        if issue.reason == Reason.DEPARTMENT_PARENT_REFUSED:
            assert issue.value.strip() not in codes
        if issue.reason == Reason.DEPARTMENT_NAME_TAKEN:
            assert own.get(issue.subject_key.strip()) != issue.value
            assert names[issue.value] == 1 or wanted[issue.value] > 1
