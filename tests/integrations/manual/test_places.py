"""Every page leads to its part of the manual."""

import pytest
from django.test import Client
from django.urls import reverse

from employees.models import Employee
from integrations.manual.pages import manual
from integrations.manual.places import PLACES
from integrations.models import SyncJob
from tests.pages.rights_table import ABOUT_OWN_FACTOR, FOR_EVERY_ACCOUNT, PAGES, address

NEED_NONE = {
    "employees:count",
    # parts of pages
    "integrations:follow",
    *(f"departments:choose_{what}" for what in ("parent", "limit", "place", "to_filter", "to_analyse")),
    "integrations:practice_sample",  # files
    "integrations:analysis_file",
    "integrations:analysis_workbook",
    "integrations:import_template",
    "integrations:disclosure_file",
    "integrations:error_file",
    "integrations:error_workbook",
    "integrations:problem_file",
    "integrations:problem_workbook",
    "integrations:exception_file",
    "integrations:exception_workbook",
    "integrations:record_file",
    "integrations:record_workbook",
    "manual:contents",  # the manual itself
    "manual:page",
    "manual:whole",
}
SHOWN = {name for name, methods in PAGES.items() if "GET" in methods} | FOR_EVERY_ACCOUNT | ABOUT_OWN_FACTOR


def test_every_page_is_told_of_or_needs_no_telling():
    assert SHOWN - NEED_NONE - set(PLACES) == set()
    assert set(PLACES) & NEED_NONE == set()


def test_what_is_told_of_is_a_view_and_stands_under_a_heading():
    known = set(PAGES) | FOR_EVERY_ACCOUNT | ABOUT_OWN_FACTOR
    assert [view for view in PLACES if view not in known] == []
    assert [anchor for anchor in PLACES.values() if anchor not in manual().addresses] == []


@pytest.mark.parametrize("view", ["employees:list", "integrations:settings", "assessments:detail", "departments:edit"])
def test_a_page_shows_the_way_there(view: str, admin: Client, company: Employee):
    shown = admin.get(address(view, company)).text
    assert f'class="page-help" href="{manual().addresses[PLACES[view]]}"' in shown


def test_pages_without_a_part_show_no_way(viewer: Client):
    assert "page-help" not in viewer.get(reverse("manual:contents")).text
    assert "page-help" not in viewer.get("/nowhere/").text


def test_the_codes_of_a_run_lead_to_their_rows(admin: Client, company: Employee):
    run = SyncJob.objects.get(status="partial")
    assert (
        f'href="{manual().addresses["MEMBER_MAIL_INVALID"]}">MEMBER_MAIL_INVALID</a>'
        in admin.get(run.get_absolute_url()).text
    )
