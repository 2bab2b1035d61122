"""A sheet of an .xlsx, row by row, as the texts that a person sees in it; what is no such text is told (`rules.cells`).

The cells are read here and not by a library, since those throw away what must be told: formulas without a result,
merged cells, hidden rows and the date formats of Japanese Excel. Nearly all of a sheet is read without its XML being
parsed (`xlsx_plain`), with the same result.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import from_excel, from_ISO8601

from integrations.files.limits import LONGEST_ROW, MOST_COLUMNS, too_many_columns
from integrations.files.refusals import too_large
from integrations.files.xlsx_book import MAIN, ON, Book, unescaped
from integrations.files.xlsx_number_formats import GENERAL, UnclearError, is_date, shown, shows_time
from integrations.files.xlsx_package import DEEPEST, Listener, too_deep
from integrations.files.xlsx_plain import ordinary_heads, plain_rows, style_and_kind
from integrations.reasons import Reason
from integrations.rules.cells import Day, Deliberate, Formatted, Midnight, Refused

ROW, CELL, VALUE, FORMULA, INLINE, TEXT, SPOKEN, MERGED = (
    MAIN + name for name in ("row", "c", "v", "f", "is", "t", "rPh", "mergeCell")
)
ZEROS = re.compile(r"0+")
EXACT = 10**15  # a spreadsheet keeps 15 digits of a number
MOST_MERGED = 100_000
MOST_KNOWN = 32_768  # numbers of which it is remembered what is seen of them
MOST_WAYS = 1_000  # sorts of cells and of rows that are remembered
IN_ORDER = [*range(MOST_COLUMNS)]
WRITTEN = frozenset({VALUE, TEXT})


class Sheet:
    """One sheet. What is known of it besides its cells is complete once all rows are read."""

    def __init__(self, book: Book, title: str, part: str, state: str) -> None:
        self.book, self.title, self.part = book, title, part
        self.is_hidden = state != "visible"
        self.merged: list[str] = []
        self.hidden_rows = 0
        self.shown = lru_cache(maxsize=MOST_KNOWN)(self.shown_in)  # days and scores come again and again

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The number and the cells of each row that the file has."""
        self.merged, self.hidden_rows = [], 0
        reading = SheetReading(self)
        pieces = self.book.package.listen(self.part, reading)
        is_over, trouble = False, None
        while not is_over:
            try:
                tags = next(pieces, None)
                is_over = tags is None
                reading.meter.see_tags(tags or 0, reading.taken)
            except Exception as error:  # noqa: BLE001 - told once the rows before it are
                is_over, trouble = True, error
            yield from reading.rows
            reading.rows.clear()
        if trouble:
            raise trouble

    def text(self, kind: str, style: str, value: str, *, has_formula: bool) -> str:
        """A cell as text. A value of the kind `inlineStr` is the text that stands in the cell itself."""
        if kind == "inlineStr":
            return self.written(unescaped(value), style)
        if not value:
            if has_formula and kind != "str":  # a formula may have no text for its result, and that is one
                return Refused.because(Reason.FILE_FORMULA_WITHOUT_RESULT, "")
            return ""
        if kind == "s":
            return self.written(self.book.texts[int(value)], style)
        if kind == "str":
            return unescaped(value)
        if kind == "e":
            return Refused.because(Reason.FILE_CELL_ERROR, value)
        if kind == "b":
            return str(int(value))
        if kind == "d":
            return written_day(from_ISO8601(value))
        return self.number(value, style)

    def written(self, text: str, style: str) -> str:
        """A text, marked where somebody wrote it with a ' before it: Excel keeps that as a style."""
        return Deliberate(text) if self.is_marked(style) else text

    def is_marked(self, style: str) -> bool:
        return style != "" and int(style) in self.book.styles.marked

    def number(self, text: str, style: str) -> str:
        code = self.book.styles.code(style)
        if code == GENERAL and text.isdecimal() and len(text) <= 15:  # the ordinary case
            return str(int(text))
        return self.shown(text, code)

    def shown_in(self, text: str, code: str | None) -> str:
        """What a person sees of a number in this format."""
        value = float(text) if any(sign in text for sign in ".eE") else int(text)
        if code is None or is_date(code):
            try:
                return written_day(from_excel(value, self.book.epoch), with_time=code is not None and shows_time(code))
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


