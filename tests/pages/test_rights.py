"""Every address × every method × every role, by the table beside this."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from accounts.methods import is_page
from accounts.models import Role
from accounts.rights import LOOKING, WHOLE_COMPANY, Right
from departments.models import Department, RoleDepartment
from employees.models import Employee
from integrations.models import KaonaviConnection, SyncJob
from tests.factories.rows import account, logged_in, make_department
from tests.pages.rights_table import (
    ABOUT_OWN_FACTOR,
    ADMINISTRATOR,
    ANY_ROLE,
    FOR_DEVELOPERS,
    FOR_EVERY_ACCOUNT,
    OPEN,
    PAGES,
    Needs,
    address,
)

METHODS = ("GET", "HEAD", "POST", "DELETE")  # the last stands for all that no page knows
READ_BY_HEAD = ("閲覧者", "no role")  # for all: what is asked of a role knows nothing of the method
ROLES = ("管理者", "閲覧者", "superuser", "no role")
CALLS = [(name, method) for name in sorted(PAGES) for method in METHODS]


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name or pattern.pattern}"


def client_of(role: str) -> Client:
    """Somebody with that role; a right stands for a role of one's own with this right alone."""
    if role == "superuser":
        return logged_in(User.objects.create_superuser("root"))
    if role in Right.values:
        Role.objects.create(group=Group.objects.create(name=role), rights=[role])
    return logged_in(account("somebody", role))


def may(role: str, need: Needs) -> bool:
    if role in {"管理者", "superuser"}:
        return True
    has = LOOKING if role == "閲覧者" else {role} & set(Right.values)
    if isinstance(need, tuple):
        return set(need) <= has
    wanted = need if isinstance(need, frozenset) else {need}
    return bool(wanted & has) or (need == ANY_ROLE and bool(has))


def need_of(name: str, method: str) -> Needs | None:
    return PAGES[name].get("GET" if method == "HEAD" else method)


def test_it_knows_every_address_of_the_site():
    known = OPEN | FOR_EVERY_ACCOUNT | ABOUT_OWN_FACTOR | FOR_DEVELOPERS
    assert set(names(get_resolver().url_patterns)) - known == set(PAGES)


@pytest.mark.parametrize("role", ROLES)
def test_it_lets_in_whom_the_table_names_and_nobody_else(role: str, company: Employee, connected: KaonaviConnection):
    """Reading only, since what follows would see a company that was changed: the rest is asked below."""
    client = client_of(role)
    wrong: list[tuple[str, ...]] = []
    for name, method in CALLS:
        need = need_of(name, method)
        if need is None or method == "POST" or (method == "HEAD" and role not in READ_BY_HEAD):
            continue
        answer = client.generic(method, address(name, company))
        if answer.streaming:
            list(
                answer
            )  # to its end, which closes what it was read from; `close` would close the connection of the test too
        is_in = answer.status_code in {200, 302}
        if is_in != may(role, need) or (not is_in and answer.status_code != 403):
            wrong.append((name, method, str(answer.status_code)))
        if not is_in and method != "HEAD" and says_too_much(answer.text):
            wrong.append((name, method, "says too much"))
    assert wrong == []


def says_too_much(page: str) -> bool:
    return "青山" in page or "権限がありません" not in page


@pytest.mark.parametrize("name", sorted(FOR_EVERY_ACCOUNT))
def test_what_is_for_every_account_is_for_nobody_without_one(name: str, stranger: Client, anonymous: Client):
    assert stranger.get(reverse(name)).status_code == 200
    assert stranger.put(reverse(name)).status_code == 405
    for ask in (anonymous.get, anonymous.post):
        assert ask(reverse(name))["Location"] == f"{reverse('accounts:login')}?next={reverse(name)}"


@pytest.mark.parametrize("name", sorted(ABOUT_OWN_FACTOR))
def test_what_is_about_ones_own_second_factor_leads_to_it_without_one(name: str, stranger: Client, anonymous: Client):
    assert stranger.post(reverse(name))["Location"] == reverse("accounts:factor")
    assert stranger.put(reverse(name)).status_code == 405
    for ask in (anonymous.get, anonymous.post):
        assert ask(reverse(name))["Location"].startswith(f"{reverse('accounts:login')}?next=")


def everything() -> list[list[tuple[object, ...]]]:
    kinds = (SyncJob, Employee, Department, KaonaviConnection, User, Group, Role)
    return [list(kind.objects.order_by("pk").values_list()) for kind in kinds]


@pytest.mark.parametrize("role", ROLES)
def test_a_refused_action_changes_nothing(
    role: str, company: Employee, connected: KaonaviConnection, queued: list[int]
):
    client = client_of(role)
    before = everything()
    for name in PAGES:
        need = need_of(name, "POST")
        if need and not may(role, need):
            answer = client.post(address(name, company), {"kind": "employees"})
            assert (answer.status_code, says_too_much(answer.text)) == (403, False), name
    assert everything() == before
    assert queued == []


