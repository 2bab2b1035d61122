"""Markdown as tokens and as HTML: every heading can be linked to, and no HTML of the text's own gets through."""

import re
import struct
from collections.abc import Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

PICTURES = Path(__file__).resolve().parents[2] / "docs/images"
COMMENT = re.compile(r"^<!--.*-->\n", re.MULTILINE)
CODE = re.compile(r"[A-Z][A-Z_]+")


class Renderer(RendererHTML):
    """As the library has it, but for what our pages have of their own. `env["address"]`: anchor → address."""

    def table_open(self, tokens: Sequence[Token], index: int, *_: object) -> str:
        """On a narrow screen a table scrolls by itself, by keyboard too."""
        return (
            f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(tokens[index].meta["label"])}"><table>'
        )

    def table_close(self, *_: object) -> str:
        return "</table></div>"

    def link_open(
        self, tokens: Sequence[Token], index: int, options: OptionsDict, env: MutableMapping[str, Any]
    ) -> str:
        """A link within the text leads to the page on which that heading stands now."""
        token = tokens[index]
        target = str(token.attrs["href"])
        if target.startswith("#"):
            token = token.copy(attrs=token.attrs | {"href": env["address"](unquote(target[1:]))})
        return self.renderToken([token], 0, options, env)

    def image(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        """A picture of docs/images. It travels once it is scrolled to, its room is kept; a click shows all of it."""
        token = tokens[index]
        name = Path(str(token.attrs["src"])).name
        width, height = size_of(PICTURES / name)
        words = self.renderInlineAsText(token.children or [], options, env)
        return format_html(
            '<a href="{0}"><img src="{0}" alt="{1}" width="{2}" height="{3}" loading="lazy"></a>',
            *(static(f"manual/{name}"), words, width, height),
        )

    def softbreak(self, *_: object) -> str:
        """Japanese has no blank where a line ends."""
        return ""

    def code_inline(self, tokens: Sequence[Token], index: int, *_: object) -> str:
        """A long code breaks at its underscores."""
        return f"<code>{escape(tokens[index].content).replace('_', '_<wbr>')}</code>"


ENGINE = MarkdownIt("commonmark", {"html": False}, renderer_cls=Renderer).enable("table")


def parse(text: str) -> list[Token]:
    """Tokens whose headings, and table rows that begin with a code, have an id; each table is named by its heading."""
    tokens = ENGINE.parse(COMMENT.sub("", text))
    heading, tables = "", 0
    for here, following, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if here.type == "heading_open":
            heading, tables = plain(following), 0
            here.attrSet("id", anchor_of(heading))
        elif here.type == "table_open":
            tables += 1
            here.meta["label"] = f"{heading}の表{tables if tables > 1 else ''}"
        elif here.type == "tr_open" and (code := code_of(after)):
            here.attrSet("id", code)
        elif here.type == "th_open":
            here.attrSet("scope", "col")
    return tokens


def render(tokens: Sequence[Token], address: Callable[[str], str], *, raised: int = 0) -> SafeString:
    """HTML of the tokens, with headings raised by so many levels. `address` leads from an anchor to where it stands."""
    shown = [
        token.copy(tag=f"h{int(token.tag[1]) - raised}") if token.type in {"heading_open", "heading_close"} else token
        for token in tokens
    ]
    return mark_safe(ENGINE.renderer.render(shown, ENGINE.options, {"address": address}))  # noqa: S308 - no HTML gets in


def plain(inline: Token) -> str:
    """What is read of an inline token: no marks, and of a picture nothing."""
    read = {"text", "code_inline", "softbreak"}
    return "".join(child.content for child in inline.children or () if child.type in read)


def anchor_of(heading: str) -> str:
    """As GitHub makes it, so that the links of the text lead to the same places there."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def code_of(inline: Token) -> str:
    """The code that a cell consists of, `MEMBER_MAIL_MISSING`; "" for any other."""
    children = inline.children or []
    is_code = len(children) == 1 and children[0].type == "code_inline" and CODE.fullmatch(children[0].content)
    return children[0].content if is_code else ""


def size_of(picture: Path) -> tuple[int, int]:
    """Width and height of a PNG, which stand at its beginning."""
    with picture.open("rb") as file:
        width, height = struct.unpack(">II", file.read(24)[16:])
    return width, height
