"""Tables as files: CSV and .xlsx, made row by row, so that a whole company fits through a small memory."""

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator
from itertools import chain, islice
from typing import IO

from integrations.files.error_file import BYTE_ORDER_MARK, taken_from
from integrations.files.safe_cell import quoted
from integrations.files.table import Table, text_of
from integrations.files.xlsx_cells import sheet_rows
from integrations.files.xlsx_frame import SHEET, Frame

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 64_000  # characters
IN_MEMORY = 2_000_000  # bytes; a larger workbook goes to the disk
LOOKED_AT = 200  # rows, by which the columns get their widths


def csv_chunks(table: Table) -> Iterator[bytes]:
    """The table as CSV: UTF-8 with BOM, CRLF, nothing that a spreadsheet takes for a formula."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow(map(quoted, table.header))
    for row in table.rows:
        writer.writerow([quoted(value) if isinstance(value, str) else text_of(value) for value in row])
        if buffer.tell() > CHUNK:
            yield taken_from(buffer).encode()
    yield taken_from(buffer).encode()


def xlsx_file(table: Table) -> IO[bytes]:
    """The table as a workbook, open for reading from its start. The caller closes it, and it is gone.

    openpyxl makes all of it but the rows. They are put into its sheet here, in the form in which it writes them: it
    takes ten times as long, which is too long for somebody who waits for a download.
    """
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    try:
        write_book(table, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def write_book(table: Table, file: IO[bytes]) -> None:
    rows = iter(table.rows)
    first = list(islice(rows, LOOKED_AT))
    frame = Frame(table, first)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        last = 1  # the header's line
        with made.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(frame.head)
            for line in sheet_rows(chain(first, rows), frame.styles, table.column_sorts()):
                sheet.write(line)
                last += 1
            sheet.write(frame.tail(last))
        for name, part in frame.other_parts(last):
            made.writestr(name, part)
