"""Tables on their way out: CSV and .xlsx, made row by row, so that a whole company fits through a small memory."""

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, NamedTuple
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from integrations.files.error_file import BYTE_ORDER_MARK, taken_from
from integrations.files.safe_cell import is_damage, quoted, quoted_for_text_cell

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 64_000  # characters
IN_MEMORY = 2_000_000  # bytes; a larger workbook goes to the disk
SHEET = "xl/worksheets/sheet1.xml"
TEXT_STYLE = 1  # the first style after the default one: AS_TEXT
MARKED_STYLE = 2  # the same with Excel's mark of a text that begins with ': what looks like damage is meant so
LONGEST = 32_767  # characters in a cell; Excel takes a longer one for a damaged file
AS_TEXT = "@"  # Excel's number format for text: what is typed later keeps its leading zeros too
# What XML cannot carry or would change, and texts that look as if they stood for such: ISO 29500 ST_Xstring
UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class Table(NamedTuple):
    """A header, and the rows below it, as texts. The rows are read once."""

    header: Sequence[str]
    rows: Iterable[Sequence[str]]


def csv_chunks(table: Table) -> Iterator[bytes]:
    """The table as CSV: UTF-8 with BOM, CRLF, nothing that a spreadsheet takes for a formula."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow(map(quoted, table.header))
    for row in table.rows:
        writer.writerow(map(quoted, row))
        if buffer.tell() > CHUNK:
            yield taken_from(buffer).encode()
    yield taken_from(buffer).encode()


def xlsx_file(table: Table) -> IO[bytes]:
    """The table as a workbook of text cells, open for reading from its start. The caller closes it, and it is gone.

    openpyxl makes the workbook with its header. The rows below are put into its sheet here, in the form in which it
    writes them: it takes ten times as long, which is too long for somebody who waits for a download.
    """
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    with zipfile.ZipFile(empty_book(table.header)) as book, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name in book.namelist():
            if name == SHEET:
                head, end, tail = book.read(name).partition(b"</sheetData>")
                with made.open(name, "w", force_zip64=True) as sheet:
                    sheet.write(head)
                    sheet.writelines(sheet_rows(table.rows))
                    sheet.write(end + tail)
            else:
                made.writestr(name, book.read(name))
    file.seek(0)
    return file


def empty_book(header: Sequence[str]) -> IO[bytes]:
    """A workbook with the header alone; its columns are text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    cells = []
    for number, name in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(number)].number_format = AS_TEXT
        cell = WriteOnlyCell(sheet, fit(name))
        cell.number_format = AS_TEXT
        cell.data_type = "s"  # never a formula or an error, whatever it looks like
        cells.append(cell)
    sheet.append(cells)
    marked = WriteOnlyCell(sheet)
    marked.number_format, marked.quotePrefix = AS_TEXT, True
    if (cells[0].style_id, marked.style_id) != (TEXT_STYLE, MARKED_STYLE):
        raise AssertionError("openpyxl numbers its styles in another way")
    file = io.BytesIO()
    book.save(file)
    return file


def sheet_rows(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The rows below the header as XML. Blank cells stand there too: what is typed into them later is text."""
    for number, row in enumerate(rows, start=2):
        cells = "".join(
            f'<c r="{get_column_letter(place)}{number}" s="{MARKED_STYLE if is_damage(text) else TEXT_STYLE}"'
            ' t="inlineStr">'
            f'<is><t xml:space="preserve">{escape(fit(text))}</t></is></c>'
            for place, text in enumerate(row, start=1)
        )
        yield f'<row r="{number}">{cells}</row>'.encode()


def fit(text: str) -> str:
    """A text as a workbook can hold it: at most 32,767 characters, none of which XML would lose."""
    return UNFIT.sub(lambda found: f"_x{ord(found[0]):04X}_", quoted_for_text_cell(text))[:LONGEST]
