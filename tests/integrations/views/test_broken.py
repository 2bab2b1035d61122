"""That the connection is broken stands above the pages."""

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from employees.models import Employee
from integrations.models import KaonaviConnection
from tests.factories.rows import account, logged_in

MENDS = f'<a href="{reverse("integrations:connection")}">連携し直す</a>'
PAGES = ("employees:list", "departments:list", "integrations:jobs", "integrations:settings")


@pytest.fixture
def broken(connected: KaonaviConnection) -> None:
    KaonaviConnection.objects.update(state="broken")


@pytest.mark.usefixtures("broken")
def test_administrators_are_told_on_every_page(admin: Client, company: Employee):
    for address in (*map(reverse, PAGES), company.get_absolute_url(), reverse("manual:contents"), "/nowhere/"):
        assert MENDS in admin.get(address).text, address
    assert MENDS not in admin.get(reverse("integrations:connection")).text  # which says so itself


@pytest.mark.usefixtures("broken")
def test_others_are_told_where_it_matters_to_them(viewer: Client, company: Employee):
    for page in PAGES:
        shown = viewer.get(reverse(page)).text
        assert "管理者が連携し直すまで" in shown, page
        assert MENDS not in shown
    assert "連携が切れています" not in viewer.get(company.get_absolute_url()).text


@pytest.mark.usefixtures("broken")
def test_people_without_a_role_or_a_log_in_are_told_nothing(anonymous: Client, db):
    nobody = logged_in(account("nobody"))
    for client in (anonymous, nobody):
        assert "連携が切れています" not in client.get(reverse("integrations:settings"), follow=True).text


def test_nothing_is_said_while_all_is_well(admin: Client, viewer: Client, connected: KaonaviConnection):
    for client in (admin, viewer):
        assert "broken-banner" not in client.get(reverse("employees:list")).text


def test_the_list_asks_for_the_state_once(admin: Client, connected: KaonaviConnection):
    with CaptureQueriesContext(database) as asked:
        admin.get(reverse("employees:list"))
    assert sum("kaonaviconnection" in query["sql"] for query in asked) == 1