class SheetReading(Listener):
    """Hears a sheet's XML and makes `rows` of it."""

    unit = ROW

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(sheet.book.package.meter)
        self.sheet = sheet
        self.rows: list[tuple[int, list[str]]] = []
        self.line = 0
        self.is_hidden = False
        self.cells: list[str] = []
        self.size = 0  # characters of the row so far, also of what no cell of ours is
        self.cell: Mapping[str, str] | None = None
        self.value: list[str] = []
        self.inline: list[str] | None = None
        self.has_formula = self.is_spoken = False
        self.kept: list[str] | None = None  # where text goes at the moment
        self.columns = Columns()
        self.ways = Ways(sheet)
        self.heads: set[str] = set()  # what rows say of themselves where that changes nothing for us
        self.taken = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise too_deep()
        if name == CELL:
            self.cell, self.inline, self.has_formula = attributes, None, False
            self.value.clear()
        elif name == VALUE:
            self.kept = self.value
        elif name == FORMULA:
            self.has_formula = True
        elif name == ROW:
            self.line = int(float(attributes.get("r", self.line + 1)))
            self.is_hidden = attributes.get("hidden") in ON
            self.cells, self.size = [], 0
        else:
            self.start_inside(name, attributes)

    def start_inside(self, name: str, attributes: Mapping[str, str]) -> None:
        """What is rarer than cells and their values."""
        if name == INLINE:
            self.inline = []
        elif name == TEXT and not self.is_spoken:
            self.kept = self.inline
        elif name == SPOKEN:
            self.is_spoken = True
        elif name == MERGED:
            if len(self.sheet.merged) >= MOST_MERGED:
                raise too_large(f"結合されたセルは{MOST_MERGED:,}か所まで")
            self.sheet.merged.append(attributes.get("ref", "")[:50])
        elif name != TEXT:
            self.meter.see_other_element()

    def text(self, text: str) -> None:
        if self.kept is not None:
            self.kept.append(text)
            self.size += len(text)
            if self.size > LONGEST_ROW:
                raise too_large(f"1行に{LONGEST_ROW:,}文字まで")

    def end(self, name: str) -> None:
        self.depth -= 1
        self.ended = name
        if name in WRITTEN:
            self.kept = None
        elif name == CELL and self.cell is not None:
            self.take_cell(self.cell)
            self.cell = None
        elif name == ROW:
            if self.is_hidden and any(map(str.strip, self.cells)):
                self.sheet.hidden_rows += 1
            self.rows.append((self.line, self.cells))
        elif name == SPOKEN:
            self.is_spoken = False

    def take(self, stretch: str) -> bool:
        found = plain_rows(stretch, self.heads)
        if found is None:
            return False
        for line, cells in found:
            letters, attributes, values = zip(*cells, strict=True) if cells else ((), (), ())
            texts = [self.ways[each](value) if value else "" for each, value in zip(attributes, values, strict=True)]
            row = self.placed(letters, texts)
            self.meter.see_blank_cells(texts.count(""))
            if sum(map(len, row)) > LONGEST_ROW:
                raise too_large(f"1行に{LONGEST_ROW:,}文字まで")
            self.taken += len(cells)
            self.line = line
            self.rows.append((line, row))
        return True

    def placed(self, letters: Sequence[str], texts: list[str]) -> list[str]:
        """The texts as a row, in the places of these columns."""
        places = [*map(self.columns.__getitem__, letters)]
        if places == IN_ORDER[: len(places)]:
            return texts
        row = [""] * (max(places, default=-1) + 1)
        for place, text in zip(places, texts, strict=True):
            row[place] = text
        return row

    def learn(self, stretch: str) -> None:
        if len(self.heads) < MOST_WAYS and len(self.rows) == stretch.count(
            "</row>"
        ):  # none of them is another vocabulary's
            self.heads.update(ordinary_heads(stretch))

    def take_cell(self, cell: Mapping[str, str]) -> None:
        kind, style = cell.get("t", "n"), cell.get("s", "")
        value = "".join((self.inline or ()) if kind == "inlineStr" else self.value)
        text = self.sheet.text(kind, style, value, has_formula=self.has_formula)
        if kind == "s":  # one text may stand in many cells
            self.size += len(text)
        self.taken += 1
        self.put(cell.get("r", ""), text)

    def put(self, reference: str, text: str) -> None:
        """Put a cell into its row. Blank ones far to the right are none: programs leave formats there."""
        if not text:
            self.meter.see_blank_cells(1)
        letters = reference.rstrip("0123456789")
        place = self.columns[letters] if reference else len(self.cells)
        if place >= MOST_COLUMNS:
            if text.strip():
                raise too_many_columns(self.line, place + 1, letters)
            return
        if place > len(self.cells):
            self.cells.extend([""] * (place - len(self.cells)))
        if place < len(self.cells):  # out of order
            self.cells[place] = text
        else:
            self.cells.append(text)


class Ways(dict[str, Callable[[str], str]]):
    """How the value of an ordinary cell becomes a text, by the cell's attributes."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self.sheet = sheet

    def __missing__(self, attributes: str) -> Callable[[str], str]:
        way = self.way(*style_and_kind(attributes))
        if len(self) < MOST_WAYS:
            self[attributes] = way
        return way

    def way(self, style: str, kind: str) -> Callable[[str], str]:
        sheet = self.sheet
        if kind == "n":
            return lambda value: sheet.number(value, style)
        if kind == "s" and not sheet.is_marked(style):
            texts = sheet.book.texts
            return lambda value: texts[int(value)]
        if kind == "inlineStr" and not sheet.is_marked(style):
            return unescaped
        return lambda value: sheet.text(kind, style, value, has_formula=False)


class Columns(dict[str, int]):
    """The places of columns in a row, from 0, by their letters. Raises ValueError for what is no such letters."""

    def __missing__(self, letters: str) -> int:
        place = self[letters] = column_index_from_string(letters) - 1
        return place


def plain_number(value: float) -> str:
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return format(value, ".15g")  # as many digits as Excel has


def written_day(value: Any, *, with_time: bool = False) -> Day:
    """A day as YYYY/MM/DD, with its time where it has one."""
    if isinstance(value, datetime) and value.time() != time():
        return Day(f"{value:%Y/%m/%d %H:%M:%S}")
    written = f"{value:%Y/%m/%d}" if isinstance(value, date) else str(value)
    return Midnight(written) if with_time and isinstance(value, datetime) else Day(written)
