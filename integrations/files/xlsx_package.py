"""The parts of an .xlsx, which is a zip file of XML: opened only as far as is read, and no further than is sensible.

The XML is read as it is unpacked, without a tree of it, so that what a part holds besides our cells costs no memory.
Whatever is wrong with the file itself is an exception of zipfile, zlib or expat.
"""

import io
import posixpath
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import IO
from xml.parsers import expat

from integrations.files.limits import Meter
from integrations.files.refusals import too_large

MEGABYTE = 1_000_000
LARGEST_UNPACKED = 400 * MEGABYTE  # all parts together; ten times what 50,000 results need
LARGEST_PARTS = {"sheet": 250 * MEGABYTE, "sharedstrings": 150 * MEGABYTE, "styles": 20 * MEGABYTE}
LARGEST_OTHER = 50 * MEGABYTE  # such as pictures; most of them are never opened
MOST_PARTS = 10_000
ENTRY_OF_A_PART = b"PK\x01\x02"
PIECE = 64 * 1024  # bytes that are unpacked at a time
BEHIND_DECLARATION = len(b"\xef\xbb\xbf<?")
DEEPEST = 100  # elements inside each other; a cell is four deep
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships "


class Listener(ABC):
    """Is told what an XML file holds, in its order. Names have their namespace and a blank before them.

    Each counts how deep it is in a method of its own: a call for each element would be a third of the time.
    One that names its `unit`, the element of which a file has most, may take whole stretches of these by itself.
    """

    unit = ""

    def __init__(self, meter: Meter) -> None:
        self.meter, self.depth = meter, 0
        self.ended = ""  # the element that ended last

    def take(self, stretch: str) -> bool:  # noqa: ARG002 - for those with a unit
        """Take a stretch of whole units, which stands behind another one. False, and nothing taken, where it is more.

        What is no UTF-8 are half surrogates in it, as Python escapes them.
        """
        return False

    def learn(self, stretch: str) -> None:  # noqa: B027 - for those with a unit
        """A stretch that the parser has just told, and that ends with a unit."""

    @abstractmethod
    def start(self, name: str, attributes: Mapping[str, str]) -> None: ...

    def text(self, text: str) -> None:  # noqa: B027 - most parts say everything in attributes
        pass

    def end(self, name: str) -> None:
        self.depth -= 1
        self.ended = name


def too_deep() -> Exception:
    return too_large(f"ブックの中の要素の入れ子は{DEEPEST}段まで")


class Package:
    """An .xlsx. Raises FileRefusedError where a part is larger than any such file needs."""

    def __init__(self, content: bytes, meter: Meter) -> None:
        if content.count(ENTRY_OF_A_PART) > MOST_PARTS:  # each would cost memory before anything could be asked
            raise too_large(f"ブックの中のファイルは{MOST_PARTS:,}個まで")
        self.meter = meter
        self.zip = zipfile.ZipFile(io.BytesIO(content))
        self.parts = {part.filename.casefold(): part for part in self.zip.infolist()}
        for part in self.parts.values():
            limit = largest(part.filename)
            if part.file_size > limit:
                size = f"展開後{part.file_size // MEGABYTE:,} MB、{limit // MEGABYTE:,} MBまで"
                raise too_large(f"ブックの中の{part.filename[-50:]}が{size}")
        if (unpacked := sum(part.file_size for part in self.parts.values())) > LARGEST_UNPACKED:
            raise too_large(f"ブックが展開後{unpacked // MEGABYTE:,} MB、{LARGEST_UNPACKED // MEGABYTE:,} MBまで")

    def has(self, name: str) -> bool:
        return name.casefold() in self.parts

    def listen(self, name: str, listener: Listener) -> Iterator[int]:
        """Read a part; each step of the iterator tells the listener a piece of it and gives the number of tags so far.

        Raises KeyError where it is not there.
        """
        parser = expat.ParserCreate("UTF-8", " ")  # whatever it says of itself: Excel writes no other
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = refuse_doctype
        parser.StartElementHandler, parser.EndElementHandler = listener.start, listener.end
        parser.CharacterDataHandler = listener.text
        tags, is_behind_unit = 0, False
        with self.zip.open(self.parts[name.casefold()]) as part:
            for piece in stretches(part, f"</{listener.unit.rpartition(' ')[2]}>".encode()):
                tags += piece.count(b"<")
                is_ordinary = b"<!" not in piece and b"<?" not in piece[BEHIND_DECLARATION:]  # else units may be none
                text = piece.decode(errors="surrogateescape") if listener.unit and is_ordinary else ""
                if not (is_behind_unit and text and listener.take(text)):
                    listener.ended = ""
                    parser.Parse(piece, False)
                    is_behind_unit = is_ordinary and listener.ended == listener.unit
                    if is_behind_unit:
                        listener.learn(text)
                self.meter.look_at_clock()
                yield tags
            parser.Parse(b"", True)

    def hear(self, name: str, listener: Listener) -> None:
        """Read a whole part."""
        for tags in self.listen(name, listener):
            self.meter.see_tags(tags)

    def relations(self, name: str) -> list[tuple[str, str, str]]:
        """What a part refers to: id, the last word of the kind, and the name of the other part."""
        folder, file = posixpath.split(name)
        found = Relations(folder, self.meter)
        if self.has(where := f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"):
            self.hear(where, found)
        return found.found


def stretches(part: IO[bytes], end: bytes) -> Iterator[bytes]:
    """A part in pieces, each cut behind the last of these ends where it has one."""
    left = b""
    while piece := part.read(PIECE):
        left += piece
        cut = left.rfind(end) + len(end)
        if cut < len(end):
            cut = len(left)
        yield left[:cut]
        left = left[cut:]
    yield left


def rows_in(content: bytes) -> int:
    """How many rows the sheets of an .xlsx seem to have together, 0 if it cannot be opened: its reader says why."""
    found = 0
    with suppress(Exception):
        package = Package(content, Meter())
        for name, part in package.parts.items():
            if largest(name) == LARGEST_PARTS["sheet"]:
                with package.zip.open(part) as sheet:
                    while piece := sheet.read(PIECE):
                        found += piece.count(b"<row")
    return found


class Relations(Listener):
    """The relations of a part that lies in this folder."""

    def __init__(self, folder: str, meter: Meter) -> None:
        super().__init__(meter)
        self.folder = folder
        self.found: list[tuple[str, str, str]] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise too_deep()
        if name != RELATIONS + "Relationship" or attributes.get("TargetMode") == "External":
            self.meter.see_other_element()
        else:
            if len(self.found) >= MOST_PARTS:
                raise too_large(f"ブックの中のファイルは{MOST_PARTS:,}個まで")
            target = posixpath.normpath(posixpath.join("/", self.folder, attributes["Target"])).lstrip("/")
            self.found.append((attributes.get("Id", ""), attributes["Type"].rpartition("/")[2], target))


def largest(name: str) -> int:
    """How large a part may be, by its name."""
    file = name.rpartition("/")[2].casefold()
    return next((limit for start, limit in LARGEST_PARTS.items() if file.startswith(start)), LARGEST_OTHER)


def refuse_doctype(*_: object) -> None:
    """It could name entities that grow while they are read. No .xlsx has one."""
    raise expat.ExpatError("a document type")
