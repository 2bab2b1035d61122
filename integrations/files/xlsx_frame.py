"""A workbook around the rows of a table: sheets, columns, header, filter and styles, made with openpyxl."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from unicodedata import east_asian_width

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from integrations.files.table import Table, Value, text_of
from integrations.files.xlsx_cells import Styles, fit
from integrations.rules.cells import Sort

SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
ROWS_END, SHEET_END = b"</sheetData>", b"</worksheet>"
AS_TEXT = "@"  # what is typed later keeps its leading zeros too
DAY, MINUTE, SECOND = "yyyy/mm/dd", "yyyy/mm/dd hh:mm", "yyyy/mm/dd hh:mm:ss"
WHOLE, FRACTION = "General", "0.0##"  # one decimal at least, so that the points stand below each other
FORMATS = {Sort.DAY: DAY, Sort.MOMENT: MINUTE, Sort.NUMBER: WHOLE}
A4 = 9  # as a workbook calls it
NARROWEST, WIDEST = 8, 50  # of half-width characters
ROOM, BUTTON = 2, 4  # beside the widest value, and the filter's button beside the column's name
WIDE = {"W", "F", "A"}  # twice as wide as others in Japanese fonts
HEAD = PatternFill("solid", fgColor="DCE6F1")
LINE = Border(bottom=Side("thin", color="7F7F7F"))
ABOUT = "この表について"
ABOUT_WIDTHS = {"A": 24, "B": 60}


class Frame:
    """The workbook of a table, whose first rows tell how wide its columns are. How many there are is told at the end.

    `head` is the table's sheet up to its rows.
    """

    def __init__(self, table: Table, first: Sequence[Sequence[Value]]) -> None:
        book = Workbook(write_only=True)
        book.properties.creator, book.properties.title = "ミキワメ", table.title
        sheet = book.create_sheet(table.title)
        self.alignment = Alignment(vertical="top", wrap_text=table.is_read)
        self.last_column = get_column_letter(max(1, len(table.header)))
        self.styles = Styles(
            text=self.style(sheet, AS_TEXT),
            marked=self.style(sheet, AS_TEXT, is_marked=True),
            day=self.style(sheet, DAY),
            minute=self.style(sheet, MINUTE),
            second=self.style(sheet, SECOND),
            whole=self.style(sheet, WHOLE),
            fraction=self.style(sheet, FRACTION),
        )
        self.lay_out(sheet, table, first)
        if table.about:
            tell(book.create_sheet(ABOUT), table.about)
        saved = io.BytesIO()
        book.save(saved)
        self.saved = zipfile.ZipFile(saved)
        self.head, end, rest = self.saved.read(SHEET).partition(ROWS_END)
        self.end = end + rest

    def style(self, sheet: WriteOnlyWorksheet, number_format: str, *, is_marked: bool = False) -> int:
        cell = WriteOnlyCell(sheet)
        cell.number_format, cell.alignment, cell.quotePrefix = number_format, self.alignment, is_marked
        return int(cell.style_id)

    def lay_out(self, sheet: WriteOnlyWorksheet, table: Table, first: Sequence[Sequence[Value]]) -> None:
        """Columns, header, filter, what stays in sight, and how it is printed."""
        sheet.freeze_panes = f"{get_column_letter(table.fixed + 1)}2"
        sheet.auto_filter.ref = self.range(1)
        sheet.print_title_rows = "1:1"
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
        for place, (name, sort) in enumerate(zip(table.header, table.column_sorts(), strict=True), start=1):
            column = sheet.column_dimensions[get_column_letter(place)]
            column.number_format, column.alignment = FORMATS.get(sort, AS_TEXT), self.alignment
            widest = max((signs(text_of(row[place - 1])) + ROOM for row in first), default=0)
            column.width = min(max(widest, signs(name) + BUTTON, NARROWEST), WIDEST)
        sheet.append([heading(sheet, name) for name in table.header])

    def range(self, last: int) -> str:
        """The header and the rows below it, as far as this line."""
        return f"A1:{self.last_column}{last}"

    def tail(self, last: int) -> bytes:
        """The table's sheet from behind its rows, of which this line is the last.

        Excel is told that numbers among the texts are no mistakes: it would put a green corner on each 社員番号.
        """
        filtered = self.end.replace(f'"{self.range(1)}"'.encode(), f'"{self.range(last)}"'.encode())
        told = f'<ignoredErrors><ignoredError sqref="{self.range(last)}" numberStoredAsText="1"/></ignoredErrors>'
        return filtered.replace(SHEET_END, told.encode() + SHEET_END)

    def other_parts(self, last: int) -> Iterator[tuple[str, bytes]]:
        """The other files of the workbook, by their names; one of them also names the range of the filter."""
        for name in self.saved.namelist():
            if name == BOOK:
                before, after = (f"!$A$1:${self.last_column}${line}<".encode() for line in (1, last))
                yield name, self.saved.read(name).replace(before, after)
            elif name != SHEET:
                yield name, self.saved.read(name)


def heading(sheet: WriteOnlyWorksheet, name: str) -> WriteOnlyCell:
    cell = put(sheet, name)
    cell.font, cell.fill, cell.border = Font(name="Calibri", size=11, bold=True), HEAD, LINE
    return cell


def put(sheet: WriteOnlyWorksheet, value: Value) -> WriteOnlyCell:
    """A value as a cell of its type; a text is one whatever it looks like, never a formula or an error."""
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, fit(value))
        cell.number_format, cell.data_type = AS_TEXT, "s"
        return cell
    cell = WriteOnlyCell(sheet, timezone.make_naive(value) if isinstance(value, datetime) else value)
    if isinstance(value, date):
        cell.number_format = MINUTE if isinstance(value, datetime) else DAY
    cell.alignment = Alignment(horizontal="left")  # below the texts
    return cell


def tell(sheet: WriteOnlyWorksheet, about: Mapping[str, Value]) -> None:
    """What is said of the table: a line each."""
    for column, room in ABOUT_WIDTHS.items():
        sheet.column_dimensions[column].width = room
    for label, value in about.items():
        sheet.append([heading(sheet, label), put(sheet, value)])


def signs(text: str) -> int:
    """The widest line of a text, in half-width characters."""
    return max(sum(2 if east_asian_width(sign) in WIDE else 1 for sign in line) for line in text.split("\n"))
