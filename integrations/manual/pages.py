"""The administrators' manual as pages: docs/manual.ja.md, read and rendered once in a process."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise, takewhile
from pathlib import Path
from urllib.parse import quote

from django.urls import reverse
from django.utils.safestring import SafeString
from markdown_it.token import Token

from integrations.manual.markdown import parse, plain, render

TEXT = Path(__file__).resolve().parents[2] / "docs/manual.ja.md"
# A chapter is a page. These are so long that each of their sections is one; the chapter's own page leads to them.
IN_SECTIONS = ("03", "付録")
CHAPTER = 2  # the level of its heading


@dataclass(frozen=True, slots=True)
class Passage:
    """The least that can be found and linked to: what stands under a heading, or in a row that begins with a code.

    `texts` are its paragraphs, items and rows, as they are read.
    """

    anchor: str
    title: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it until the next one."""

    title: str
    level: int
    tokens: Sequence[Token]
    passages: tuple[Passage, ...]  # its own first, then those of its codes

    @property
    def anchor(self) -> str:
        return self.passages[0].anchor

    @property
    def body(self) -> Sequence[Token]:
        """What stands under the heading."""
        return self.tokens[3:]


@dataclass(frozen=True, slots=True)
class Page:
    """A chapter, or with `chapter` a section of that one."""

    chapter: str
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        return self.sections[0].title

    @property
    def anchor(self) -> str:
        return self.sections[0].anchor

    @property
    def address(self) -> str:
        return reverse("manual:page", args=[self.anchor])


@dataclass(frozen=True, slots=True)
class Manual:
    """All pages in order; `lead` stands above the first of them."""

    lead: SafeString
    pages: tuple[Page, ...]
    addresses: dict[str, str]  # anchor → where it stands

    @property
    def chapters(self) -> list[tuple[Page, list[Page]]]:
        """Each chapter with its sections that are pages."""
        chapters = [page for page in self.pages if not page.chapter]
        return [(chapter, [page for page in self.pages if page.chapter == chapter.title]) for chapter in chapters]

    def beside(self, page: Page) -> tuple[Page | None, Page | None]:
        """The page before and the page after."""
        place = self.pages.index(page)
        return self.pages[place - 1] if place else None, next(iter(self.pages[place + 1 :]), None)


@cache
def manual() -> Manual:
    """As it was when the process first asked."""
    title, *sections = cut(parse(TEXT.read_text()))
    pages = grouped(sections)
    addresses = {anchor: address for page in pages for anchor, address in addresses_on(page)}
    lead = render(list(takewhile(is_no_list, title.body)), addresses.__getitem__)
    return Manual(lead, tuple(pages), addresses)


@cache
def html_of(anchor: str) -> SafeString:
    """A page without its own heading, which stands in its head; those below it follow on that one."""
    page = next(page for page in manual().pages if page.anchor == anchor)
    first, *others = page.sections
    body = [*first.body, *(token for section in others for token in section.tokens)]
    return render(body, manual().addresses.__getitem__, raised=first.level - 1)


@cache
def whole() -> SafeString:
    """Everything but the lead, as one page."""
    sections = [section for page in manual().pages for section in page.sections]
    return render([token for section in sections for token in section.tokens], "#{}".format)


def is_no_list(token: Token) -> bool:
    """The file's own list of its chapters is not shown: the page has one, with their sections."""
    return token.type != "bullet_list_open"


def cut(tokens: Sequence[Token]) -> list[Section]:
    """At each heading."""
    starts = [place for place, token in enumerate(tokens) if token.type == "heading_open"]
    return [section_of(tokens[start:end]) for start, end in pairwise([*starts, len(tokens)])]


def section_of(tokens: Sequence[Token]) -> Section:
    """The heading is the first three tokens."""
    heading, inline = tokens[:2]
    title = plain(inline)
    read = list(cells(tokens[3:]))
    own = Passage(str(heading.attrs["id"]), title, tuple("　".join(texts) for code, texts in read if not code))
    codes = (Passage(code, f"{texts[1]}（{code}）", ("　".join(texts[2:]),)) for code, texts in read if code)
    return Section(title, int(heading.tag[1]), tokens, (own, *codes))


def cells(tokens: Iterable[Token]) -> Iterator[tuple[str, list[str]]]:
    """What is read: a paragraph or item by itself, a row as its cells, after the code that it begins with."""
    row: list[str] | None = None
    code = ""
    for token in tokens:
        if token.type == "tr_open":
            row, code = [], str(token.attrs.get("id", ""))
        elif token.type == "tr_close":
            yield code, row or []
            row, code = None, ""
        elif token.type == "inline":
            if row is None:
                yield "", [plain(token)]
            else:
                row.append(plain(token))


def grouped(sections: Iterable[Section]) -> list[Page]:
    """The sections by page."""
    pages: list[Page] = []
    chapter = ""
    for section in sections:
        if section.level == CHAPTER:
            chapter = section.title
            pages.append(Page("", (section,)))
        elif section.level == CHAPTER + 1 and chapter.startswith(IN_SECTIONS):
            pages.append(Page(chapter, (section,)))
        else:
            pages[-1] = replace(pages[-1], sections=(*pages[-1].sections, section))
    return pages


def addresses_on(page: Page) -> Iterator[tuple[str, str]]:
    """Each anchor of the page with its address."""
    for section in page.sections:
        for passage in section.passages:
            is_page = passage.anchor == page.anchor
            yield passage.anchor, page.address if is_page else f"{page.address}#{quote(passage.anchor)}"
