"""The way to every page of ours, by the links that stand on pages."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.pages.addresses import kind_of

ANOTHER_SITE = "/admin/"  # Django's own
FILES = re.compile(r"\.(csv|xlsx|json|png)$")


class Sight(NamedTuple):
    """What a page shows: its title, the addresses of ours that it leads to, and its buttons."""

    title: str
    links: list[str]
    buttons: list[str]
    """What tells a button from the others on the site: what its form is for, and its words, also where it is hidden."""


def look(page: Page) -> Sight:
    title, links, buttons = page.evaluate(
        """[
            document.querySelector("h1").innerText,
            [...document.links].map(link => link.href),
            [...document.querySelectorAll("button")].map(button => [button.form?.action, button.innerText]),
        ]"""
    )
    names = [f"{kind_of(urlsplit(action or '').path)} {words.strip()}" for action, words in buttons]
    return Sight(title, list(ours(site_of(page), links)), names)


def ours(site: str, links: list[str]) -> Iterator[str]:
    for link in links:
        parts = urlsplit(link)
        if link.startswith(site) and not parts.path.startswith(ANOTHER_SITE) and not FILES.search(parts.path):
            yield f"{parts.path}{'?' if parts.query else ''}{parts.query}"


def site_of(page: Page) -> str:
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}"


def walk(page: Page) -> Iterator[tuple[str, Sight]]:
    """Go to a page of every kind that can be reached from where one is logged in: its address, and what is seen there.

    The page stands there while it is told of.
    """
    waiting, known = ["/"], {kind_of("/")}
    while waiting:
        address = waiting.pop()
        page.goto(address)
        sight = look(page)
        yield address, sight
        for link in sight.links:
            if kind_of(link) not in known:
                known.add(kind_of(link))
                waiting.append(link)
