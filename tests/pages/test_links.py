"""No page leads nowhere."""

import re
from html import unescape

from django.test import Client

from employees.models import Employee
from integrations.models import KaonaviConnection

INNER_LINK = re.compile(r'<a [^>]*href="(/[^"#]*|\?[^"#]*)')


def links(address: str, html: str) -> set[str]:
    """The addresses of our own that a page links to; those of Django's admin are another site's."""
    path = address.partition("?")[0]
    found = {unescape(link) for link in INNER_LINK.findall(html)}
    return {path + link if link.startswith("?") else link for link in found if not link.startswith("/admin/")}


def test_it_has_a_page_behind_every_link(admin: Client, company: Employee, connected: KaonaviConnection):
    waiting, seen, wrong = {"/"}, set(), []
    while waiting:
        address = waiting.pop()
        seen.add(address)
        answer = admin.get(address, follow=True)
        if answer.status_code != 200:
            wrong.append((answer.status_code, address))
        if answer.streaming:
            assert b"".join(answer.streaming_content), address
        else:
            waiting |= links(answer.request["PATH_INFO"], answer.text) - seen
    assert wrong == []
    assert {"/employees/", "/departments/", "/jobs/", "/downloads/", "/settings/"} <= seen
    assert company.get_absolute_url() in seen
    assert len(seen) > 30
