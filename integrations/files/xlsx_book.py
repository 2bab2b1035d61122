"""What a workbook says besides its cells: its sheets, its texts, and what its styles make of a number or a text."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property, lru_cache

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
from openpyxl.xml.constants import SHEET_MAIN_NS

from integrations.files.limits import Meter
from integrations.files.refusals import too_large
from integrations.files.xlsx_number_formats import EAST_ASIAN_DATES, GENERAL
from integrations.files.xlsx_package import DEEPEST, Listener, Package, too_deep
from integrations.files.xlsx_plain import plain_texts

MAIN = f"{SHEET_MAIN_NS} "
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
MOST_SHEETS = 10_000
MOST_TEXTS = 1_500_000
MOST_STYLES = 500_000  # Excel keeps 65,490
MOST_FORMATS = 20_000
LONGEST_FORMAT = 255  # characters, by Excel itself
ESCAPED = re.compile(r"_x(?!D[89A-F])([0-9A-F]{4})_", re.IGNORECASE)  # ISO 29500 ST_Xstring; no half surrogate pair
ON = {"1", "true"}


def unescaped(text: str) -> str:
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_" in text else text


class Book:
    """The workbook of a package. Texts and styles are read when the first cell asks for them."""

    def __init__(self, package: Package) -> None:
        self.package = package
        known = {kind: target for _, kind, target in package.relations("")}
        self.part = known["officeDocument"]
        self.related = package.relations(self.part)
        told = Told(package.meter)
        package.hear(self.part, told)
        self.epoch: datetime = CALENDAR_MAC_1904 if told.is_mac else CALENDAR_WINDOWS_1900
        targets = {number: target for number, kind, target in self.related if kind == "worksheet"}
        self.sheets = [
            (title, targets[number], state)
            for title, number, state in told.sheets
            if number in targets and package.has(targets[number])
        ]

    def part_of(self, kind: str) -> str:
        """The name of the workbook's part of this kind; "" where it has none."""
        found = (target for _, each, target in self.related if each == kind)
        return next(filter(self.package.has, found), "")

    @cached_property
    def texts(self) -> list[str]:
        """What cells name by its number."""
        found = Texts(self.package.meter)
        if part := self.part_of("sharedStrings"):
            self.package.hear(part, found)
        return found.texts

    @cached_property
    def styles(self) -> "Styles":
        found = Styles(self.package.meter)
        if part := self.part_of("styles"):
            self.package.hear(part, found)
        return found


class Told(Listener):
    """The workbook's own part: its sheets (title, relation, state) and how it counts days."""

    def __init__(self, meter: Meter) -> None:
        super().__init__(meter)
        self.sheets: list[tuple[str, str, str]] = []
        self.is_mac = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise too_deep()
        if name == MAIN + "sheet":
            if len(self.sheets) >= MOST_SHEETS:
                raise too_large(f"シートは{MOST_SHEETS:,}枚まで")
            state = attributes.get("state", "visible")
            self.sheets.append((attributes["name"], attributes.get(RELATION, ""), state))
        elif name == MAIN + "workbookPr":
            self.is_mac = attributes.get("date1904") in ON
        else:
            self.meter.see_other_element()


class Texts(Listener):
    """The texts of the workbook, without how they are read aloud (rPh)."""

    ITEM, TEXT, SPOKEN = MAIN + "si", MAIN + "t", MAIN + "rPh"
    unit = ITEM

    def __init__(self, meter: Meter) -> None:
        super().__init__(meter)
        self.texts: list[str] = []
        self.pieces: list[str] = []
        self.is_text = self.is_spoken = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:  # noqa: ARG002 - as all listeners
        self.depth += 1
        if self.depth > DEEPEST:
            raise too_deep()
        if name == self.TEXT:
            self.is_text = not self.is_spoken
        elif name == self.SPOKEN:
            self.is_spoken = True
        elif name != self.ITEM:
            self.meter.see_other_element()

    def text(self, text: str) -> None:
        if self.is_text:
            self.pieces.append(text)

    def end(self, name: str) -> None:
        self.depth -= 1
        self.ended = name
        if name == self.TEXT:
            self.is_text = False
        elif name == self.SPOKEN:
            self.is_spoken = False
        elif name == self.ITEM:
            self.keep("".join(self.pieces))
            self.pieces.clear()

    def keep(self, text: str) -> None:
        if len(self.texts) >= MOST_TEXTS:
            raise too_large(f"ブックの中の文字列は{MOST_TEXTS:,}個まで")
        self.texts.append(unescaped(text))

    def take(self, stretch: str) -> bool:
        found = plain_texts(stretch)
        for text, sound in found or ():
            self.keep(text)
            if sound:
                self.meter.see_other_element()
        return found is not None


class Styles(Listener):
    """What the styles say of numbers and texts: their formats, and which of them somebody marked as text with a '."""

    def __init__(self, meter: Meter) -> None:
        super().__init__(meter)
        self.custom: dict[int, str] = {}
        self.formats: list[int] = []  # the number of the format of each style
        self.marked: set[int] = set()
        self.is_inside = False
        self.code = lru_cache(maxsize=1024)(self.code_of)  # for each number of a sheet

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise too_deep()
        if name == MAIN + "numFmt":
            code = attributes.get("formatCode", "")
            if len(self.custom) >= MOST_FORMATS or len(code) > LONGEST_FORMAT:
                raise too_large(f"ブックの表示形式は{LONGEST_FORMAT}文字、{MOST_FORMATS:,}個まで")
            self.custom[int(attributes["numFmtId"])] = code
        elif name == MAIN + "cellXfs":
            self.is_inside = True
        elif name == MAIN + "xf" and self.is_inside:
            if len(self.formats) >= MOST_STYLES:
                raise too_large(f"ブックの書式は{MOST_STYLES:,}個まで")
            if attributes.get("quotePrefix") in ON:
                self.marked.add(len(self.formats))
            self.formats.append(int(attributes.get("numFmtId", 0)))
        else:
            self.meter.see_other_element()

    def end(self, name: str) -> None:
        super().end(name)
        if name == MAIN + "cellXfs":
            self.is_inside = False

    def code_of(self, named: str) -> str | None:
        """The number format of a style; None is a date of Japanese Excel."""
        style = int(named or 0)
        number = self.formats[style] if 0 <= style < len(self.formats) else 0
        if number in self.custom:
            return self.custom[number]
        return None if number in EAST_ASIAN_DATES else BUILTIN_FORMATS.get(number, GENERAL)
