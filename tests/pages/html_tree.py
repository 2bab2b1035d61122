"""What stands in the HTML of a page, as a tree to be asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "use"}
VOID |= {"path", "circle", "rect", "line"}  # of drawings, which close themselves
UNSEEN = {"script", "style", "template", "noscript", "svg"}


@dataclass(eq=False, slots=True)
class Element:
    """An element with its attributes, and what is in it: texts and elements."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    content: list["Element | str"] = field(default_factory=list)

    def __iter__(self) -> Iterator["Element"]:
        """Itself and everything in it, as one reads."""
        yield self
        for part in self.content:
            if isinstance(part, Element):
                yield from part

    @property
    def above(self) -> Iterator["Element"]:
        """What it is in, from the inside out."""
        place = self.parent
        while place is not None:
            yield place
            place = place.parent

    def all(self, *tags: str) -> list["Element"]:
        return [each for each in self if each.tag in tags]

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    @property
    def text(self) -> str:
        """As it is read, with single blanks."""
        parts = [part if isinstance(part, str) else part.text for part in self.content]
        return "" if self.tag in UNSEEN else " ".join("".join(parts).split())

    @property
    def name(self) -> str:
        """As it is announced, as far as the element says so itself."""
        return self.get("aria-label") or self.text


class Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.place = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.place)
        self.place.content.append(element)
        if tag not in VOID:
            self.place = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.place.content.append(Element(tag, {name: value or "" for name, value in attrs}, self.place))

    def handle_endtag(self, tag: str) -> None:
        place: Element | None = self.place
        while place is not None and place.tag != tag:
            place = place.parent
        if place is not None and place.parent is not None:
            self.place = place.parent

    def handle_data(self, data: str) -> None:
        self.place.content.append(data)


def tree(html: str) -> Element:
    builder = Builder()
    builder.feed(html)
    return builder.root
