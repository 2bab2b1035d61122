"""Who sees which page, and what happens to everybody else."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from employees.models import Employee
from integrations.models import KaonaviConnection, SyncJob

LOOKING = {
    "home",
    "employees:list",
    "employees:detail",
    "departments:list",
    "assessments:detail",
    "integrations:settings",
    "integrations:downloads",
    "integrations:jobs",
    "integrations:job",
    "integrations:error_file",
    "integrations:error_workbook",
}
DECIDING = {
    "employees:edit",
    "employees:delete",
    "integrations:connection",
    "integrations:connected",
    "integrations:disconnect",
    "integrations:kaonavi_settings",
    "integrations:check",
}
ACTING = {"integrations:choose_item", "integrations:start", "integrations:approve", "integrations:cancel"}  # POST only
OPEN = {"accounts:login", "accounts:logout", "healthz", "readyz"}
FOR_DEVELOPERS = {"accounts:gallery"}
OF_A_RUN = {f"integrations:{name}" for name in ("job", "error_file", "error_workbook", "approve", "cancel")}


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield f"{space}{pattern.name or pattern.pattern}"


def address(name: str, person: Employee) -> str:
    if name.startswith("employees:") and name != "employees:list":
        return reverse(name, args=[person.pk])
    if name == "assessments:detail":
        return person.assessments.earliest("taken_on").get_absolute_url()
    if name in OF_A_RUN:
        return reverse(name, args=[SyncJob.objects.get(status="held").pk])
    return reverse(name)


def test_it_knows_every_address_of_the_site():
    assert set(names(get_resolver().url_patterns)) - OPEN - FOR_DEVELOPERS == LOOKING | DECIDING | ACTING


@pytest.mark.parametrize("name", sorted(LOOKING))
def test_it_shows_people_runs_and_results_to_viewers(name: str, viewer: Client, company: Employee):
    answer = viewer.get(address(name, company), follow=True)
    answer.close()
    assert answer.status_code == 200


@pytest.mark.parametrize("name", sorted(DECIDING))
def test_it_refuses_what_only_administrators_may_to_viewers(
    name: str, viewer: Client, company: Employee, connected: KaonaviConnection
):
    for answer in (viewer.get(address(name, company)), viewer.post(address(name, company))):
        assert answer.status_code == 403
        assert "このページを表示する権限がありません" in answer.text


@pytest.mark.parametrize("name", sorted(ACTING))
def test_it_refuses_every_action_to_viewers(
    name: str, viewer: Client, company: Employee, connected: KaonaviConnection, queued: list[int]
):
    before = list(SyncJob.objects.values_list("pk", "status").order_by("pk"))
    assert viewer.post(address(name, company), {"kind": "employees"}).status_code == 403
    assert list(SyncJob.objects.values_list("pk", "status").order_by("pk")) == before
    assert queued == []


@pytest.mark.parametrize("name", sorted(LOOKING | DECIDING - {"integrations:connected"}))
def test_it_shows_every_page_to_administrators(
    name: str, admin: Client, company: Employee, connected: KaonaviConnection
):
    answer = admin.get(address(name, company), follow=True)
    answer.close()
    assert answer.status_code == 200


@pytest.mark.parametrize("name", sorted(ACTING))
def test_it_acts_on_post_alone(name: str, admin: Client, company: Employee):
    assert admin.get(address(name, company)).status_code == 405


@pytest.mark.parametrize("name", sorted((LOOKING | DECIDING | ACTING) - {"home"}))
def test_it_shows_nothing_but_a_polite_page_to_people_without_a_role(name: str, stranger: Client, company: Employee):
    answer = stranger.post(address(name, company)) if name in ACTING else stranger.get(address(name, company))
    assert answer.status_code == 403
    assert "青山" not in answer.text
    assert "自社社員管理" not in answer.text


@pytest.mark.parametrize("name", sorted(LOOKING | DECIDING | ACTING))
def test_it_leads_people_without_log_in_to_the_log_in_page_and_back(name: str, anonymous: Client, company: Employee):
    wanted = address(name, company)
    answer = anonymous.get(wanted)
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('accounts:login')}?next={wanted}"


def test_it_lets_superusers_do_what_administrators_do(company: Employee, db):
    from django.contrib.auth.models import User

    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    assert client.get(reverse("integrations:connection")).status_code == 200
    assert "アカウントを管理する" in client.get(reverse("integrations:settings")).text


def test_it_stops_an_account_that_was_switched_off(administrator, admin: Client):
    administrator.is_active = False
    administrator.save()
    assert admin.get(reverse("employees:list")).status_code == 302
