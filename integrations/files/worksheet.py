"""A sheet of an .xlsx, row by row, as the texts that a person sees in it; what is no such text is told (see `mapping.cells`).

openpyxl opens the workbook, its styles and strings. The cells are read here, since its reader throws away what must be told:
formulas without a result, merged cells, hidden rows and the date formats of Japanese Excel.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

from openpyxl.cell.text import Text
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import from_excel, from_ISO8601
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from integrations.files.number_formats import EAST_ASIAN_DATES, GENERAL, UnclearError, is_date, shown
from integrations.mapping.cells import Day, Deliberate, Formatted, Refused
from integrations.reasons import Reason

ROW, CELL, VALUE, FORMULA, INLINE, MERGED = (
    f"{{{SHEET_MAIN_NS}}}{name}" for name in ("row", "c", "v", "f", "is", "mergeCell")
)
ESCAPED = re.compile(
    r"_x(?!D[89A-F])([0-9A-F]{4})_", re.IGNORECASE
)  # ISO 29500 ST_Xstring; never half a surrogate pair
ZEROS = re.compile(r"0+")
EXACT = 10**15  # a spreadsheet keeps 15 digits of a number


class Sheet:
    """One sheet. What is known of it besides its cells is complete once all rows are read."""

    def __init__(self, sheet: ReadOnlyWorksheet) -> None:
        self.sheet = sheet
        self.title = str(sheet.title)
        self.is_hidden = sheet.sheet_state != "visible"
        self.merged: list[str] = []
        self.hidden_rows = 0
        self.columns: dict[str, int] = {}

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The number and the cells of each row that the file has."""
        line = 0
        with self.sheet._get_source() as source:  # noqa: SLF001 - no public way leads to the XML
            for _, element in iterparse(source):
                if element.tag == ROW:
                    line = int(float(element.get("r", line + 1)))
                    cells = self.cells(element)
                    if element.get("hidden") in {"1", "true"} and any(map(str.strip, cells)):
                        self.hidden_rows += 1
                    element.clear()
                    yield line, cells
                elif element.tag == MERGED:
                    self.merged.append(element.get("ref", ""))

    def cells(self, row: Element) -> list[str]:
        texts: list[str] = []
        for element in row:
            if reference := element.get("r"):
                place = self.place(reference)
                if place > len(texts):
                    texts.extend([""] * (place - len(texts)))
                if place < len(texts):  # out of order
                    texts[place] = self.text(element)
                    continue
            texts.append(self.text(element))
        return texts

    def place(self, reference: str) -> int:
        """The place of a cell in its row, from 0: of D7 it is 3. Raises ValueError for what is no such reference."""
        letters = reference.rstrip("0123456789")
        place = self.columns.get(letters)
        if place is None:
            place = self.columns[letters] = column_index_from_string(letters) - 1
        return place

    def text(self, cell: Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(INLINE)
            return "" if inline is None else self.written(Text.from_tree(inline).content, cell)
        value = cell.findtext(VALUE)
        if not value:
            has_formula = cell.find(FORMULA) is not None
            if has_formula and kind != "str":  # a formula may have no text for its result, and that is one
                return Refused.because(Reason.FILE_FORMULA_WITHOUT_RESULT, "")
            return ""
        if kind == "s":
            return self.written(self.sheet._shared_strings[int(value)], cell)  # noqa: SLF001 - as above
        if kind == "str":
            return unescaped(value)
        if kind == "e":
            return Refused.because(Reason.FILE_CELL_ERROR, value)
        if kind == "b":
            return str(int(value))
        if kind == "d":
            return written_day(from_ISO8601(value))
        return self.number(value, int(cell.get("s", 0)))

    def written(self, text: str | None, cell: Element) -> str:
        """A text, marked where somebody wrote it with a ' before it: Excel keeps that as a style."""
        style = cell.get("s")
        is_marked = style is not None and int(style) in self.marked_as_text
        return Deliberate(unescaped(text)) if is_marked else unescaped(text)

    def number(self, text: str, style: int) -> str:
        code = self.codes.get(style, GENERAL)
        if code == GENERAL and text.isdecimal() and len(text) <= 15:  # the ordinary case
            return str(int(text))
        value = float(text) if any(sign in text for sign in ".eE") else int(text)
        if code is None or is_date(code):
            try:
                return written_day(from_excel(value, self.sheet.parent.epoch))
            except (OverflowError, ValueError):
                return Refused.because(Reason.FILE_CELL_ERROR, "#####")  # which is what Excel shows
        plain = plain_number(value)
        if abs(value) >= EXACT:
            return Refused.because(Reason.FILE_NUMBER_ROUNDED, plain)
        try:
            seen = shown(code, value)
        except UnclearError:
            return Refused.because(Reason.FILE_NUMBER_SHOWN_DIFFERENTLY, plain, format=code)
        if seen is None or seen == plain:
            return plain
        return seen if ZEROS.fullmatch(code) else Formatted.of(seen, plain)

    @cached_property
    def marked_as_text(self) -> frozenset[int]:
        styles = self.sheet.parent._cell_styles  # noqa: SLF001 - as above
        return frozenset(number for number, style in enumerate(styles) if style.quotePrefix)

    @cached_property
    def codes(self) -> Mapping[int, str | None]:
        """The number format of each style that has one; None is a date of Japanese Excel."""
        book = self.sheet.parent
        found: dict[int, str | None] = {}
        for style, formats in enumerate(book._cell_styles):  # noqa: SLF001 - as above
            number = formats.numFmtId
            if number >= BUILTIN_FORMATS_MAX_SIZE:
                found[style] = book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE]  # noqa: SLF001 - as above
            elif number in EAST_ASIAN_DATES:
                found[style] = None
            else:
                found[style] = BUILTIN_FORMATS.get(number, GENERAL)
        return found


def unescaped(text: str | None) -> str:
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if text else ""


def plain_number(value: float) -> str:
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return format(value, ".15g")  # as many digits as Excel has


def written_day(value: Any) -> Day:
    """A day as YYYY/MM/DD, with its time where it has one."""
    if isinstance(value, datetime) and value.time() == time():
        return Day(f"{value:%Y/%m/%d}")
    if isinstance(value, datetime):
        return Day(f"{value:%Y/%m/%d %H:%M:%S}")
    if isinstance(value, date):
        return Day(f"{value:%Y/%m/%d}")
    if isinstance(value, timedelta):
        return Day(str(value))
    return Day(str(value))
