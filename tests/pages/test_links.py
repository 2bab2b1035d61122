"""No page leads nowhere."""

import re
from collections.abc import Callable
from html import unescape
from itertools import combinations_with_replacement

import pytest
from django.test import Client

from employees.models import Employee
from integrations.models import KaonaviConnection
from tests.pages.addresses import kind_of

FIGURES = re.compile(r"/analysis/|/employees/\?(?:.*&)?(?:kind|grade|score|scale)=")

INNER_LINK = re.compile(r'<a [^>]*href="(/[^"#]*|\?[^"#]*)')


def links(address: str, html: str) -> set[str]:
    """The addresses of our own that a page links to; those of Django's admin are another site's."""
    path = address.partition("?")[0]
    found = {unescape(link) for link in INNER_LINK.findall(html)}
    return {path + link if link.startswith("?") else link for link in found if not link.startswith("/admin/")}


def one_of_a_kind(address: str) -> set[object]:
    return {kind_of(address)}


def each(address: str) -> set[object]:
    """Every address by itself; of what a query asks for each value beside each other, since every condition and every
    order is a part of its own in what the database is asked. Figures and their people can be asked for in as many ways
    as one likes.
    """
    if FIGURES.search(address):
        return one_of_a_kind(address)
    path, _, query = address.partition("?")
    return {(path, *pair) for pair in combinations_with_replacement(sorted(query.split("&")), 2)}


@pytest.mark.parametrize(
    "shows", [one_of_a_kind, pytest.param(each, marks=pytest.mark.long)], ids=["of a kind", "each"]
)
def test_it_has_a_page_behind_every_link(
    shows: Callable[[str], set[object]], admin: Client, company: Employee, connected: KaonaviConnection
):
    """Followed is what shows something that no link before it has shown."""
    waiting, known, seen, wrong = ["/"], shows("/"), set(), []
    while waiting:
        address = waiting.pop()
        seen.add(address)
        answer = admin.get(address, follow=True)
        if answer.status_code != 200:
            wrong.append((answer.status_code, address))
        if answer.streaming:
            assert b"".join(answer.streaming_content), address
            continue
        for link in sorted(links(answer.request["PATH_INFO"], answer.text)):
            if not shows(link) <= known:
                known |= shows(link)
                waiting.append(link)
    assert wrong == []
    assert {"/employees/", "/departments/", "/jobs/", "/downloads/", "/settings/"} <= seen
    assert company.get_absolute_url() in seen
    assert len(seen) > 30
