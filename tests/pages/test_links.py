"""No page leads nowhere."""

import re
from collections.abc import Callable
from html import unescape

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


def each(address: str) -> str:
    """Every address by itself; but figures and their people can be asked for in as many ways as one likes."""
    return kind_of(address) if FIGURES.search(address) else address


@pytest.mark.parametrize("kind", [kind_of, pytest.param(each, marks=pytest.mark.long)], ids=["of a kind", "each"])
def test_it_has_a_page_behind_every_link(
    kind: Callable[[str], str], admin: Client, company: Employee, connected: KaonaviConnection
):
    waiting, seen, wrong = {"/": "/"}, {}, []
    while waiting:
        here, address = waiting.popitem()
        seen[here] = address
        answer = admin.get(address, follow=True)
        if answer.status_code != 200:
            wrong.append((answer.status_code, address))
        if answer.streaming:
            assert b"".join(answer.streaming_content), address
        else:
            found = links(answer.request["PATH_INFO"], answer.text)
            waiting |= {kind(link): link for link in sorted(found) if kind(link) not in seen}
    assert wrong == []
    assert {"/employees/", "/departments/", "/jobs/", "/downloads/", "/settings/"} <= set(seen.values())
    assert company.get_absolute_url() in seen.values()
    assert len(seen) > 30
