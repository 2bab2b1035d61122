import pytest
from django.contrib.auth.models import Group, User

from accounts.models import Role
from accounts.rights import WHOLE_COMPANY, Right, access_of, may
from departments.models import RoleDepartment
from departments.scope import reach
from departments.tree import descend
from employees.models import Employee
from tests.factories.rows import account, make_department, make_person


def role(name: str, *rights: str, departments: list | None = None) -> Role:
    made = Role.objects.create(
        group=Group.objects.create(name=name), rights=list(rights), is_limited=departments is not None
    )
    RoleDepartment.objects.bulk_create(RoleDepartment(role=made, department=one) for one in departments or [])
    return made


@pytest.fixture
def tree(db):
    head = make_department("100", "営業本部")
    below = make_department("110", "営業第一部", head)
    lowest = make_department("111", "第一課", below)
    other = make_department("200", "開発本部")
    return head, below, lowest, other


def test_it_finds_what_lies_below_and_goes_round_no_loop():
    assert descend({1: None, 2: 1, 3: 2, 4: None}, [2]) == {2, 3}
    assert descend({1: 2, 2: 1, 3: 1}, [1]) == {1, 2, 3}
    assert descend({1: None}, [9]) == set()


def test_a_limited_role_reaches_its_departments_and_what_lies_below(tree):
    _, below, lowest, _ = tree
    role("営業の部長", Right.VIEW_EMPLOYEES, departments=[below])
    user = account("bucho", "営業の部長")
    for number, place in enumerate([*tree, None], start=1):
        make_person(number, department=place)
    assert reach(user, Right.VIEW_EMPLOYEES) == {below.pk, lowest.pk}
    assert {person.department for person in Employee.objects.open_to(user)} == {below, lowest}


def test_a_limited_role_without_departments_reaches_nobody(tree):
    role("空", Right.VIEW_EMPLOYEES, departments=[])
    user = account("kara", "空")
    make_person(department=tree[0])
    make_person(2)
    assert not Employee.objects.open_to(user).exists()


def test_a_limited_role_never_has_what_concerns_the_whole_company(tree):
    role("全部", *Right.values, departments=[tree[0]])
    user = account("zenbu", "全部")
    assert {right for right in Right if not may(user, right)} == WHOLE_COMPANY


@pytest.mark.parametrize("first", ["limited", "whole"])
def test_rights_of_several_roles_add_up_each_with_its_own_reach(tree, first: str):
    names = ["a", "b"] if first == "limited" else ["b", "a"]
    for name in names:
        if name == "a":
            role("a", Right.VIEW_EMPLOYEES, Right.VIEW_RESULTS, departments=[tree[1]])
        else:
            role("b", Right.VIEW_EMPLOYEES)
    user = account("both", "a", "b")
    assert reach(user, Right.VIEW_EMPLOYEES) is None
    assert reach(user, Right.VIEW_RESULTS) == frozenset({tree[1].pk, tree[2].pk})
    assert reach(user, Right.EDIT_EMPLOYEES) == frozenset()


def test_an_account_that_was_stopped_may_nothing(db):
    user = User.objects.create_superuser("root", is_active=False)
    assert not access_of(user).where


def test_rights_that_nobody_knows_any_more_give_nothing(db):
    role("古い", "fly_to_the_moon", Right.VIEW_JOBS)
    assert set(access_of(account("old", "古い")).where) == {Right.VIEW_JOBS}
