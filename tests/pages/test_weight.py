"""No page is heavy, however large the company: neither what travels nor what the browser unpacks.

Each page of `rights_table` is weighed, so that a new list cannot be forgotten, and the company fills each of them: a
list that is empty, or that fits one page, fails too.
"""

import gzip
import re
from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from employees.models import Employee
from integrations.manual.pages import manual
from integrations.models import KaonaviConnection, SyncJob
from tests.pages.large_company import fill
from tests.pages.rights_table import PAGES, address

TRAVELS, UNPACKED = 15 * 1024, 50 * 1024
# documents that are printed or handed on as a whole
WHOLE = {"manual:whole", "integrations:disclosure", "integrations:data_flow"}
# files that take long, and what only leads on to another page
NO_PAGES = {
    *("integrations:record_file", "integrations:record_workbook", "integrations:disclosure_file"),
    *("integrations:error_file", "integrations:error_workbook", "integrations:problem_file"),
    *("integrations:problem_workbook", "integrations:import_template", "integrations:practice_sample"),
    *("integrations:exception_file", "integrations:exception_workbook"),
    *("integrations:analysis_file", "integrations:analysis_workbook"),
    *("integrations:leave_practice", "integrations:handle_many", "assessments:name_type", "employees:count"),
}
# without a query they list nobody; and nobody was merged
NOBODY_CHOSEN = {"/employees/delete/", "/employees/1/merge/", "/employees/1/merge/undo/"}
# a list → what it can be asked for besides its first page
QUERIES = {
    "employees:list": ("?page=2", "?retired=no&q=勅使", "?select=page", "?sort=-department"),
    "employees:delete_many": ("?all=1",),
    "employees:change_flags": ("?all=1",),
    "departments:list": ("?q=営業部", "?page=2", "?top={top}"),
    "departments:choose_to_filter": ("?q=営業部",),
    "departments:choose_place": ("?q=営業部",),
    "departments:choose_parent": ("?q=営業部",),
    "departments:choose_limit": ("?q=営業部",),
    "analysis:balance": ("?department={top}", "?department={top}&page=2&below="),
    "analysis:crossing": ("?department={top}", "?item=hired", "?item=grade&department={top}"),
    "analysis:profile": ("?department={top}",),
    "roles:list": ("?page=2", "?q=人事"),
    "accounts:list": ("?q=勅使&page=2",),
    "accounts:audit": ("?q=勅使&page=2",),
    "integrations:retention_delete": ("?all=1",),
    "integrations:exceptions": ("?page=2", "?q=勅使&kind=pinned"),
    "integrations:problems": ("?state=all&page=2", "?state=all&reason=MEMBER_MAIL_DUPLICATE"),
    "integrations:jobs": ("?page=2", "?kind=assessments_file&status=partial"),
    "integrations:downloads": ("?page=2&made=2",),
    "manual:contents": ("?q=カオナビ",),
}
RUN = ("", "?q=勅使", "?severity=error", "?reason=MEMBER_MAIL_DUPLICATE&issues=2", "?changes=2", "?people=2")


@pytest.fixture
def addresses(company: Employee, administrator: User, connected: KaonaviConnection) -> list[str]:
    """Of every page, and of every list what it shows besides its first page, in a company that fills them all."""
    names = [name for name, methods in PAGES.items() if "GET" in methods and name not in WHOLE | NO_PAGES]
    pages = [f"{address(name, company)}{query}" for name in names for query in ("", *QUERIES.get(name, ()))]
    runs = [SyncJob.objects.get(status=status).get_absolute_url() for status in ("partial", "held")]
    widest = fill(company, administrator)
    return [
        *(page.format(top=widest.pk) for page in pages),
        *(f"{run}{query}" for run in runs for query in RUN),
        *(page.address for page in manual().pages),
        widest.get_absolute_url(),
    ]


def test_every_page_is_light(addresses: list[str], admin: Client):
    heavy, unfilled = {}, []
    for where in addresses:
        answer = admin.get(where, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == HTTPStatus.OK, where
        if answer.streaming:  # a file
            list(answer)
            continue
        page = gzip.decompress(answer.content)
        if len(answer.content) > TRAVELS or len(page) > UNPACKED:
            heavy[where] = len(answer.content), len(page)
        pagers = re.findall(r'<nav class="pager".*?</nav>', page.decode(), re.DOTALL)
        if not all("<ul>" in pager for pager in pagers) or (
            b'class="empty' in page and re.sub(r"\d+", "1", where) not in NOBODY_CHOSEN
        ):
            unfilled.append(where)
    assert heavy == {}
    assert unfilled == []


def test_a_page_travels_packed_and_what_holds_a_secret_does_not(admin: Client, administrator: User):
    packed = {"Accept-Encoding": "gzip"}
    page = admin.get(reverse("accounts:list"), headers=packed)
    assert (page["Content-Encoding"], "Accept-Encoding" in page["Vary"]) == ("gzip", True)
    assert "Content-Encoding" not in admin.get(reverse("accounts:list"))
    person = {"last_name": "田中", "first_name": "一郎", "email": "tanaka@example.co.jp", "username": "tanaka"}
    invited = admin.post(reverse("accounts:invite"), person, headers=packed)
    assert "本人に渡すリンク" in invited.text
    assert "Content-Encoding" not in invited
    assert "Content-Encoding" not in admin.get(reverse("integrations:record_file"), headers=packed)
