import re
from html import unescape
from itertools import pairwise
from urllib.parse import unquote

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import resolve, reverse

from integrations.manual.markdown import parse, render
from integrations.manual.pages import TEXT, html_of, manual
from integrations.reasons import Reason

HEADINGS = re.findall(r"^##+ (.+)$", TEXT.read_text(), flags=re.MULTILINE)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """Anchor of a page → what stands on it, below its heading."""
    return {page.anchor: html_of(page.anchor) for page in manual().pages}


def ids(html: str) -> list[str]:
    return [unescape(each) for each in re.findall(r' id="([^"]+)"', html)]


def test_every_heading_stands_on_one_of_the_pages(pages: dict[str, str]):
    below = [unescape(each) for html in pages.values() for each in re.findall(r"<h\d[^>]*>([^<]+)</h\d>", html)]
    shown = [*below, *(page.title for page in manual().pages)]
    assert [heading for heading in HEADINGS if shown.count(heading) != 1] == []


def test_headings_follow_on_each_other(pages: dict[str, str]):
    for anchor, html in pages.items():
        levels = [1, *(int(level) for level in re.findall(r"<h(\d)[ >]", html))]
        assert max((after - before for before, after in pairwise(levels)), default=1) <= 1, anchor
        assert levels.count(1) == 1


def test_every_address_leads_to_what_bears_that_name(pages: dict[str, str]):
    for anchor, address in manual().addresses.items():
        page = resolve(unquote(address.partition("#")[0])).kwargs["anchor"]
        assert anchor == page if "#" not in address else ids(pages[page]).count(anchor) == 1, address


def test_links_of_the_text_lead_to_the_page_on_which_that_heading_stands(pages: dict[str, str]):
    linked = [
        unquote(link)
        for html in (*pages.values(), manual().lead)
        for link in re.findall(r'<a href="(/guide[^"]+)', html)
    ]
    assert set(linked) <= {unquote(address) for address in manual().addresses.values()}
    contents = parse("# a\n\n[概要](#01-連携概要)\n")
    assert f'<a href="{manual().pages[0].address}">' in render(contents, manual().addresses.__getitem__)


def test_every_reason_can_be_linked_to():
    assert [code for code in Reason if code not in manual().addresses] == []


def test_nothing_of_the_markdown_is_left(pages: dict[str, str]):
    left = {address: re.findall(r"\*\*|\]\(|&lt;!--|\|---", html) for address, html in pages.items()}
    assert {address: found for address, found in left.items() if found} == {}


def test_lines_are_joined_as_japanese_is_written():
    assert "ありません。次の" in render(parse("# a\n\nありません。\n次の行\n"), str)


def test_its_pictures_are_static_files_whose_room_is_kept(pages: dict[str, str]):
    pictures = [tag for html in pages.values() for tag in re.findall(r"<img [^>]+>", html)]
    assert len(pictures) == TEXT.read_text().count("](images/")
    for tag in pictures:
        name = re.search(r'src="/static/(manual/[\w-]+\.png)" alt="[^"]+" width="\d+" height="\d+" loading="lazy"', tag)
        assert name, tag
        assert finders.find(name[1]), tag


def test_html_and_scripts_in_the_text_do_nothing():
    html = render(parse("# a\n\n<b onclick=x>b</b> [c](javascript:x) ![d](data:text/html,x)\n"), str)
    assert "<b" not in html
    assert "<a" not in html
    assert "<img" not in html


def test_the_whole_of_it_is_one_page_to_print(viewer: Client):
    shown = viewer.get(reverse("manual:whole")).text
    assert set(manual().addresses) <= set(ids(shown))
    assert re.findall(r'href="/guide/[^"]+"', shown.partition("<article")[2]) == []


def test_an_unknown_page_is_not_found(viewer: Client):
    assert viewer.get(reverse("manual:page", args=["ありません"])).status_code == 404


def test_a_page_leads_to_the_one_before_and_the_one_after(viewer: Client):
    first, second, third = manual().pages[:3]
    nav = viewer.get(second.address).text.partition('aria-label="前後のページ"')[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', nav) == [first.address, third.address]
    assert manual().beside(first)[0] is manual().beside(manual().pages[-1])[1] is None