@pytest.mark.parametrize("right", Right.values)
def test_a_right_opens_what_the_table_names_and_nothing_else(
    right: str, company: Employee, connected: KaonaviConnection, queued: list[int]
):
    """What is refused is asked of the view itself; the page that the person then sees, of the roles above."""
    client, before = client_of(right), everything()
    user, wrong = User.objects.get(username="somebody"), []
    for name, method in CALLS:
        need, where = need_of(name, method), address(name, company)
        if need is None or method == "HEAD":
            continue
        if not may(right, need):
            if not is_refused(where, method, user):
                wrong.append((name, method))
        elif method == "GET":
            answer = client.get(where)
            if answer.streaming:
                list(answer)  # as above
            if answer.status_code not in {200, 302}:
                wrong.append((name, method))
    assert wrong == []
    assert everything() == before
    assert queued == []


def is_refused(where: str, method: str, user: User) -> bool:
    request = RequestFactory().generic(method, where, "kind=employees", "application/x-www-form-urlencoded")
    request.user = user
    view = resolve(where)
    try:
        view.func(request, *view.args, **view.kwargs)
    except PermissionDenied:
        return True
    return False


def test_it_refuses_every_other_method(admin: Client, company: Employee, connected: KaonaviConnection):
    others = [(name, method) for name, method in CALLS if need_of(name, method) is None]
    answers = {call: admin.generic(call[1], address(call[0], company)).status_code for call in others}
    assert answers == dict.fromkeys(others, 405)


@pytest.mark.usefixtures("connected", "queued")
@pytest.mark.parametrize("name", [name for name in sorted(PAGES) if "POST" in PAGES[name]])
def test_it_answers_an_empty_form_of_somebody_who_may(name: str, admin: Client, company: Employee, settings):
    settings.KAONAVI_API_URL = "http://127.0.0.1:9"  # nobody is there
    assert admin.post(address(name, company)).status_code in {200, 302, 400}


@pytest.mark.parametrize("method", METHODS)
def test_it_leads_people_without_log_in_to_the_log_in_page_and_back(method: str, anonymous: Client, company: Employee):
    for name in PAGES:
        asked = address(name, company)
        answer = anonymous.generic(method, asked)
        back = quote(asked if method != "POST" or is_page(asked) else reverse("home"))  # what is only sent is no page
        assert (answer.status_code, answer["Location"]) == (302, f"{reverse('accounts:login')}?next={back}"), name


@pytest.fixture
def elsewhere(company: Employee) -> Client:
    """Somebody with every right, for a department in which nobody of `company` is."""
    made = Role.objects.create(group=Group.objects.create(name="開発の部長"), rights=Right.values, is_limited=True)
    RoleDepartment.objects.create(role=made, department=make_department("900", "開発本部"))
    return logged_in(account("kaihatsu", "開発の部長"))


@pytest.mark.parametrize("method", METHODS)
def test_a_role_limited_to_departments_sees_and_changes_nobody_of_another(
    method: str, elsewhere: Client, company: Employee, connected: KaonaviConnection
):
    people = list(Employee.objects.values())
    pages = set(PAGES) - {"manual:whole"}  # whose examples are of a company of their own
    for name, where in {name: address(name, company) for name in pages}.items():
        need = need_of(name, method)
        answer = elsewhere.generic(method, where, follow=True)
        if need is None or need == ADMINISTRATOR or need in WHOLE_COMPANY:
            assert answer.status_code in {403, 405}, name
        elif answer.status_code == 200:
            shown = b"".join(answer).decode() if answer.streaming else answer.text
            assert [word for word in ("青山", "p1@example.co.jp", "営業") if word in shown] == [], name
        else:
            assert answer.status_code in {302, 404}, name
    assert list(Employee.objects.values()) == people


def test_it_lets_superusers_do_what_administrators_do(company: Employee, db):
    client = logged_in(User.objects.create_superuser("root"))
    assert client.get(reverse("integrations:connection")).status_code == 200
    assert "アカウントを管理する" in client.get(reverse("integrations:settings")).text


def test_it_stops_an_account_that_was_switched_off(administrator, admin: Client):
    administrator.is_active = False
    administrator.save()
    assert admin.get(reverse("employees:list")).status_code == 302


@pytest.mark.parametrize(
    ("right", "first"),
    [
        (Right.VIEW_EMPLOYEES, "home"),
        (Right.VIEW_JOBS, "home"),
        (Right.VIEW_DEPARTMENTS, "departments:list"),
        (Right.EDIT_REFERENCE, "integrations:settings"),
    ],
)
def test_the_first_page_is_one_that_the_person_may_see(right: str, first: str, db):
    answer = client_of(right).get(reverse("home"), follow=True)
    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, reverse(first))
    assert (f'href="{reverse("home")}" aria-current="page"' in answer.text) is (first == "home")
